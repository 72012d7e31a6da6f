#include "sim/cost/chip_cost.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "sim/core/error.hpp"
#include "sim/cost/activity_range.hpp"
#include "sim/cost/components/bus.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

// The two layers worked by hand in tests/unit/mapping/layer_counts_test.cpp.
LayerPlan conv() {
    LayerPlan plan;
    plan.shape = {.name = "conv",
                  .op = Op::convolution,
                  .rows = 72,
                  .channels = 20,
                  .windows = 36,
                  .input_elements = 8 * 36,
                  .digital = {.activations = 720, .comparisons = 540}};
    plan.array = {.rows = 64, .columns = 32, .cell_bits = 4, .column_sharing = 8};
    plan.adc = {.type = AdcType::sar, .bits = 6};
    plan.mapping = {.weight_bits = 8, .input_bits = 4};
    return plan;
}

LayerPlan fc() {
    LayerPlan plan = conv();
    plan.shape = {.name = "fc",
                  .op = Op::linear,
                  .rows = 720,
                  .channels = 10,
                  .windows = 1,
                  .input_elements = 720,
                  .digital = {}};
    return plan;
}

struct Study {
    Technology technology = technology_of("32nm");
    DeviceModel device = device_of("reram/hfox-1t1r");
    ChipSpec chip = chip_of("default");
    std::vector<LayerPlan> layers{conv(), fc()};

    [[nodiscard]] ChipCost cost() const { return chip_cost(layers, technology, device, chip); }
};

void expect_exact_sums(const std::string& cells) {
    for (const Overlap overlap : {Overlap::overlapped, Overlap::serial}) {
        Study s;
        s.device = device_of(cells);
        s.chip.overlap = overlap;
        const ChipCost chip = s.cost();
        Cost sum;
        for (const LayerCost& layer : chip.layers) {
            const Cost parts = layer.components.total();
            EXPECT_EQ(parts.area_m2, layer.total.area_m2);
            EXPECT_EQ(parts.latency_second, layer.total.latency_second);
            EXPECT_EQ(parts.energy_joule, layer.total.energy_joule);
            EXPECT_EQ(parts.leakage_watt, layer.total.leakage_watt);
            sum += layer.total;
        }
        EXPECT_EQ(sum.area_m2, chip.total.area_m2);
        EXPECT_EQ(sum.latency_second, chip.total.latency_second);
        EXPECT_EQ(sum.energy_joule, chip.total.energy_joule);
        EXPECT_EQ(sum.leakage_watt, chip.total.leakage_watt);
        const Cost parts = chip.components.total();
        EXPECT_NEAR(parts.energy_joule, chip.total.energy_joule, 1e-12 * parts.energy_joule);
        EXPECT_NEAR(parts.area_m2, chip.total.area_m2, 1e-12 * parts.area_m2);
    }
}

TEST(ChipCost, AddsUpExactly) {
    expect_exact_sums("reram/hfox-1t1r");
    expect_exact_sums("sram/8t");
}

// 36 * 4 * 2 * 20 * 2 = 11520 conversions of the convolution, 960 of the linear layer; 2 pJ each.
TEST(ChipCost, ChargesEveryConversionOnce) {
    Study s;
    for (LayerPlan& plan : s.layers) {
        plan.adc_cost = {.model = AdcModel::custom,
                         .energy_joule = 2e-12,
                         .area_m2 = 1000e-12,
                         .latency_second = 5e-9};
    }
    const ChipCost chip = s.cost();
    EXPECT_NEAR(chip.layers[0].components[Component::adc].energy_joule, 11520 * 2e-12, 1e-20);
    EXPECT_NEAR(chip.layers[1].components[Component::adc].energy_joule, 960 * 2e-12, 1e-20);
    // 36 windows x 4 steps x 8 phases of 5 ns; the linear layer has one window.
    EXPECT_NEAR(chip.layers[0].components[Component::adc].latency_second, 1152 * 5e-9, 1e-15);
    EXPECT_NEAR(chip.layers[1].components[Component::adc].latency_second, 32 * 5e-9, 1e-15);
    // Both layers fit one tile of 64 arrays: 32 pairs with 32 / 8 converters each.
    EXPECT_NEAR(chip.layers[0].components[Component::adc].area_m2, 32 * 4 * 1000e-12, 1e-16);
}

