// One layer, 33 ways, beside CrossSim 3.2.0: reference/accuracy/README_layer_vectors.md.

#include <gtest/gtest.h>

#include <cmath>

#include "sim/inference/analog_network.hpp"
#include "sim/io/hdf5.hpp"
#include "tests/support/shared_folder.hpp"

namespace ohmgrid {
namespace {

constexpr std::int64_t outputs = 16;
constexpr std::int64_t inputs = 144;
constexpr std::int64_t windows = 64;
constexpr float weight_of_gmax_input = 4;  // the file's input range

/// What our parameters cannot say: cells whose current returns through a source line of their own,
/// and pairs whose two cells take turns on one pair of lines.
bool is_out_of_scope(const std::string& name) {
    return name.find("sepsource") != std::string::npos || name.find("interl") != std::string::npos;
}

std::vector<std::string> case_names() {
    if (!shared_folder()) return {"shared folder is absent"};
    const Hdf5Reader file(*shared_folder() / "reference/accuracy/crosssim_layer_vectors.h5");
    return file.names("cases");
}

/// One case of the file: its attributes as our parameters, and its recorded quantities.
class Case {
  public:
    explicit Case(const std::string& name)
        : file_(*shared_folder() / "reference/accuracy/crosssim_layer_vectors.h5"),
          group_("cases/" + name) {
        settings_.array = {.rows = inputs / parts(),
                           .columns = outputs,
                           .cell_bits = static_cast<int>(number("cell_bits")),
                           .row_wire_ohm = number("Rp_row"),
                           .column_wire_ohm = number("Rp_col"),
                           .column_sharing = 1};
        MappingSpec& mapping = settings_.mapping;
        mapping.weight_bits = static_cast<int>(number("weight_bits"));
        mapping.input_bits = static_cast<int>(number("input_bits"));
        mapping.slice_columns = SliceColumns::separate;
        mapping.row_parts = RowParts::rounded;
        mapping.signed_inputs = SignedInputs::sign_magnitude;
        if (!flag("input_bitslicing")) mapping.encoding = InputEncoding::multi_level;
        mapping.step_bits = static_cast<int>(number("input_slice_size"));
        if (!flag("adc_per_ibit")) mapping.conversion = Conversion::accumulated;
        if (text("balanced_style") == "TWO_SIDED") mapping.pair = PairCells::two_sided;
        if (!flag("subtract_current_in_xbar")) mapping.subtraction = Subtraction::digital;
        if (text("core_style") == "OFFSET") {
            mapping.signed_weights =
                flag("digital_offset") ? SignedWeights::offset : SignedWeights::reference_column;
            if (!flag("digital_offset")) settings_.array.columns += 1;
        }
        device_.g_max_siemens = 1 / number("Rmin");
        device_.g_min_siemens = number("Gmin_norm") * device_.g_max_siemens;
        set_adc();
    }

    [[nodiscard]] double number(const std::string& name, const std::string& at = "") const {
        return file_.number_attribute(group_ + at, name).value();
    }
    [[nodiscard]] bool flag(const std::string& name) const { return number(name) != 0; }
    [[nodiscard]] std::string text(const std::string& name) const {
        return file_.text_attribute(group_, name).value();
    }
    [[nodiscard]] bool has(const std::string& dataset) const { return file_.has(group_ + dataset); }
    [[nodiscard]] std::vector<double> values(const std::string& dataset) const {
        return file_.read<double>(group_ + dataset).values;
    }
    [[nodiscard]] std::int64_t parts() const {
        return static_cast<std::int64_t>(number("num_partitions"));
    }
    [[nodiscard]] bool is_signed() const { return !flag("positiveInputsOnly"); }
    [[nodiscard]] bool converts() const { return number("adc_bits") > 0; }
    [[nodiscard]] const LayerSettings& settings() const { return settings_; }
    [[nodiscard]] const DeviceModel& device() const { return device_; }
    [[nodiscard]] LayerRanges ranges() const { return ranges_; }

