#include "sim/inference/calibration_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

constexpr const char* filetype = "ohmgrid.calibration";

std::string text_of(const LayerSettings& s) {
    const ArraySpec& a = s.array;
    const MappingSpec& m = s.mapping;
    const auto word = [](auto choice) { return static_cast<int>(choice); };
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
    for (const LayerSettings& own : settings) mapping += text_of(own);
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
    const auto low = file.read<float>("/sums/low");
    const auto high = file.read<float>("/sums/high");
    const auto clipped = file.read<double>("/sums/clipped");
    const auto width = static_cast<std::size_t>(low.extents.back());
    std::vector<LayerRanges> ranges;
    for (std::size_t l = 0; l < slices.values.size(); ++l) {
        LayerRanges layer{.input = {input_low.values[l], input_high.values[l]}};
        for (std::size_t s = 0; s < static_cast<std::size_t>(slices.values[l]); ++s) {
            layer.sum_of_slice.push_back({low.values[l * width + s], high.values[l * width + s]});
            layer.clipped_share.push_back(clipped.values[l * width + s]);
        }
        ranges.push_back(std::move(layer));
    }
    return ranges;
}

}  // namespace ohmgrid
