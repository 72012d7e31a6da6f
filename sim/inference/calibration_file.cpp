#include "sim/inference/calibration_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

constexpr const char* filetype = "ohmgrid.calibration";

template <class Choice>
int word(Choice choice) {
    return static_cast<int>(choice);
}

/// The law of the cells where it counts, and what decides how much of it a read shows.
std::string law_text(const LayerSettings& s, const DeviceModel& device) {
    const CellLawSpec& l = s.law;
    if (s.array.cells == CellReads::linear || l.kind == CellLawKind::linear) return "";
    return fmt::format("{} {} | {} {} {} | {} {} | {} | {} {} {} {} {} {}\n", device.read_volt,
                       word(l.kind), l.sinh_b_per_volt, l.cubic_k2_per_volt, l.cubic_k3_per_volt2,
                       fmt::join(l.cubic_c2_of_log10_g, " "), fmt::join(l.cubic_c3_of_log10_g, " "),
                       l.table, l.threshold_volt, l.alpha, l.drive_ampere, l.saturation_volt,
                       l.modulation_per_volt, l.gate_volt);
}

/// Which columns share a converter and how, where that changes their sums.
std::string sharing_text(const LayerSettings& s) {
    const MultiplexerSpec& x = s.multiplexer;
    const bool floats = s.array.unselected == UnselectedColumns::floating;
    if (!floats && !mixes_columns(x)) return "";
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n", s.array.column_sharing,
                       word(s.array.shared_columns), x.hold_farad, x.source_ohm, x.phase_second,
                       x.read_second, word(x.reset), x.residual_charge, x.injected_per_signal,
                       word(x.order), word(x.read_start));
}

std::string text_of(const LayerSettings& s) {
    const ArraySpec a = with_switches(s.array, s.multiplexer);
    const MappingSpec& m = s.mapping;
    return fmt::format(
        "{}x{} {} {} {} {} {} {} {} | {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}\n",
        a.rows, a.columns, a.cell_bits, a.row_wire_ohm, a.column_wire_ohm, a.driver_ohm,
        a.sense_ohm, word(a.drive), word(a.sense), m.weight_bits, m.input_bits, word(m.encoding),
        word(m.signed_weights), word(m.pair), word(m.subtraction), word(m.conversion), m.step_bits,
        word(m.signed_inputs), word(m.row_parts), word(m.slice_columns), word(m.row_order),
        m.per_channel_scale, m.weight_percentile, m.input_percentile, word(m.input_range),
        m.input_low, m.input_high, word(a.unselected));
}

[[noreturn]] void refuse(const std::filesystem::path& path, std::string what) {
    throw InputError(Message{.place = path.string(),
                             .id = "CAL003",
                             .what = std::move(what),
                             .remedy = "Make one for this run with 'ohmgrid calibrate RUN.toml'"});
}

/// A layers x slices table; places a layer does not have hold zero.
template <class Of>
Dataset<double> by_slice(const std::vector<LayerRanges>& ranges, std::size_t slices, const Of& of) {
    Dataset<double> table{{std::ssize(ranges), static_cast<std::int64_t>(slices)}, {}};
    for (const LayerRanges& layer : ranges) {
        for (std::size_t s = 0; s < slices; ++s) {
            table.values.push_back(s < layer.sum_of_slice.size() ? of(layer, s) : 0);
        }
    }
    return table;
}

template <class Of>
Dataset<double> by_layer(const std::vector<LayerRanges>& ranges, const Of& of) {
    Dataset<double> column{{std::ssize(ranges)}, {}};
    for (const LayerRanges& layer : ranges) column.values.push_back(of(layer));
    return column;
}

}  // namespace

CalibrationKey calibration_key(const Graph& graph, const std::vector<LayerSettings>& settings,
                               const DeviceModel& device) {
    std::string network;
    for (const NodeId id : graph.weighted_nodes()) {
        const Node& node = graph.node(id);
        network += node.name + '\n';
        network.append(reinterpret_cast<const char*>(node.weights.data()),
                       node.weights.size() * sizeof(float));
    }
    std::string mapping = fmt::format("{} {}\n", device.g_min_siemens, device.g_max_siemens);
    for (const LayerSettings& own : settings) {
        mapping += text_of(own) + law_text(own, device) + sharing_text(own);
    }
    return {sha256(network), sha256(mapping)};
}