    /// A 1x1 convolution of the windows' inputs.
    [[nodiscard]] Node node() const {
        Node node{.name = "layer", .op = Op::convolution};
        node.shape = {outputs, 8, 8};
        node.weights = file_.read<float>("inputs/weight_matrix").values;
        return node;
    }
    [[nodiscard]] std::vector<float> input() const {
        return file_.read<float>(is_signed() ? "inputs/x_signed" : "inputs/x_nonneg").values;
    }
    /// Of the product without any error.
    [[nodiscard]] double exact_rms() const {
        double sum = 0;
        const auto exact =
            file_.read<double>(is_signed() ? "inputs/exact_signed" : "inputs/exact_nonneg").values;
        for (const double v : exact) sum += v * v;
        return std::sqrt(sum / static_cast<double>(exact.size()));
    }
    [[nodiscard]] AnalogLayer layer(Conversions conversions) const {
        const Node n = node();
        return analog_layer(n, {inputs, 8, 8}, quantise_weights(n, settings_.mapping), settings_,
                            device_, ranges_, conversions, {VirtualChip{}}, {});
    }

  private:
    void set_adc() {
        AdcSpec& adc = settings_.adc;
        ranges_.input = {is_signed() ? -weight_of_gmax_input : 0, weight_of_gmax_input};
        adc.type = converts() ? AdcType::sar : AdcType::ideal;
        if (!converts()) return;
        adc.bits = static_cast<int>(number("adc_bits"));
        adc.zero = AdcZero::as_given;
        if (text("adc_model") == "SignMagnitudeADC") adc.codes = AdcCodes::sign_magnitude;
        const int slices = settings_.mapping.slices(settings_.array.cell_bits);
        for (int s = 0; s < slices; ++s) {
            const std::string at = "/part0/slice" + std::to_string(s);
            ranges_.sum_of_slice.push_back({static_cast<float>(number("adc_min", at)),
                                            static_cast<float>(number("adc_max", at))});
        }
        // MAX ranges of one-slice cores are ours; those of bit-sliced offset cores and GRANULAR
        // ranges are stretched by 256/255 in CrossSim and therefore given as numbers.
        const bool stretched = text("adc_range_option") == "GRANULAR" ||
                               (slices > 1 && text("core_style") == "OFFSET");
        if (text("adc_range_option") == "MAX" && !stretched) adc.range = AdcRange::max;
    }

