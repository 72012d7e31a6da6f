#include "sim/cost/layer_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"

#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

LayerPlan conv() {
    LayerPlan plan;
    plan.shape = {.name = "conv",
                  .op = Op::convolution,
                  .rows = 576,
                  .channels = 64,
                  .windows = 256,
                  .input_elements = 64 * 256,
                  .digital = {.activations = 64 * 256}};
    plan.array = {.rows = 64, .columns = 64, .cell_bits = 4, .column_sharing = 8};
    plan.adc = {.type = AdcType::sar, .bits = 6};
    plan.mapping = {.weight_bits = 8, .input_bits = 4};
    return plan;
}

struct Chip {
    Technology technology = technology_of("32nm");
    DeviceModel device = device_of("reram/hfox-1t1r");
    ChipSpec spec = chip_of("default");

    [[nodiscard]] SharedChip shared(std::int64_t tiles, double area_m2) const {
        return {{.tiles = tiles,
                 .tiles_area_m2 = area_m2,
                 .feature_map_bits = 1e6,
                 .value_bits = 4,
                 .phase_second = 1e-8},
                technology,
                spec};
    }
    [[nodiscard]] Cost layer(std::int64_t tiles, double area_m2) const {
        return LayerModel(conv(), technology, device, spec).cost_on(shared(tiles, area_m2)).total;
    }
};

TEST(SharedChip, GrowsWithTilesAndWithTheirArea) {
    const Chip chip;
    for (std::int64_t tiles = 1; tiles < 200; ++tiles) {
        const double area_m2 = static_cast<double>(tiles) * 1e-7;
        const Cost one = chip.shared(tiles, area_m2).built();
        EXPECT_LE(one.area_m2, chip.shared(tiles + 1, area_m2).built().area_m2);
        EXPECT_LE(one.leakage_watt, chip.shared(tiles + 1, area_m2).built().leakage_watt);
        EXPECT_LE(one.area_m2, chip.shared(tiles, 1.1 * area_m2).built().area_m2);
    }
}

TEST(SharedChip, PathGrowsAsTheRootOfTheArea) {
    const Chip chip;
    EXPECT_NEAR(chip.shared(50, 4e-5).path_metre(), 2 * chip.shared(50, 1e-5).path_metre(), 1e-15);
}

TEST(LayerModel, EnergyIsAffineInThePath) {
    const Chip chip;
    const double path_1 = chip.shared(40, 1e-5).path_metre();
    const double path_2 = chip.shared(90, 9e-5).path_metre();
    const double path = chip.shared(20, 4e-5).path_metre();
    const double energy_1 = chip.layer(40, 1e-5).energy_joule;
    const double energy_2 = chip.layer(90, 9e-5).energy_joule;
    const double slope = (energy_2 - energy_1) / (path_2 - path_1);
    EXPECT_GT(slope, 0);
    EXPECT_NEAR(chip.layer(20, 4e-5).energy_joule, energy_1 + slope * (path - path_1),
                1e-12 * energy_1);
}

TEST(LayerModel, LatencyNeverFallsAsThePathGrows) {
    for (const Overlap overlap : {Overlap::overlapped, Overlap::serial}) {
        Chip chip;
        chip.spec.overlap = overlap;
        double before = 0;
        for (double area_m2 = 1e-6; area_m2 < 1e-3; area_m2 *= 1.5) {
            const double now = chip.layer(40, area_m2).latency_second;
            EXPECT_GE(now, before);
            before = now;
        }
    }
}

TEST(LayerModel, OnTheChipItBelongsToIsARowOfTheTable) {
    const Chip chip;
    LayerPlan wide = conv();
    wide.shape.name = "wide";
    wide.shape.channels = 256;
    const std::vector<LayerPlan> plans{conv(), wide};
    const ChipCost table = chip_cost(plans, chip.technology, chip.device, chip.spec);
    ChipDemand demand;
    for (const LayerPlan& plan : plans) {
        demand += LayerModel(plan, chip.technology, chip.device, chip.spec).demand();
    }
    EXPECT_EQ(demand.tiles, table.tiles);
    const SharedChip shared(demand, chip.technology, chip.spec);
    EXPECT_NEAR(demand.tiles_area_m2 + shared.built().area_m2, table.total.area_m2,
                1e-12 * table.total.area_m2);
    EXPECT_EQ(LayerModel(wide, chip.technology, chip.device, chip.spec)
                  .cost_on(shared)
                  .total.energy_joule,
              table.layers[1].total.energy_joule);
}

// Tiles that suit the network are known only with all of its layers.
TEST(LayerModel, RefusesAFloorPlanThatIsStillToBeChosen) {
    Chip chip;
    chip.spec.floor_plan = FloorPlan::automatic;
    EXPECT_THAT([&] { (void)LayerModel(conv(), chip.technology, chip.device, chip.spec); },
                testing::ThrowsMessage<InputError>(
                    testing::AllOf(testing::HasSubstr("error[COST010]"),
                                   testing::HasSubstr("chip.floor_plan = \"packed\""))));
    const LayerPlan plan = conv();
    const ChipSpec chosen = with_floor_plan(chip.spec, std::span(&plan, 1));
    EXPECT_GT(LayerModel(plan, chip.technology, chip.device, chosen).demand().tiles, 0);
}

}  // namespace
}  // namespace ohmgrid
