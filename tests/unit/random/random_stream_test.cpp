#include "sim/random/virtual_chip.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ohmgrid {
namespace {

/// Known answers for Philox4x32-10 from Random123's own kat_vectors file: all-zero counter and key,
/// and all-ones counter and key.
TEST(RandomStream, GivesThePublishedKnownAnswers) {
    using Block = std::array<std::uint32_t, 4>;
    const RandomStream zero(0, static_cast<Purpose>(0), TrialId{0}, 0);
    EXPECT_EQ(zero.block(0), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    const RandomStream ones(~std::uint64_t{0}, static_cast<Purpose>(0xffffffff),
                            TrialId{0xffffffff}, 0xffffffff);
    EXPECT_EQ(ones.block(0xffffffff), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

TEST(RandomStream, ChangesWithEveryPartOfItsAddress) {
    const RandomStream base(1, Purpose::test, TrialId{0}, 0);
    EXPECT_NE(base.block(0), base.block(1));
    EXPECT_NE(base.block(0), RandomStream(2, Purpose::test, TrialId{0}, 0).block(0));
    EXPECT_NE(base.block(0), RandomStream(1, Purpose::weights, TrialId{0}, 0).block(0));
    EXPECT_NE(base.block(0), RandomStream(1, Purpose::test, TrialId{1}, 0).block(0));
    EXPECT_NE(base.block(0), RandomStream(1, Purpose::test, TrialId{0}, 1).block(0));
}

/// Mean, variance, skewness and excess kurtosis of 200000 normals within 5 sigma of 0, 1, 0, 0
/// (standard errors sqrt(1/n), sqrt(2/n), sqrt(6/n), sqrt(24/n)).
TEST(RandomStream, NormalHasTheMomentsOfTheNormalDistribution) {
    constexpr int n = 200000;
    const RandomStream stream(1, Purpose::test, TrialId{0}, 0);
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
        const double x = stream.normal(i);
        m1 += x / n;
        m2 += x * x / n;
        m3 += x * x * x / n;
        m4 += x * x * x * x / n;
    }
    EXPECT_NEAR(m1, 0.0, 5 * std::sqrt(1.0 / n));
    EXPECT_NEAR(m2, 1.0, 5 * std::sqrt(2.0 / n));
    EXPECT_NEAR(m3, 0.0, 5 * std::sqrt(15.0 / n));
    EXPECT_NEAR(m4, 3.0, 5 * std::sqrt(96.0 / n));
}

TEST(RandomStream, GivesManyNormalsAtOnceExactlyAsOneByOne) {
    for (const Side side : {Side::plain, Side::mirrored}) {
        const RandomStream stream(3, Purpose::test, TrialId{1}, 2, side);
        for (const std::uint32_t first : {0U, 7U}) {
            std::vector<double> many(1001);
            stream.normals(first, many);
            for (std::uint32_t i = 0; i < many.size(); ++i) {
                ASSERT_EQ(many[i], stream.normal(first + i)) << first << ' ' << i;
            }
        }
    }
}

/// Pearson chi-square over 64 cells, 640000 draws: 63 degrees of freedom, standard deviation
/// sqrt(126); the bound is 5 sigma.
TEST(RandomStream, UniformFillsItsIntervalEvenly) {
    constexpr int cells = 64;
    constexpr std::uint32_t n = 640000;
    const RandomStream stream(1, Purpose::test, TrialId{0}, 1);
    std::array<double, cells> count{};
    for (std::uint32_t i = 0; i < n; ++i) {
        const double u = stream.uniform_open(i);
        ASSERT_GT(u, 0.0);
        ASSERT_LT(u, 1.0);
        ++count[static_cast<std::size_t>(u * cells)];
    }
    double chi2 = 0;
    for (const double c : count) chi2 += std::pow(c - n / cells, 2) / (n / cells);
    EXPECT_NEAR(chi2, cells - 1, 5 * std::sqrt(2.0 * (cells - 1)));
}

/// Mirrored uniforms are 1 - u (both lie on the same grid of 2^52 half steps, so the sum is exact)
/// and mirrored normals -z: the pairs that antithetic sampling needs.
TEST(RandomStream, MirroredNegatesNormalsAndReflectsUniforms) {
    const RandomStream plain(7, Purpose::test, TrialId{3}, 5);
    const RandomStream mirrored(7, Purpose::test, TrialId{3}, 5, Side::mirrored);
    for (std::uint32_t draw = 0; draw < 1000; ++draw) {
        EXPECT_EQ(mirrored.normal(draw), -plain.normal(draw));
        EXPECT_EQ(mirrored.uniform_open(draw) + plain.uniform_open(draw), 1.0);
        EXPECT_EQ(mirrored.block(draw)[0], ~plain.block(draw)[0]);
    }
}

TEST(VirtualChip, DrawsExchangedSourcesFromItsDonor) {
    const VirtualChip own{.seed = 7, .trial = TrialId{3}};
    const VirtualChip other{.seed = 7, .trial = TrialId{9}};
    VirtualChip mixed = own;
    mixed.exchanged = ErrorSources::only(ErrorSource::faults);
    mixed.donor = other.trial;
    const auto draw = [](const VirtualChip& chip, ErrorSource source) {
        return chip.stream(source, Purpose::test, 4).block(0);
    };
    EXPECT_EQ(draw(mixed, ErrorSource::programming), draw(own, ErrorSource::programming));
    EXPECT_EQ(draw(mixed, ErrorSource::faults), draw(other, ErrorSource::faults));
    EXPECT_NE(draw(own, ErrorSource::faults), draw(other, ErrorSource::faults));
}

}  // namespace
}  // namespace ohmgrid
