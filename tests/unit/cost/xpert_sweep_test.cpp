// Whole layers against XPertSim (a NeuroSim V1.3 derivative) as run by others
// (../shared/reference/cost/xpert_vgg16_sweep_layers_B_rram64.csv): VGG16 on 64 x 64 RRAM arrays,
// 4-bit cells, 32 nm, column sharing 2 .. 32, flash and SAR of 4 .. 8 bits.
#include <gtest/gtest.h>

#include "sim/cost/chip_cost.hpp"
#include "tests/unit/cost/cost_fixtures.hpp"
#include "tests/unit/cost/reference_table.hpp"

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

TEST_F(XpertSweep, Print) {
    for (const auto& [name, rows] : settings()) {
        const ChipCost c = cost_of_rows(rows);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (i != 0 && i != 3 && i != 8) continue;
            const LayerCost& l = c.layers[i];
            const ReferenceRow& r = rows[i];
            const auto ratio = [&](double a, double b) { return b > 0 ? a / b : 0; };
            const auto& k = l.components;
            const double tile = l.tile_area_m2 * 1e12;
            std::printf(
                "%-9s L%-2zu tiles %g/%g area %.3f clk %.3f lat %.3f (adc %.2f acc %.2f ic %.2f "
                "buf %.2f) E %.3f (adc %.2f acc %.2f ic %.2f buf %.2f other %.2f) adcA %.3f accA "
                "%.2f leak %.2f\n",
                name.c_str(), i + 1, static_cast<double>(l.placement.tiles),
                r.number("tiles_layer"), ratio(tile, r.number("tile_area_um2")),
                ratio(l.phase_second * 1e9, r.number("clk_ns")),
                ratio(l.total.latency_second * 1e9, r.number("latency_ns")),
                ratio((k[Component::adc].latency_second + k[Component::array].latency_second +
                       k[Component::multiplexer].latency_second +
                       k[Component::wordline].latency_second) *
                          1e9,
                      r.number("lat_ADC_ns")),
                ratio((k[Component::accumulation].latency_second +
                       k[Component::shift_add].latency_second) *
                          1e9,
                      r.number("lat_Accum_ns")),
                ratio(k[Component::interconnect].latency_second * 1e9, r.number("lat_IC_ns")),
                ratio(k[Component::buffer].latency_second * 1e9, r.number("lat_buffer_ns")),
                ratio(l.total.energy_joule * 1e12, r.number("dyn_energy_pJ")),
                ratio(k[Component::adc].energy_joule * 1e12, r.number("E_ADC_pJ")),
                ratio((k[Component::accumulation].energy_joule +
                       k[Component::shift_add].energy_joule) *
                          1e12,
                      r.number("E_Accum_pJ")),
                ratio(k[Component::interconnect].energy_joule * 1e12, r.number("E_IC_pJ")),
                ratio(k[Component::buffer].energy_joule * 1e12, r.number("E_buffer_pJ")),
                ratio((k[Component::array].energy_joule + k[Component::wordline].energy_joule +
                       k[Component::multiplexer].energy_joule) *
                          1e12,
                      r.number("E_Other_pJ") - r.number("E_IC_pJ") - r.number("E_buffer_pJ")),
                ratio(k[Component::adc].area_m2 * 1e12 / static_cast<double>(l.placement.tiles),
                      r.number("tile_area_ADC")),
                ratio((k[Component::accumulation].area_m2 + k[Component::shift_add].area_m2) *
                          1e12 / static_cast<double>(l.placement.tiles),
                      r.number("tile_area_Accum")),
                ratio(l.total.leakage_watt * 1e6, r.number("leak_power_uW")));
        }
    }
}

}  // namespace
}  // namespace ohmgrid
