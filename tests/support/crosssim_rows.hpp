#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/inference/calibration.hpp"
#include "sim/inference/quantisation.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/mapping/layer_shape.hpp"
#include "tests/support/crosssim_input_ranges.hpp"
#include "tests/support/reference_table.hpp"
#include "tests/support/shared_folder.hpp"

namespace ohmgrid {

/// How closely our parameters can say what a row of crosssim_cifar10.csv did.
enum class Expressible {
    exactly,          ///< every parameter of the row is on record
    fitted,           ///< the input ranges were found on such a row: crosssim_input_ranges.hpp
    but_inputs,       ///< but for these ranges, which were found on others
    but_both_ranges,  ///< and but for converter ranges found on images we do not have
    no                ///< a target nobody should have
};

/// CrossSim's ResNet-20 settings as ours. reference/accuracy/README_csv.md describes the columns.
class CrossSimRow {
  public:
    explicit CrossSimRow(CsvRow row) : row_(std::move(row)) {}

    [[nodiscard]] std::string name() const { return row_.text("name"); }
    [[nodiscard]] std::string group() const { return row_.text("group"); }
    [[nodiscard]] std::int64_t images() const { return count("n_images"); }
    [[nodiscard]] double accuracy() const { return row_.number("acc_mean_pct") / 100; }
    [[nodiscard]] double images_per_second() const { return row_.number("img_per_s_cpu"); }
    [[nodiscard]] bool is_deterministic() const {
        return row_.text("error_model") == "none" && row_.text("noise_model") == "none" &&
               row_.text("drift_model") == "none" &&
               row_.text("name").find("cmp") == std::string::npos && row_.text("depth") == "20";
    }

    /// Nothing quantised: torch itself, and arrays that are exact.
    [[nodiscard]] bool is_float() const { return flag("torch") || flag("ideal"); }

    [[nodiscard]] Expressible expressible() const {
        const bool stretched = row_.text("name").rfind("off_", 0) == 0 && count("Nslices") > 1 &&
                               count("adc_bits") > 0;
        if (stretched) return Expressible::no;
        if (is_float() || count("input_bits") == 0) return Expressible::exactly;
        if (has_shipped_sums()) return Expressible::but_both_ranges;
        // The same roundings of the same images, however the weights are sliced.
        const bool only_rounds_inputs = count("adc_bits") == 0 && row_.number("Rp_row") == 0;
        return only_rounds_inputs ? Expressible::fitted : Expressible::but_inputs;
    }

    /// Which ranges CrossSim took from its files: rows with equal words share them.
    [[nodiscard]] std::string calibration() const {
        if (count("input_bits") == 0) return "none";
        return has_shipped_sums() ? row_.text("cal") : "inputs";
    }

    /// What CrossSim's scripts find ranges with: eight bits at both ends, whatever the row has.
    /// One entry per weighted node of `graph`.
    [[nodiscard]] std::vector<LayerSettings> calibration_settings(const Graph& graph) const {
        std::vector<LayerSettings> all = plain_settings(graph);
        for (LayerSettings& layer : all) {
            if (count("input_bits") > 0) layer.mapping.input_bits = 8;
            layer.adc.bits = 8;
            layer.adc.codes = AdcCodes::all;
        }
        return all;
    }