// Twin arrays of 8 x 4 cells without wires or periphery limits: the energy of the cells is
// V^2 * mean G * time they conduct * (share of ones), summed over reads and phases.
TEST(ChipCost, ChargesCellsForTheTimeTheyConduct) {
    Study s;
    LayerPlan plan = fc();
    plan.shape.rows = 8;
    plan.shape.channels = 2;
    plan.shape.input_elements = 8;
    plan.array = {.rows = 8, .columns = 4, .cell_bits = 4, .column_sharing = 4};
    s.layers = {plan};
    const auto array_joule = [&](double density, UnselectedColumns unselected) {
        s.layers[0].activity.input_density = density;
        s.layers[0].array.unselected = unselected;
        return s.cost().layers[0].components[Component::array].energy_joule;
    };
    const double bit_lines = array_joule(0, UnselectedColumns::clamped);
    const double clamped = array_joule(0.5, UnselectedColumns::clamped) - bit_lines;
    const double floating = array_joule(0.5, UnselectedColumns::floating) - bit_lines;
    EXPECT_NEAR(clamped / floating, 4, 1e-9);  // 4 phases, one of them a column's own
    // 8 rows x 2 channels x 2 slices x 2 planes conduct 4 steps x 4 phases, half the time.
    const double mean =
        s.device.g_min_siemens + 0.25 * (s.device.g_max_siemens - s.device.g_min_siemens);
    const double watt = 64 * mean * 0.25;
    const double second = clamped / (0.5 * watt * 4 * 4);
    EXPECT_GT(second, 1e-9);  // the converter samples for 1 ns
    EXPECT_LT(second, s.cost().layers[0].phase_second);
}

TEST(ChipCost, CarriesTheSpreadOfTheConvertersToTheTotals) {
    const ChipCost chip = Study{}.cost();
    EXPECT_LT(chip.energy_joule.low, chip.energy_joule.typical);
    EXPECT_LT(chip.energy_joule.typical, chip.energy_joule.high);
    const double typical = chip.total.energy_joule + chip.leakage_joule;
    EXPECT_NEAR(chip.energy_joule.typical, typical, 1e-12 * typical);
    double adc_low = 0;
    double adc_typical = 0;
    for (const LayerCost& layer : chip.layers) {
        adc_low += layer.adc_energy_joule.low;
        adc_typical += layer.adc_energy_joule.typical;
    }
    EXPECT_NEAR(chip.energy_joule.low, typical - adc_typical + adc_low, 1e-9 * typical);
}

// 2 x (36 x 72 x 20 + 720 x 10) operations, whatever the mapping.
TEST(ChipCost, RatesCountTwoOperationsPerMultiplyAccumulate) {
    const ChipCost chip = Study{}.cost();
    EXPECT_EQ(chip.operations, 2 * (36 * 72 * 20 + 7200));
    EXPECT_DOUBLE_EQ(chip.tops(), 118080 / chip.total.latency_second * 1e-12);
    EXPECT_DOUBLE_EQ(chip.tops_per_mm2(), chip.tops() / (chip.total.area_m2 * 1e6));
}

TEST(ChipCost, PipelinesAtThePaceOfTheSlowestLayer) {
    Study s;
    s.chip.schedule = Schedule::pipelined;
    const ChipCost chip = s.cost();
    EXPECT_EQ(chip.interval_second,
              std::max(chip.layers[0].total.latency_second, chip.layers[1].total.latency_second));
}

TEST(ChipCost, ASynchronousClockIsSetByTheSlowestLayer) {
    Study s;
    s.chip.timing = Timing::synchronous;
    s.layers[1].adc.bits = 10;  // 11 ns per conversion against 7 ns
    const ChipCost chip = s.cost();
    EXPECT_GT(chip.clock_second, 11e-9);
    EXPECT_EQ(chip.layers[0].phase_second, chip.clock_second);
    EXPECT_EQ(chip.layers[1].phase_second, chip.clock_second);
}

TEST(ChipCost, LayersMayDifferInEverything) {
    Study s;
    s.layers[0].adc = {.type = AdcType::flash, .bits = 4};
    s.layers[1].array.column_sharing = 16;
    s.layers[1].mapping.signed_weights = SignedWeights::offset;
    const ChipCost mixed = s.cost();
    EXPECT_NE(mixed.layers[0].phase_second, mixed.layers[1].phase_second);
    EXPECT_LT(mixed.layers[0].phase_second, mixed.layers[1].phase_second);
}

