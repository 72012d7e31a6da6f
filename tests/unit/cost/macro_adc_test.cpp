#include "sim/cost/components/macro_adc.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/cost/technology_at.hpp"
#include "sim/io/csv_table.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

/// Straight lines between the sorted values.
double quantile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double next = values[std::min(below + 1, values.size() - 1)];
    return values[below] + (place - static_cast<double>(below)) * (next - values[below]);
}

Technology at(double nanometre) {
    const std::map<int, Technology> known{{32, technology_of("32nm")}, {65, technology_of("65nm")}};
    if (const auto found = known.find(static_cast<int>(nanometre)); found != known.end()) {
        return found->second;
    }
    return technology_at(std::vector{technology_of("22nm"), technology_of("32nm")},
                         nanometre * 1e-9);
}

// The factors in the code are the percentiles of published over first principles.
TEST(MacroAdc, LiesAtTheMedianOfPublishedConvertersOfMacros) {
    std::vector<double> energy;
    std::vector<double> area;
    for (const CsvRow& row : read_csv_table(std::string(OHMGRID_SOURCE_DIR) +
                                            "/devices/silicon/macro_converters.csv")) {
        const Cost gates =
            sar_of_gates(row.number("bits"), logic_cells(at(row.number("node_nanometre"))));
        energy.push_back(std::log2(row.number("energy_picojoule") * 1e-12 / gates.energy_joule));
        area.push_back(std::log2(row.number("area_um2") * 1e-12 / gates.area_m2));
    }
    ASSERT_EQ(energy.size(), 7U);
    const LogicCells cells = logic_cells(technology_of("32nm"));
    const Cost gates = sar_of_gates(8, cells);
    const AdcCost c = macro_sar(8, cells);
    const auto expect = [](const Range& range, double unit, const std::vector<double>& logs) {
        EXPECT_NEAR(range.low / unit, std::exp2(quantile(logs, 0.1)), 0.006);
        EXPECT_NEAR(range.typical / unit, std::exp2(quantile(logs, 0.5)), 0.006);
        EXPECT_NEAR(range.high / unit, std::exp2(quantile(logs, 0.9)), 0.006);
    };
    expect(c.energy_joule, gates.energy_joule, energy);
    expect(c.area_m2, gates.area_m2, area);
}

// By hand: 8 bits switch 32 flip-flops, and 65536 aF stand at the supply.
TEST(MacroAdc, SwitchesFourFlipFlopsPerBitAndTheCapacitanceThatNoiseAsksFor) {
    const LogicCells cells = logic_cells(technology_of("65nm"));
    const double noise = 65536e-18 * cells.supply_volt * cells.supply_volt;
    EXPECT_NEAR(sar_of_gates(8, cells).energy_joule, 32 * cells.flip_flop().energy_joule + noise,
                1e-20);
    EXPECT_NEAR(sar_of_gates(8, cells).area_m2, (478 + 7 * 182) * cells.area_m2 + 256e-15 / 1.5e-3,
                1e-16);
}

TEST(MacroAdc, CostsLessThanTheStandAloneConvertersOfTheSurvey) {
    for (const std::string node : {"22nm", "32nm", "45nm", "65nm"}) {
        const Technology t = technology_of(node);
        const auto cost = [&](AdcModel model) {
            return adc_cost({.type = AdcType::sar, .bits = 8}, {.model = model}, 1e4, 0.5,
                            logic_cells(t), t);
        };
        EXPECT_LT(cost(AdcModel::macro).cost.energy_joule,
                  cost(AdcModel::survey).cost.energy_joule);
        EXPECT_GT(cost(AdcModel::macro).cost.energy_joule,
                  cost(AdcModel::neurosim).cost.energy_joule);
    }
}

}  // namespace
}  // namespace ohmgrid
