#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/inference/experiment.hpp"
#include "sim/inference/quantisation.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/mapping/layer_shape.hpp"
#include "sim/network/load_network.hpp"
#include "sim/network/preprocessing.hpp"
#include "tests/support/reference_table.hpp"
#include "tests/support/shared_folder.hpp"

namespace ohmgrid {

/// How closely our parameters can say what a row of crosssim_cifar10.csv did.
enum class Expressible {
    exactly,     ///< every parameter of the row is known
    but_ranges,  ///< input or converter ranges are CrossSim's own and not on record
    no           ///< a target nobody should have, or a model we do not have
};

/// CrossSim's ResNet-20 settings as ours. reference/accuracy/README_csv.md describes the columns.
class CrossSimRow {
  public:
    explicit CrossSimRow(ReferenceRow row) : row_(std::move(row)) {}

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
        const bool own_inputs = count("input_bits") > 0;
        const bool own_ranges = row_.text("cal").rfind("shipped", 0) == 0;
        return is_float() || (!own_inputs && !own_ranges) ? Expressible::exactly
                                                          : Expressible::but_ranges;
    }

    /// One entry per weighted node of `graph`.
    [[nodiscard]] std::vector<LayerSettings> settings(const Graph& graph) const {
        std::vector<LayerSettings> all;
        for (const NodeId id : graph.weighted_nodes()) {
            const Node& node = graph.node(id);
            all.push_back(settings_of(layer_shape(node, graph.input_of(node).shape)));
        }
        const auto ranges = own_ranges();
        for (std::size_t i = 0; i < ranges.size() && i < all.size(); ++i) {
            set_range(ranges[i], all[i].adc);
        }
        return all;
    }

    [[nodiscard]] DeviceModel device() const {
        DeviceModel device;
        device.g_max_siemens = 1 / row_.number("Rmin");
        device.g_min_siemens = flag("infinite_on_off_ratio") ? 0 : 1 / row_.number("Rmax");
        return device;
    }

    /// The classes CrossSim predicted.
    [[nodiscard]] std::vector<std::int64_t> predictions() const {
        const Hdf5Reader file(reference_path("accuracy/crosssim_logits.h5"));
        const auto logits = file.read<float>("logits/" + name());
        const std::int64_t classes = logits.extents.back();
        std::vector<std::int64_t> best;
        for (std::int64_t i = 0; i < logits.extents[1]; ++i) {
            best.push_back(best_class(std::span(logits.values)
                                          .subspan(static_cast<std::size_t>(i * classes),
                                                   static_cast<std::size_t>(classes))));
        }
        return best;
    }

  private:
    [[nodiscard]] std::int64_t count(const std::string& column) const {
        return static_cast<std::int64_t>(row_.number(column));
    }
    [[nodiscard]] bool flag(const std::string& column) const { return row_.text(column) == "True"; }

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
        mapping.input_percentile = 0.9999;  // assumed: CrossSim's own is not on record
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
        adc.percentile = 0.9999;
        adc.zero = AdcZero::as_given;
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

    ReferenceRow row_;
};

inline std::vector<CrossSimRow> crosssim_rows() {
    std::vector<CrossSimRow> rows;
    for (ReferenceRow& row : reference_table("accuracy/crosssim_cifar10.csv")) {
        rows.emplace_back(std::move(row));
    }
    return rows;
}

/// Ours beside theirs on the same images.
struct CrossSimComparison {
    std::int64_t images = 0;
    double accuracy = 0;
    double agreement = 0;          ///< share of equal predictions
    double images_per_second = 0;  ///< of the arrays; 0 for the float network
};

inline CrossSimComparison compare_with_crosssim(const CrossSimRow& row, const RunContext& context) {
    const auto data = *shared_folder() / "data";
    const Graph graph = load_network(data / "crosssim_resnet20_cifar10.onnx");
    DataSpec spec;
    spec.mean = {0.485, 0.456, 0.406};
    spec.std = {0.229, 0.224, 0.225};
    const ImageSet test = read_images((data / "cifar10_test.h5").string(), spec, row.images());
    const ImageSet train = read_images((data / "cifar10_train_subset.h5").string(), spec, 64);
    const Preprocessing preprocess(spec, test.shape());
    const Experiment experiment(graph, {{test.count(), loader_of(test, preprocess)}, test.labels()},
                                {train.count(), loader_of(train, preprocess)}, row.settings(graph),
                                row.device(), context);
    const auto theirs = row.predictions();
    CrossSimComparison out{.images = experiment.digital().images()};
    std::vector<std::int64_t> ours = experiment.digital().predictions;
    std::int64_t correct = experiment.digital().correct;
    if (!row.is_float()) {
        ChipReport chip = experiment.run({.seed = context.seed}, context);
        ours = std::move(chip.predictions);
        correct = chip.correct;
        out.images_per_second = chip.images_per_second;
    }
    out.accuracy = static_cast<double>(correct) / static_cast<double>(out.images);
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        out.agreement += ours[i] == theirs[i] ? 1 : 0;
    }
    out.agreement /= static_cast<double>(theirs.size());
    return out;
}

}  // namespace ohmgrid