TEST(ChipCost, AnIdealConverterIsFree) {
    Study s;
    for (LayerPlan& plan : s.layers) plan.adc.type = AdcType::ideal;
    const ChipCost chip = s.cost();
    EXPECT_EQ(chip.components[Component::adc].energy_joule, 0);
    EXPECT_EQ(chip.components[Component::adc].area_m2, 0);
}

TEST(ChipCost, RefusesActivitiesAboveOneAndEmptyNetworks) {
    Study s;
    s.layers[1].activity.input_density = 1.5;
    try {
        (void)s.cost();
        FAIL() << "accepted";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("error[COST002]"));
        EXPECT_THAT(error.what(), HasSubstr("layer fc"));
    }
    s.layers.clear();
    EXPECT_THROW((void)s.cost(), InputError);
}

// Tiles of 16 arrays: the convolution's 8 arrays take one, the 12 x 2 of the linear layer two.
TEST(ChipCost, NamesTheLayerThatFindsNoRoomOnTheFloorPlan) {
    Study s;
    s.chip.arrays_per_pe = 4;
    s.chip.pes_per_tile = 4;
    s.chip.most_tiles = 3;
    EXPECT_EQ(s.cost().tiles, 3);
    s.chip.most_tiles = 2;
    EXPECT_THAT([&] { (void)s.cost(); },
                ::testing::ThrowsMessage<InputError>(::testing::AllOf(
                    HasSubstr("error[COST008]"),
                    HasSubstr("layer fc needs 2 tiles of 16 arrays for its 24 arrays"),
                    HasSubstr("has 1 of its 2 left"))));
}

TEST(ChipCost, RefusesFiguresThatAreNotNumbers) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::function<void(Study&)> spoils[] = {
        [&](Study& s) { s.layers[0].activity.input_density = nan; },
        [&](Study& s) { s.layers[0].activity.cell_level = nan; },
        [&](Study& s) { s.layers[0].array.sense_ohm = nan; },
        [&](Study& s) { s.layers[0].factors.items[0].energy_joule = nan; },
        [&](Study& s) { s.technology.supply_volt = nan; },
        [&](Study& s) { s.device.read_volt = nan; },
        [&](Study& s) { s.device.g_max_siemens = nan; },
        [&](Study& s) { s.chip.clock_hertz = nan; }};
    int which = 0;
    for (const auto& spoil : spoils) {
        Study s;
        spoil(s);
        EXPECT_THROW((void)s.cost(), Error) << which;
        ++which;
    }
}

// Factors multiply one figure of one component, in every layer, and all sums follow.
TEST(ChipCost, FactorsOfComponentsReachEveryTotal) {
    Study s;
    const ChipCost before = s.cost();
    for (LayerPlan& plan : s.layers) {
        plan.factors.items[static_cast<std::size_t>(Component::adc)].energy_joule = 3;
    }
    const ChipCost after = s.cost();
    const double adc = before.components[Component::adc].energy_joule;
    EXPECT_NEAR(after.components[Component::adc].energy_joule, 3 * adc, 1e-12 * adc);
    EXPECT_NEAR(after.total.energy_joule - before.total.energy_joule, 2 * adc, 1e-9 * adc);
    EXPECT_EQ(after.total.area_m2, before.total.area_m2);
    EXPECT_EQ(after.total.latency_second, before.total.latency_second);
    EXPECT_EQ(after.components[Component::array].energy_joule,
              before.components[Component::array].energy_joule);
    const double spread = before.energy_joule.high - before.energy_joule.typical;
    EXPECT_GT(spread, 0);
    EXPECT_NEAR(after.energy_joule.high - after.energy_joule.typical, 3 * spread, 1e-9 * spread);
}

// Four by four stops, 0.1 mm apart: three steps along a row and three along the edge; four rows and
// one edge are built.
TEST(Bus, ReachesEveryStopOfAGrid) {
    const Bus bus = Bus::over_grid(4, 1e-4, 8, 1);
    EXPECT_NEAR(bus.reach_metre, 6e-4, 1e-15);
    EXPECT_NEAR(bus.built_metre, 15e-4, 1e-15);
    EXPECT_EQ(Bus::over_grid(1, 1e-4, 8, 1).reach_metre, 0);
}