    Hdf5Reader file_;
    std::string group_;
    LayerSettings settings_;
    DeviceModel device_;
    LayerRanges ranges_;
};

class CrossSimLayer : public ::testing::TestWithParam<std::string> {
  protected:
    void SetUp() override {
        OHMGRID_NEEDS_SHARED();
        if (is_out_of_scope(GetParam())) {
            GTEST_SKIP() << "skipped: separate source lines and interleaved pairs are not modelled";
        }
    }
};

double largest(const std::vector<double>& values) {
    double most = 0;
    for (const double v : values) most = std::max(most, std::abs(v));
    return most;
}

/// Programmed conductances of both twins, from a layer that converts them apart.
TEST_P(CrossSimLayer, HasTheSameConductances) {
    if (IsSkipped()) return;
    const Case c(GetParam());
    LayerSettings settings = c.settings();
    settings.mapping.subtraction = Subtraction::digital;
    settings.array.row_wire_ohm = settings.array.column_wire_ohm = 0;
    const Node node = c.node();
    const QuantisedWeights weights = quantise_weights(node, settings.mapping);
    const LayerMapping where(layer_shape(node, {inputs, 8, 8}), settings.array, settings.mapping);
    const VirtualChip chip;
    const ProgrammedLayer layer =
        program_layer(weights, where, settings, c.device(), {chip}, 0, {});
    ASSERT_EQ(std::ssize(layer.blocks.front().parts), c.parts());
    for (std::size_t p = 0; p < layer.blocks.front().parts.size(); ++p) {
        const ProgrammedPart& part = layer.blocks.front().parts[p];
        for (std::size_t s = 0; s < part.units.size(); ++s) {
            const std::string at = "/part" + std::to_string(p) + "/slice" + std::to_string(s) + "/";
            const bool is_pair = c.has(at + "G_norm_neg");
            const bool has_reference = where.has_reference_column();
            for (std::int64_t side = 0; side < (is_pair ? 2 : 1); ++side) {
                const auto theirs = c.values(at + (side == 0 ? "G_norm_pos" : "G_norm_neg"));
                for (std::int64_t row = 0; row < part.rows.size(); ++row) {
                    for (std::int64_t o = 0; o < outputs; ++o) {
                        const std::int64_t their_row = o + (has_reference ? 1 : 0);
                        EXPECT_NEAR(
                            part.units[s].value(o * (is_pair ? 2 : 1) + side, row),
                            theirs[static_cast<std::size_t>(their_row * part.rows.size() + row)],
                            1e-6);
                    }
                }
            }
        }
    }
}

/// Every value that reaches a converter, and the code it gets.
TEST_P(CrossSimLayer, HasTheSameColumnSumsAndCodes) {
    if (IsSkipped()) return;
    const Case c(GetParam());
    AnalogWorkspace workspace;
    const auto sums = c.layer(Conversions::observed).observe(c.input().data(), 1, workspace);
    const AnalogLayer converting = c.layer(Conversions::as_designed);
    const bool digital = c.settings().mapping.subtracts_digitally();
    const std::int64_t columns = c.settings().array.columns * (digital ? 2 : 1);
    std::int64_t ties = 0;
    for (std::size_t s = 0; s < sums.size(); ++s) {
        const std::int64_t steps = std::ssize(sums[s]) / (columns * windows * c.parts());
        std::size_t at = 0;
        for (std::int64_t tile = 0; tile < windows / tile_positions; ++tile) {
            for (std::int64_t p = 0; p < c.parts(); ++p) {
                const std::string slice =
                    "/part" + std::to_string(p) + "/slice" + std::to_string(s) + "/";
                const AdcScale scale =
                    converting.scales()[static_cast<std::size_t>(p) * sums.size() + s];
                if (c.converts()) {
                    EXPECT_NEAR(scale.low, c.number("adc_min", slice), 1e-6 * std::abs(scale.low));
                    EXPECT_EQ(scale.top_code, c.number("adc_levels", slice) - 1);
                }
                for (std::int64_t column = 0; column < columns; ++column) {
                    const std::int64_t line = digital ? column / 2 : column;
                    const bool reference = line == outputs;
                    const bool shifted = columns == outputs + 1;
                    const std::int64_t their_line = reference ? 0 : line + (shifted ? 1 : 0);
                    for (std::int64_t k = 0; k < steps; ++k) {
                        const std::int64_t n = digital ? 2 * k + column % 2 : k;
                        const std::string number = std::to_string(n);
                        const auto theirs = c.values(slice + "adc_in_" + number);
                        const auto codes = c.converts() ? c.values(slice + "adc_code_" + number)
                                                        : std::vector<double>{};
                        const double tolerance = 1e-6 * std::max(1.0, largest(theirs));
                        for (std::int64_t i = 0; i < tile_positions; ++i, ++at) {
                            const auto there = static_cast<std::size_t>(their_line * windows +
                                                                        tile * tile_positions + i);
                            const auto ours = static_cast<double>(sums[s][at]);
                            ASSERT_NEAR(ours, theirs[there], tolerance) << slice << n;
                            if (!c.converts()) continue;
                            const double x = std::clamp(ours / scale.step + scale.zero_code(), 0.0,
                                                        scale.top_code);
                            if (std::nearbyint(x) == codes[there]) continue;
                            const double to_tie = std::abs(x - std::floor(x) - 0.5) * scale.step;
                            EXPECT_LT(to_tie, 1e-6) << slice << n << ' ' << x;
                            ++ties;
                        }
                    }
                }
            }
        }
    }
    RecordProperty("ties", static_cast<int>(ties));
}

/// CrossSim divides the sums of one-slice offset cores by the whole conductance range although
/// offset weights use 2^b - 2 of its 2^b - 1 steps, so its outputs are smaller by that factor.
double crosssim_gain(const Case& c) {
    const bool one_offset_slice = c.text("core_style") == "OFFSET" && c.number("Nslices") == 1;
    return one_offset_slice ? 254.0 / 255 : 1;
}

TEST_P(CrossSimLayer, HasTheSameOutputs) {
    if (IsSkipped()) return;
    const Case c(GetParam());
    std::vector<float> ours(static_cast<std::size_t>(outputs * windows));
    AnalogWorkspace workspace;
    c.layer(Conversions::as_designed).run(c.input().data(), ours.data(), 0, workspace);
    const auto theirs = c.values("/output");
    const bool has_wires = c.number("Rp_row") > 0;
    const double tolerance = (has_wires ? 1e-6 : 1e-4) * std::max(largest(theirs), c.exact_rms());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        EXPECT_NEAR(static_cast<double>(ours[i]) * crosssim_gain(c), theirs[i], tolerance) << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Cases, CrossSimLayer, ::testing::ValuesIn(case_names()),
                         [](const auto& tested) {
                             std::string name = tested.param;
                             for (char& letter : name) {
                                 if (std::isalnum(static_cast<unsigned char>(letter)) == 0) {
                                     letter = '_';
                                 }
                             }
                             return name;
                         });

}  // namespace
}  // namespace ohmgrid
