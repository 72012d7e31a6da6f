#include "sim/cost/explain.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/cost/array_unit.hpp"
#include "sim/cost/chip_cost.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

LayerPlan plan() {
    LayerPlan p;
    p.shape = {.name = "fc", .op = Op::linear, .rows = 720, .channels = 10, .digital = {}};
    p.array = {.rows = 64, .columns = 32, .cell_bits = 4, .column_sharing = 8};
    p.adc = {.type = AdcType::sar, .bits = 6};
    p.mapping = {.weight_bits = 8, .input_bits = 4};
    return p;
}

/// SRAM has precharge circuits, ReRAM level shifters.
std::vector<Explanation> explanations(const std::string& device = "reram/hfox-1t1r") {
    return explain_components(plan(), technology_of("32nm"), device_of(device), chip_of("default"));
}

TEST(Explain, CoversEveryColumnOfTheTable) {
    for (std::size_t i = 0; i < component_count; ++i) {
        const std::string name(to_text(static_cast<Component>(i)));
        bool found = false;
        for (const Explanation& e : explanations("sram/8t")) {
            found = found || e.component == name || e.component.starts_with(name + " (");
        }
        EXPECT_TRUE(found) << name;
    }
}

TEST(Explain, GivesInputsFormulasFiguresAndASource) {
    std::vector<Explanation> all = explanations();
    for (Explanation& e : explanations("sram/8t")) all.push_back(std::move(e));
    for (const Explanation& e : all) {
        EXPECT_FALSE(e.models.empty()) << e.component;
        EXPECT_FALSE(e.source.empty()) << e.component;
        EXPECT_FALSE(e.inputs.empty()) << e.component;
        ASSERT_GE(e.results.size(), 4U) << e.component;
        for (const ExplainedValue& result : e.results) {
            EXPECT_FALSE(result.text.empty()) << e.component;
            EXPECT_TRUE(std::isfinite(result.value)) << e.component << ' ' << result.name;
        }
    }
}

// The printed formula of the SAR converter, worked by hand: ENOB 6 - 1.5 = 4.5 at 32 nm.
TEST(Explain, PrintsTheFormulaItUses) {
    for (const Explanation& e : explanations()) {
        if (e.component != "adc") continue;
        const double picojoule = std::exp2(-3.717 + 0.803 * 4.5 - 0.01);
        EXPECT_NEAR(e.results[2].value, picojoule * 1e-12, 1e-6 * picojoule * 1e-12);
    }
}

}  // namespace
}  // namespace ohmgrid
