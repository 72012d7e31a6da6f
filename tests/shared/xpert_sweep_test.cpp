// Whole layers against XPertSim (a NeuroSim V1.3 derivative) as run by others
// (../shared/reference/cost/xpert_vgg16_sweep_layers_B_rram64.csv): VGG16 on 64 x 64 RRAM arrays,
// 4-bit cells, 32 nm, column sharing 2 .. 32, flash and SAR of 4 .. 8 bits.
#include <gtest/gtest.h>

#include "sim/cost/chip_cost.hpp"
#include "tests/support/reference_table.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

constexpr const char* sweep = "cost/xpert_vgg16_sweep_layers_B_rram64.csv";

LayerPlan plan_of(const ReferenceRow& row) {
    const auto whole = [&](const char* column) {
        return static_cast<std::int64_t>(row.number(column));
    };
    LayerPlan plan;
    const std::int64_t side = whole("H");
    plan.shape = {.name = "layer" + row.text("layer"),
                  .op = Op::convolution,
                  .rows = 9 * whole("Cin"),
                  .channels = whole("Cout"),
                  .windows = side * side,
                  .input_elements = whole("Cin") * side * side,
                  .digital = {.activations = whole("Cout") * side * side}};
    plan.array = {.rows = 64, .columns = 64, .cell_bits = 4, .column_sharing = whole("mux")};
    plan.adc = {.type = row.text("adc") == "flash" ? AdcType::flash : AdcType::sar,
                .bits = static_cast<int>(row.number("adcbits"))};
    plan.adc_cost.model = AdcModel::neurosim;
    plan.mapping = {.weight_bits = 8,
                    .input_bits = static_cast<int>(row.number("inbits")),
                    .signed_weights = SignedWeights::offset,
                    .copies = CopyRule::fill_tiles};
    plan.activity = {.input_density = 0.14, .cell_level = 0.5};
    return plan;
}

/// The sweep's settings, each a network of 13 layers.
std::map<std::string, std::vector<ReferenceRow>> settings() {
    std::map<std::string, std::vector<ReferenceRow>> all;
    for (ReferenceRow& row : reference_table(sweep)) {
        all[row.text("adc") + row.text("adcbits") + "/" + row.text("mux")].push_back(
            std::move(row));
    }
    return all;
}

class XpertSweep : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(reference_path(sweep))) {
            GTEST_SKIP() << "skipped: ../shared/reference/" << sweep << " absent";
        }
    }
};

ChipCost cost_of_rows(const std::vector<ReferenceRow>& rows) {
    std::vector<LayerPlan> plans;
    for (const ReferenceRow& row : rows) plans.push_back(plan_of(row));
    return chip_cost(plans, technology_of("32nm"), device_of("reram/hfox-1t1r"),
                     chip_of("neurosim"));
}

/// The layers whose tiles the reference counts as we do. It floor-plans whole tile sides, so that a
/// layer of 18 x 4 arrays takes three tiles of 8 x 8; ours packs its 72 arrays into two.
bool same_tiles(const LayerCost& layer, const ReferenceRow& row) {
    return static_cast<double>(layer.placement.tiles) == row.number("tiles_layer");
}

TEST_F(XpertSweep, TileAreaAgreesWithinATenthInTheMedianAndAFifthAtWorst) {
    std::vector<double> differences;
    for (const auto& [name, rows] : settings()) {
        const ChipCost chip = cost_of_rows(rows);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const double reference = rows[i].number("tile_area_um2") * 1e-12;
            differences.push_back(chip.layers[i].tile_area_m2 / reference - 1);
        }
    }
    EXPECT_EQ(differences.size(), 520U);
    EXPECT_LE(quantile(differences, 0.5), 0.10);
    EXPECT_LE(quantile(differences, 1.0), 0.20);
}

// Below four columns per converter the reference's decoder, which it does not size, sets its clock.
TEST_F(XpertSweep, ClockAgreesWithinFivePercentWhereTheConverterSetsIt) {
    std::vector<double> differences;
    for (const auto& [name, rows] : settings()) {
        if (rows[0].number("mux") < 4) continue;
        differences.push_back(cost_of_rows(rows).clock_second * 1e9 / rows[0].number("clk_ns") - 1);
    }
    EXPECT_LE(quantile(differences, 0.5), 0.05);
    EXPECT_LE(quantile(differences, 1.0), 0.15);
}

TEST_F(XpertSweep, ConversionTimeOfEveryLayerAgreesWhereTilesDo) {
    std::vector<double> differences;
    for (const auto& [name, rows] : settings()) {
        const ChipCost chip = cost_of_rows(rows);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!same_tiles(chip.layers[i], rows[i])) continue;
            const ComponentCosts& c = chip.layers[i].components;
            const double second =
                c[Component::adc].latency_second + c[Component::array].latency_second +
                c[Component::multiplexer].latency_second + c[Component::wordline].latency_second;
            differences.push_back(second * 1e9 / rows[i].number("lat_ADC_ns") - 1);
        }
    }
    EXPECT_GT(differences.size(), 300U);
    EXPECT_LE(quantile(differences, 0.5), 0.05);
    EXPECT_LE(quantile(differences, 0.9), 0.20);
}

/// Kendall's rank correlation: pairs in the same order minus pairs in opposite order, per pair.
double kendall(const std::vector<double>& a, const std::vector<double>& b) {
    double score = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = i + 1; j < a.size(); ++j) {
            const double sign = (a[i] - a[j]) * (b[i] - b[j]);
            score += sign > 0 ? 1 : sign < 0 ? -1 : 0;
            ++pairs;
        }
    }
    return score / pairs;
}

TEST_F(XpertSweep, RanksSettingsByEdapAsTheReferenceDoes) {
    std::vector<double> ours;
    std::vector<double> reference;
    for (const auto& [name, rows] : settings()) {
        const ChipCost chip = cost_of_rows(rows);
        double energy = 0;
        double latency = 0;
        double area = 0;
        for (const ReferenceRow& row : rows) {
            energy += row.number("dyn_energy_pJ");
            latency += row.number("latency_ns");
            area += row.number("layer_tiles_area_um2");
        }
        ours.push_back(chip.edap());
        reference.push_back(energy * latency * area);
    }
    EXPECT_GE(kendall(ours, reference), 0.85);
}

}  // namespace
}  // namespace ohmgrid