    /// With `ranges` found by these, which count where the row has shipped ones.
    [[nodiscard]] std::vector<LayerSettings> settings(
        const Graph& graph, const std::vector<LayerRanges>& ranges) const {
        std::vector<LayerSettings> all = plain_settings(graph);
        const std::vector<ValueRange> own = own_ranges();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!own.empty()) set_range(own[i], all[i].adc);
            if (has_shipped_sums()) set_range(ranges[i].sum_of_slice.front(), all[i].adc);
        }
        return all;
    }

    /// What CrossSim's outputs are multiplied by. Its offset cores in one slice divide by the range
    /// of 2^b steps where 2^b - 1 are in use.
    [[nodiscard]] double output_gain() const {
        const bool is_offset = row_.text("core_style") == "OFFSET" && count("Nslices") == 1;
        const double steps = std::pow(2, row_.number("weight_bits")) - 1;
        return is_offset ? (steps - 1) / steps : 1;
    }

    [[nodiscard]] DeviceModel device() const {
        DeviceModel device;
        device.g_max_siemens = 1 / row_.number("Rmin");
        device.g_min_siemens = flag("infinite_on_off_ratio") ? 0 : 1 / row_.number("Rmax");
        return device;
    }

    /// The cells CrossSim's scripts find ranges with.
    [[nodiscard]] DeviceModel calibration_device() const {
        DeviceModel ideal = device();
        ideal.g_min_siemens = 0;
        return ideal;
    }

    /// CrossSim's class scores of its first seed.
    [[nodiscard]] Scores scores() const {
        const Hdf5Reader file(reference_path("accuracy/crosssim_logits.h5"));
        auto logits = file.read<float>("logits/" + name());
        logits.values.resize(static_cast<std::size_t>(images() * logits.extents.back()));
        return {.classes = logits.extents.back(), .values = std::move(logits.values)};
    }

  private:
    [[nodiscard]] std::int64_t count(const std::string& column) const {
        return static_cast<std::int64_t>(row_.number(column));
    }
    [[nodiscard]] bool flag(const std::string& column) const { return row_.text(column) == "True"; }

    [[nodiscard]] bool has_shipped_sums() const {
        return row_.text("cal").rfind("shipped", 0) == 0;
    }

    [[nodiscard]] std::vector<LayerSettings> plain_settings(const Graph& graph) const {
        std::vector<LayerSettings> all;
        for (const NodeId id : graph.weighted_nodes()) {
            const Node& node = graph.node(id);
            all.push_back(settings_of(layer_shape(node, graph.input_of(node).shape)));
        }
        if (count("input_bits") > 0) {
            for (std::size_t i = 0; i < all.size(); ++i) {
                MappingSpec& mapping = all[i].mapping;
                mapping.input_range = InputRange::fixed;
                mapping.input_high = crosssim_input_highs.at(i);
                mapping.input_low = i == 0 ? -mapping.input_high : 0;
            }
        }
        // Its converters take both signs alike wherever sums have both; the first inputs do.
        if (row_.text("adc_range_option") == "MAX") {
            all.front().adc.codes = AdcCodes::sign_magnitude;
        }
        return all;
    }

    [[nodiscard]] LayerSettings settings_of(const LayerShape& shape) const {
        const bool balanced = row_.text("core_style") == "BALANCED";
        const auto slices = static_cast<int>(count("Nslices"));
        const auto weight_bits = static_cast<int>(count("weight_bits"));
        LayerSettings own;
        MappingSpec& mapping = own.mapping;
        mapping.weight_bits = weight_bits;
        mapping.input_bits = count("input_bits") > 0 ? static_cast<int>(count("input_bits")) : 16;
        mapping.signed_weights = balanced ? SignedWeights::differential : SignedWeights::offset;
        if (row_.text("balanced_style") == "TWO_SIDED") mapping.pair = PairCells::two_sided;
        mapping.encoding =
            flag("input_bitslicing") ? InputEncoding::bit_serial : InputEncoding::multi_level;
        mapping.step_bits = static_cast<int>(count("input_slice_size"));
        if (!flag("adc_per_ibit")) mapping.conversion = Conversion::accumulated;
        mapping.signed_inputs = SignedInputs::sign_magnitude;
        mapping.row_parts = RowParts::rounded;
        mapping.slice_columns = SliceColumns::separate;
        // Arrays as large as the layer's parts, as CrossSim has them.
        const std::int64_t most = count("NrowsMax");
        const std::int64_t parts = (shape.rows + most - 1) / most;
        const std::int64_t rounded = (2 * shape.rows + parts) / (2 * parts);
        own.array = {
            .rows = std::max(rounded, shape.rows - (parts - 1) * rounded),
            .columns = shape.channels,
            .cell_bits = slices > 1 ? weight_bits / slices : weight_bits - (balanced ? 1 : 0),
            .row_wire_ohm = row_.number("Rp_row"),
            .column_wire_ohm = row_.number("Rp_col"),
            .column_sharing = 1};
        AdcSpec& adc = own.adc;
        adc.type = count("adc_bits") > 0 ? AdcType::sar : AdcType::ideal;
        adc.bits = static_cast<int>(count("adc_bits"));
        adc.zero = AdcZero::as_given;
        adc.values = AdcValues::single_precision;
        if (row_.text("adc_range_option") == "MAX") adc.range = AdcRange::max;
        if (balanced) adc.codes = AdcCodes::sign_magnitude;
        return own;
    }

    /// Ranges that CrossSim found itself for this row's bits and rows; empty if not on record.
    [[nodiscard]] std::vector<ValueRange> own_ranges() const {
        if (row_.text("cal") != "own") return {};
        const std::string rows =
            count("NrowsMax") == 1152 ? "" : "NrowsMax" + row_.text("NrowsMax");
        const Hdf5Reader file(reference_path("accuracy/crosssim_logits.h5"));
        const auto limits =
            file.read<float>("own_adc_calibration/cal_20_" + rows + "_b" + row_.text("adc_bits"));
        std::vector<ValueRange> ranges;
        for (std::size_t i = 0; i + 1 < limits.values.size(); i += 2) {
            ranges.push_back({limits.values[i], limits.values[i + 1]});
        }
        return ranges;
    }

    /// CrossSim's script makes a range symmetric when its centre is within 1/2^bits of zero.
    static void set_range(ValueRange range, AdcSpec& adc) {
        const double low = static_cast<double>(range.low);
        const double high = static_cast<double>(range.high);
        const double width = high - low;
        const bool symmetric =
            std::abs((low + high) / 2) / width < 1 / static_cast<double>(adc.levels());
        adc.codes = symmetric ? AdcCodes::sign_magnitude : AdcCodes::all;
        adc.range = AdcRange::fixed;
        adc.range_low = low;
        adc.range_high = high;
    }

    CsvRow row_;
};

inline std::vector<CrossSimRow> crosssim_rows() {
    std::vector<CrossSimRow> rows;
    for (CsvRow& row : reference_table("accuracy/crosssim_cifar10.csv")) {
        rows.emplace_back(std::move(row));
    }
    return rows;
}

}  // namespace ohmgrid