TEST(ChipCost, BusesReplaceTreesOnly) {
    Study s;
    s.chip.arrays_per_pe = 16;  // tiles of 4 x 4 twins
    s.chip.pes_per_tile = 2;
    const ChipCost tree = s.cost();
    s.chip.wiring = ChipWiring::bus;
    const ChipCost bus = s.cost();
    EXPECT_NE(bus.components[Component::interconnect].energy_joule,
              tree.components[Component::interconnect].energy_joule);
    EXPECT_GT(bus.components[Component::interconnect].energy_joule, 0);
    EXPECT_EQ(bus.components[Component::buffer].energy_joule,
              tree.components[Component::buffer].energy_joule);
    EXPECT_EQ(bus.components[Component::array].area_m2, tree.components[Component::array].area_m2);
    s.technology = technology_of("65nm");
    EXPECT_GT(s.cost().components[Component::interconnect].energy_joule,
              bus.components[Component::interconnect].energy_joule);
}

// 6T cells are several times smaller than flip-flops.
TEST(ChipCost, AnSramBufferIsSmallerThanOneOfRegisters) {
    Study s;
    const Cost registers = s.cost().components[Component::buffer];
    s.chip.buffer_cells = BufferCells::sram;
    const Cost sram = s.cost().components[Component::buffer];
    EXPECT_LT(sram.area_m2, registers.area_m2);
    EXPECT_GT(sram.area_m2, 0);
    EXPECT_GT(sram.energy_joule, 0);
}

TEST(ActivityRange, SpansFromEmptyToFullInputs) {
    Study s;
    const auto range = [&] { return activity_range(s.layers, s.technology, s.device, s.chip); };
    const ActivityRange half = range();
    EXPECT_LT(half.zeros_joule, half.given_joule);
    EXPECT_LT(half.given_joule, half.ones_joule);
    EXPECT_EQ(half.given_joule, s.cost().energy_joule.typical);
    for (LayerPlan& plan : s.layers) plan.activity.input_density = 1;
    EXPECT_EQ(s.cost().energy_joule.typical, half.ones_joule);
    for (LayerPlan& plan : s.layers) plan.activity.cell_level = 0.9;
    EXPECT_GT(range().ones_joule, half.ones_joule);
}

TEST(ChipCost, RefusesNodesOutsideAModelsData) {
    Study s;
    s.technology.feature_metre = 5e-9;
    for (LayerPlan& plan : s.layers) plan.adc_cost.model = AdcModel::neurosim;
    try {
        (void)s.cost();
        FAIL() << "accepted";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("error[COST003]"));
        EXPECT_THAT(error.what(), HasSubstr("no data at 5 nm"));
    }
}

TEST(ChipCost, NamesTheLayerWhoseFiguresAreNotFinite) {
    Study s;
    s.layers[1].array.sense_ohm = std::numeric_limits<double>::infinity();
    try {
        (void)s.cost();
        FAIL() << "accepted";
    } catch (const NumericalError& error) {
        EXPECT_THAT(error.what(), HasSubstr("layer fc"));
    }
}

// --- never cheaper ---------------------------------------------------------------------------

struct Change {
    std::string what;
    std::function<void(Study&)> less;
    std::function<void(Study&)> more;
    std::vector<double Cost::*> grows;
};

void for_layers(Study& s, const std::function<void(LayerPlan&)>& change) {
    for (LayerPlan& plan : s.layers) change(plan);
}

class NeverCheaper : public ::testing::TestWithParam<AdcModel> {
  protected:
    void expect(const Change& change) const {
        for (const std::string cells : {"reram/hfox-1t1r", "sram/8t"}) expect(change, cells);
    }

  private:
    void expect(const Change& change, const std::string& cells) const {
        const bool sar_only = GetParam() == AdcModel::isaac || GetParam() == AdcModel::macro;
        for (const AdcType type : {AdcType::sar, AdcType::flash}) {
            if (type == AdcType::flash && sar_only) continue;
            Study s;
            s.device = device_of(cells);
            for_layers(s, [&](LayerPlan& p) {
                p.adc.type = type;
                p.adc_cost.model = GetParam();
            });
            Study less = s;
            Study more = s;
            change.less(less);
            change.more(more);
            const Cost cheap = less.cost().total;
            const Cost dear = more.cost().total;
            for (double Cost::*figure : change.grows) {
                EXPECT_LE(cheap.*figure, dear.*figure * (1 + 1e-12)) << change.what;
            }
        }
    }
};