void write_calibration(const std::filesystem::path& path, const Graph& graph,
                       const CalibrationKey& key, const std::vector<LayerRanges>& ranges) {
    Hdf5Writer file(path);
    std::vector<std::string> names;
    for (const NodeId id : graph.weighted_nodes()) names.push_back(graph.node(id).name);
    std::size_t slices = 0;
    for (const LayerRanges& layer : ranges) slices = std::max(slices, layer.sum_of_slice.size());
    file.write_texts("/layers", names, "weighted layers in execution order");
    file.write(
        "/slices",
        by_layer(ranges,
                 [](const LayerRanges& l) { return static_cast<double>(l.sum_of_slice.size()); }),
        "", "slices of a weight");
    file.write(
        "/input/low",
        by_layer(ranges, [](const LayerRanges& l) { return static_cast<double>(l.input.low); }), "",
        "lowest input");
    file.write(
        "/input/high",
        by_layer(ranges, [](const LayerRanges& l) { return static_cast<double>(l.input.high); }),
        "", "highest input");
    file.write("/input/driven_share",
               by_layer(ranges, [](const LayerRanges& l) { return l.driven_share; }), "",
               "of the rows in one read, for nonlinear cells");
    const auto sums = [&](const char* name, const char* what, const auto& of) {
        file.write(std::string("/sums/") + name, by_slice(ranges, slices, of), "", what);
    };
    sums("low", "lowest column sum inside the range", [](const LayerRanges& l, std::size_t s) {
        return static_cast<double>(l.sum_of_slice[s].low);
    });
    sums("high", "highest column sum inside the range", [](const LayerRanges& l, std::size_t s) {
        return static_cast<double>(l.sum_of_slice[s].high);
    });
    sums("clipped", "share of the column sums outside",
         [](const LayerRanges& l, std::size_t s) { return l.clipped_share[s]; });
    file.attribute("/", "filetype", filetype);
    file.attribute("/", "network", key.network);
    file.attribute("/", "mapping", key.mapping);
    file.commit();
}

std::vector<LayerRanges> read_calibration(const std::filesystem::path& path,
                                          const CalibrationKey& key) {
    const Hdf5Reader file(path);
    if (file.text_attribute("/", "filetype") != filetype)
        refuse(path, "this is no calibration file");
    if (file.text_attribute("/", "network") != key.network) {
        refuse(path, "this calibration belongs to another network");
    }
    if (file.text_attribute("/", "mapping") != key.mapping) {
        refuse(path, "this calibration belongs to other arrays or another mapping or device");
    }
    const auto slices = file.read<std::int64_t>("/slices");
    const auto input_low = file.read<float>("/input/low");
    const auto input_high = file.read<float>("/input/high");
    const auto driven = file.read<double>("/input/driven_share");
    const auto low = file.read<float>("/sums/low");
    const auto high = file.read<float>("/sums/high");
    const auto clipped = file.read<double>("/sums/clipped");
    const std::size_t layers = slices.values.size();
    const std::size_t width = layers == 0 ? 0 : low.values.size() / layers;
    const bool complete =
        input_low.values.size() == layers && input_high.values.size() == layers &&
        driven.values.size() == layers && low.values.size() == layers * width &&
        high.values.size() == layers * width && clipped.values.size() == layers * width &&
        std::all_of(slices.values.begin(), slices.values.end(), [&](std::int64_t count) {
            return count >= 0 && count <= static_cast<std::int64_t>(width);
        });
    if (!complete) refuse(path, "its tables have lost layers or slices");
    std::vector<LayerRanges> ranges;
    for (std::size_t l = 0; l < layers; ++l) {
        LayerRanges layer{.input = {input_low.values[l], input_high.values[l]}};
        layer.driven_share = driven.values[l];
        for (std::size_t s = 0; s < static_cast<std::size_t>(slices.values[l]); ++s) {
            layer.sum_of_slice.push_back({low.values[l * width + s], high.values[l * width + s]});
            layer.clipped_share.push_back(clipped.values[l * width + s]);
        }
        ranges.push_back(std::move(layer));
    }
    return ranges;
}

}  // namespace ohmgrid
