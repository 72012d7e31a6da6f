#include "sim/converter/multiplexer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ohmgrid {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;

ArraySpec array_of(std::int64_t columns, std::int64_t sharing) {
    ArraySpec array;
    array.rows = 4;
    array.columns = columns;
    array.column_sharing = sharing;
    return array;
}

/// Half a time constant per phase.
MultiplexerSpec slow() { return {.hold_farad = 1e-12, .source_ohm = 1e3, .phase_second = 0.5e-9}; }

TEST(Multiplexer, PutsEveryColumnInOneSequence) {
    const ArraySpec adjacent = array_of(7, 3);
    EXPECT_THAT(conversion_sequences(adjacent, {}),
                ElementsAre(ElementsAre(0, 1, 2), ElementsAre(3, 4, 5), ElementsAre(6)));
    EXPECT_THAT(conversion_sequences(adjacent, {.order = ConversionOrder::descending}),
                ElementsAre(ElementsAre(2, 1, 0), ElementsAre(5, 4, 3), ElementsAre(6)));
    EXPECT_THAT(conversion_sequences(adjacent, {.order = ConversionOrder::even_then_odd}),
                ElementsAre(ElementsAre(0, 2, 1), ElementsAre(3, 5, 4), ElementsAre(6)));
    ArraySpec strided = adjacent;
    strided.shared_columns = SharedColumns::strided;
    EXPECT_THAT(conversion_sequences(strided, {}),
                ElementsAre(ElementsAre(0, 3, 6), ElementsAre(1, 4), ElementsAre(2, 5)));
}

TEST(Multiplexer, WithoutLimitsChangesNothing) {
    EXPECT_TRUE(column_mixing(array_of(8, 4), {}).isIdentity(0));
    const MultiplexerSpec unhurried{.switch_ohm = 1e3, .hold_farad = 1e-12};
    EXPECT_TRUE(column_mixing(array_of(8, 4), unhurried).isIdentity(0));
    EXPECT_THAT(injected_volt(array_of(8, 4), unhurried), Each(0.0));
}

TEST(Multiplexer, PutsItsSwitchInSeriesWithTheSenseNode) {
    ArraySpec array = array_of(8, 4);
    array.sense_ohm = 20;
    EXPECT_EQ(with_switches(array, {.switch_ohm = 300}).sense_ohm, 320);
}

/// The hold capacitor, phase by phase, as its differential equation says.
std::vector<double> stepped(const std::vector<double>& currents, const MultiplexerSpec& mux,
                            double phase_second, double held) {
    const double rate = 1 / ((mux.switch_ohm + mux.source_ohm) * mux.hold_farad);
    std::vector<double> seen;
    for (const double current : currents) {
        const double before = held;
        if (mux.reset == HoldReset::every_column) held = 0;
        constexpr int steps = 20000;
        for (int i = 0; i < steps; ++i) {  // midpoint rule
            const double dt = phase_second / steps;
            const double middle = held + 0.5 * dt * rate * (current - held);
            held += dt * rate * (current - middle);
        }
        held = (1 - mux.residual_charge) * held + mux.residual_charge * before;
        seen.push_back(held);
    }
    return seen;
}

TEST(Multiplexer, MixesColumnsAsItsHoldCapacitorSettles) {
    const std::vector<double> currents{1.0, -0.4, 0.7, 0.2};
    for (const HoldReset reset : {HoldReset::none, HoldReset::every_column}) {
        for (const double residue : {0.0, 0.03}) {
            MultiplexerSpec mux = slow();
            mux.reset = reset;
            mux.residual_charge = residue;
            const RowMajorMatrix mixing = column_mixing(array_of(4, 4), mux);
            const auto expected = stepped(currents, mux, mux.phase_second, 0);
            for (Eigen::Index j = 0; j < 4; ++j) {
                double seen = 0;
                for (Eigen::Index k = 0; k < 4; ++k) {
                    seen += currents[static_cast<std::size_t>(k)] * mixing(k, j);
                }
                EXPECT_NEAR(seen, expected[static_cast<std::size_t>(j)], 1e-8) << j;
            }
        }
    }
}

TEST(Multiplexer, LastColumnStartIsTheSteadyStateOfRepeatedReads) {
    const std::vector<double> currents{1.0, -0.4, 0.7};
    MultiplexerSpec mux = slow();
    double held = 0;
    std::vector<double> expected;
    for (int read = 0; read < 40; ++read) {
        expected = stepped(currents, mux, mux.phase_second, held);
        held = expected.back();
    }
    mux.read_start = ReadStart::last_column;
    const RowMajorMatrix mixing = column_mixing(array_of(3, 3), mux);
    for (Eigen::Index j = 0; j < 3; ++j) {
        double seen = 0;
        for (Eigen::Index k = 0; k < 3; ++k) {
            seen += currents[static_cast<std::size_t>(k)] * mixing(k, j);
        }
        EXPECT_NEAR(seen, expected[static_cast<std::size_t>(j)], 1e-8) << j;
    }
}

TEST(Multiplexer, NeverMixesColumnsOfDifferentConverters) {
    MultiplexerSpec mux = slow();
    const RowMajorMatrix mixing = column_mixing(array_of(6, 3), mux);
    EXPECT_EQ(mixing.topRightCorner(3, 3).norm(), 0);
    EXPECT_EQ(mixing.bottomLeftCorner(3, 3).norm(), 0);
    EXPECT_GT(mixing(0, 2), 0) << "the column two phases before still shows";
}

TEST(Multiplexer, SharedReadTimeMakesTheMemoryGrowWithSharing) {
    MultiplexerSpec mux = slow();
    mux.phase_second = 0;
    mux.read_second = 40e-9;
    double before = -1;
    for (const std::int64_t sharing : {1, 2, 4, 8, 16, 32}) {
        const RowMajorMatrix mixing = column_mixing(array_of(32, sharing), mux);
        const RowMajorMatrix diagonal = mixing.diagonal().asDiagonal();
        const double memory = (mixing - diagonal).cwiseAbs().maxCoeff();
        EXPECT_GT(memory, before) << sharing;
        before = sharing == 1 ? 0 : memory;
        const double unsettled = std::exp(-40.0 / static_cast<double>(sharing));
        EXPECT_THAT(mixing(0, 0), DoubleNear(1 - unsettled, 1e-15)) << sharing;
    }
}

TEST(Multiplexer, InjectsChargeAtEverySwitching) {
    MultiplexerSpec mux{.hold_farad = 1e-12, .injected_coulomb = 2e-15};
    EXPECT_THAT(injected_volt(array_of(4, 4), mux), Each(DoubleNear(2e-3, 1e-15)));
    EXPECT_THAT(injected_volt(array_of(4, 1), mux), Each(0.0));
    mux.residual_charge = 0.5;
    EXPECT_THAT(
        injected_volt(array_of(3, 3), mux),
        ElementsAre(DoubleNear(2e-3, 1e-15), DoubleNear(3e-3, 1e-15), DoubleNear(3.5e-3, 1e-15)));
}

}  // namespace
}  // namespace ohmgrid