TEST_P(NeverCheaper, WithMoreConverterBits) {
    for (int bits = 3; bits < 8; ++bits) {
        expect({"adc bits",
                [=](Study& s) { for_layers(s, [=](LayerPlan& p) { p.adc.bits = bits; }); },
                [=](Study& s) { for_layers(s, [=](LayerPlan& p) { p.adc.bits = bits + 1; }); },
                {&Cost::area_m2, &Cost::energy_joule, &Cost::latency_second, &Cost::leakage_watt}});
    }
}

TEST_P(NeverCheaper, WithMoreInputBits) {
    for (int bits = 1; bits < 8; ++bits) {
        expect(
            {"input bits",
             [=](Study& s) { for_layers(s, [=](LayerPlan& p) { p.mapping.input_bits = bits; }); },
             [=](Study& s) {
                 for_layers(s, [=](LayerPlan& p) { p.mapping.input_bits = bits + 1; });
             },
             {&Cost::energy_joule, &Cost::latency_second}});
    }
}

TEST_P(NeverCheaper, WithMoreWeightSlices) {
    for (const int cell_bits : {1, 2}) {
        expect(
            {"cell bits",
             [=](Study& s) {
                 for_layers(s, [=](LayerPlan& p) { p.array.cell_bits = 2 * cell_bits; });
             },
             [=](Study& s) { for_layers(s, [=](LayerPlan& p) { p.array.cell_bits = cell_bits; }); },
             {&Cost::energy_joule}});
    }
}

TEST_P(NeverCheaper, WithMoreColumnsInAnArray) {
    for (const std::int64_t columns : {32, 64, 128}) {
        expect(
            {"columns",
             [=](Study& s) { for_layers(s, [=](LayerPlan& p) { p.array.columns = columns; }); },
             [=](Study& s) { for_layers(s, [=](LayerPlan& p) { p.array.columns = 2 * columns; }); },
             {&Cost::area_m2, &Cost::leakage_watt}});
    }
}

TEST_P(NeverCheaper, WithMoreOutputChannels) {
    for (const std::int64_t channels : {10, 20, 40, 80}) {
        expect({"channels",
                [=](Study& s) { s.layers[0].shape.channels = channels; },
                [=](Study& s) { s.layers[0].shape.channels = 2 * channels; },
                {&Cost::area_m2, &Cost::energy_joule, &Cost::latency_second}});
    }
}

TEST_P(NeverCheaper, WithColumnsSharedByFewerConvertersInTime) {
    for (const std::int64_t sharing : {2, 4, 8, 16}) {
        expect({"sharing (latency)",
                [=](Study& s) {
                    for_layers(s, [=](LayerPlan& p) { p.array.column_sharing = sharing; });
                },
                [=](Study& s) {
                    for_layers(s, [=](LayerPlan& p) { p.array.column_sharing = 2 * sharing; });
                },
                {&Cost::latency_second}});
    }
}

TEST_P(NeverCheaper, OnALargerNode) {
    // NeuroSim's converters are known down to 22 nm.
    const std::size_t first = GetParam() == AdcModel::neurosim ? 2 : 0;
    const std::vector<std::string> nodes{"7nm",  "14nm", "22nm", "32nm",
                                         "45nm", "65nm", "90nm", "130nm"};
    for (std::size_t i = first; i + 1 < nodes.size(); ++i) {
        expect({nodes[i] + " against " + nodes[i + 1],
                [&](Study& s) { s.technology = technology_of(nodes[i]); },
                [&](Study& s) { s.technology = technology_of(nodes[i + 1]); },
                {&Cost::area_m2, &Cost::energy_joule}});
    }
}

INSTANTIATE_TEST_SUITE_P(Models, NeverCheaper,
                         ::testing::Values(AdcModel::survey, AdcModel::macro, AdcModel::neurosim,
                                           AdcModel::isaac));

// Figures scale as their dimensions say: geometry by F squared at fixed cell sizes.
TEST(ArrayArea, IsThatOfItsCells) {
    Study s;
    s.layers = {conv()};
    const double cells = 64.0 * 32 * 64;  // one tile of 64 arrays
    EXPECT_NEAR(s.cost().components[Component::array].area_m2, cells * 48 * 32e-9 * 32e-9, 1e-18);
}

}  // namespace
}  // namespace ohmgrid
