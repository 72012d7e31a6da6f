#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/cost/chip_cost.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

LayerPlan layer() {
    LayerPlan plan;
    plan.shape = {.name = "fc", .op = Op::linear, .rows = 128, .channels = 32, .digital = {}};
    plan.array = {.rows = 64, .columns = 64, .cell_bits = 4, .column_sharing = 8};
    plan.adc = {.type = AdcType::sar, .bits = 6};
    plan.mapping = {.weight_bits = 8, .input_bits = 4, .signed_weights = SignedWeights::offset};
    return plan;
}

ChipCost cost_of_layer(const LayerPlan& plan) {
    return chip_cost(std::span(&plan, 1), technology_of("32nm"), device_of("reram/hfox-1t1r"),
                     chip_of("default"));
}

LayerPlan with(const std::string& key, const std::string& value) {
    LayerPlan plan = layer();
    Complaints complaints;
    ParameterSet set;
    set.set("cost.unit." + key, {.value = value, .place = {}});
    plan.given = cost_parameters().read(set, complaints).given;
    complaints.throw_if_any();
    return plan;
}

// Two arrays, four steps, eight phases: 64 selections; a tile of 64 arrays.
TEST(GivenUnits, ReplaceTheFiguresOfOneUnit) {
    EXPECT_NEAR(cost_of_layer(with("multiplexer.energy", "7 fJ"))
                    .components[Component::multiplexer]
                    .energy_joule,
                64 * 7e-15, 1e-24);
    EXPECT_NEAR(
        cost_of_layer(with("control.energy", "11 fJ")).components[Component::control].energy_joule,
        64 * 11e-15, 1e-24);
    EXPECT_NEAR(
        cost_of_layer(with("multiplexer.area", "9 um2")).components[Component::multiplexer].area_m2,
        64 * 9e-12, 1e-20);
    EXPECT_NEAR(cost_of_layer(with("wordline.latency", "5 ns"))
                    .components[Component::wordline]
                    .latency_second,
                32 * 5e-9, 1e-15);  // four steps of eight phases, one window
}

TEST(GivenUnits, ReachTheTotals) {
    const ChipCost before = cost_of_layer(layer());
    const ChipCost after = cost_of_layer(with("control.area", "1000 um2"));
    const double grown = after.components[Component::control].area_m2 -
                         before.components[Component::control].area_m2;
    EXPECT_GT(grown, 0);
    EXPECT_GE(after.total.area_m2 - before.total.area_m2, grown * (1 - 1e-9));  // and wires
}

TEST(GivenUnits, MustHaveTheDimensionOfTheirFigure) {
    for (const auto& [key, value] :
         {std::pair{"multiplexer.energy", "7 um2"}, std::pair{"wordline.latency", "5 fJ"},
          std::pair{"control.area", "1 ns"}, std::pair{"buffer.leakage", "3"}}) {
        const auto read = [&, k = key, v = value] { (void)with(k, v); };
        EXPECT_THAT(read, testing::ThrowsMessage<InputError>(testing::AllOf(
                              testing::HasSubstr("error[PAR003]"), testing::HasSubstr(key))))
            << key;
    }
    EXPECT_THROW((void)with("control.energy", "-1 fJ"), InputError);
}

}  // namespace
}  // namespace ohmgrid
