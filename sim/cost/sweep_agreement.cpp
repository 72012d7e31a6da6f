#include <algorithm>
#include <array>
#include <map>

#include "sim/core/error.hpp"
#include "sim/cost/agreement.hpp"
#include "sim/cost/chip_cost.hpp"
#include "sim/io/csv_table.hpp"

namespace ohmgrid {
namespace {

// The circuit of the sweep: configuration B of XPert.
constexpr ArraySpec sweep_array{.rows = 64, .columns = 64, .cell_bits = 4};
constexpr int weight_bits = 8;
constexpr std::int64_t kernel = 9;
constexpr std::int64_t companion_inputs = 64;
constexpr std::int64_t companion_outputs = 512;

// Share of ones among the input bits of every layer. The reference's inputs are random and not
// published; the shares follow from its own energies: the difference between a sharing of 32 and of
// 2 at a SAR of 6 bits is the charging of word lines in 30 further phases, 0.315 pJ per array and
// phase at a share of 14.06 % (subarray.csv).
constexpr std::array<double, 13> input_densities{0.274,  0.0876, 0.0895, 0.0908, 0.0968,
                                                 0.1018, 0.0932, 0.0817, 0.0749, 0.0740,
                                                 0.0614, 0.0579, 0.0593};
// Mean level of cells at half the conductance range, seen through NeuroSim's access transistor (1.5
// kohm in series with 6 kohm) and wires: the column resistance in subarray.csv.
constexpr double cell_level = 0.37;

LayerPlan plan_of(const CsvRow& row, std::int64_t inputs, std::int64_t outputs) {
    const auto whole = [&](const char* column) {
        return static_cast<std::int64_t>(row.number(column));
    };
    const std::int64_t side = whole("H");
    const std::int64_t padded = side + 2;
    LayerPlan plan;
    plan.shape = {.name = "layer" + row.text("layer"),
                  .op = Op::convolution,
                  .rows = kernel * inputs,
                  .channels = outputs,
                  .windows = side * side,
                  .input_elements = inputs * padded * padded,
                  .digital = {.activations = outputs * side * side}};
    plan.array = sweep_array;
    plan.array.column_sharing = whole("mux");
    plan.adc = {.type = row.text("adc") == "flash" ? AdcType::flash : AdcType::sar,
                .bits = static_cast<int>(row.number("adcbits"))};
    plan.adc_cost.model = AdcModel::neurosim;
    plan.mapping = {.weight_bits = weight_bits,
                    .input_bits = static_cast<int>(row.number("inbits")),
                    .signed_weights = SignedWeights::offset,
                    .copies = CopyRule::fill_tiles};
    const auto layer = static_cast<std::size_t>(whole("layer"));
    if (layer < 1 || layer > input_densities.size()) {
        throw InputError(Message{.place = row.place(),
                                 .id = "COST009",
                                 .what = "VGG16 has no convolution " + row.text("layer"),
                                 .remedy = "Give the sweep of VGG16's 13 convolutions"});
    }
    plan.activity = {.input_density = input_densities[layer - 1], .cell_level = cell_level};
    return plan;
}

/// Energy x latency x tile area of a setting, summed over its layers.
struct Totals {
    double energy = 0;
    double latency = 0;
    double area = 0;

    void add(double layer_energy, double layer_latency, double layer_area) {
        energy += layer_energy;
        latency += layer_latency;
        area += layer_area;
    }
    [[nodiscard]] double edap() const { return energy * latency * area; }
};

}  // namespace

SweepAgreement sweep_agreement(const std::filesystem::path& layers_csv,
                               const Technology& technology, const DeviceModel& device,
                               const ChipSpec& chip) {
    constexpr double picojoule = 1e-12;
    constexpr double nanosecond = 1e-9;
    constexpr double square_micrometre = 1e-12;
    Agreement area{"VGG16 sweep", "tile area", 0.05, 0.10, 1.0};
    Agreement clock{"VGG16 sweep", "clock", 0.05, 0.10};
    Agreement latency{"VGG16 sweep", "layer latency", 0.15, 0.25};
    Agreement energy{"VGG16 sweep", "layer energy", 0.15, 0.25};
    std::map<std::string, std::pair<Totals, Totals>> settings;
    SweepAgreement result;
    for (const CsvRow& row : read_csv_table(layers_csv)) {
        const std::array plans{plan_of(row, static_cast<std::int64_t>(row.number("Cin")),
                                       static_cast<std::int64_t>(row.number("Cout"))),
                               plan_of(row, companion_inputs, companion_outputs)};
        const ChipCost cost = chip_cost(plans, technology, device, chip);
        const LayerCost& layer = cost.layers.front();
        area.add(layer.tile_area_m2, row.number("tile_area_um2") * square_micrometre);
        clock.add(cost.clock_second, row.number("clk_ns") * nanosecond);
        latency.add(layer.total.latency_second, row.number("latency_ns") * nanosecond);
        energy.add(layer.total.energy_joule, row.number("dyn_energy_pJ") * picojoule);
        const double tiles = static_cast<double>(layer.placement.tiles);
        if (tiles != row.number("tiles_layer")) ++result.other_tiles;
        auto& [ours, reference] =
            settings[row.text("adc") + row.text("adcbits") + '/' + row.text("mux")];
        ours.add(layer.total.energy_joule, layer.total.latency_second, tiles * layer.tile_area_m2);
        reference.add(row.number("dyn_energy_pJ"), row.number("latency_ns"),
                      row.number("layer_tiles_area_um2"));
    }
    std::vector<double> ours;
    std::vector<double> reference;
    for (const auto& [name, totals] : settings) {
        ours.push_back(totals.first.edap());
        reference.push_back(totals.second.edap());
    }
    result.figures = {area, clock, latency, energy};
    result.edap_rank_correlation = rank_correlation(ours, reference);
    result.least_rank_correlation = 0.95;
    result.settings = settings.size();
    return result;
}

}  // namespace ohmgrid
