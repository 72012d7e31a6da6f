#include "sim/inference/programmed_layer.hpp"

#include <cmath>
#include <cstdlib>

#include "sim/inference/plane_kernel.hpp"

namespace ohmgrid {
namespace {

std::int64_t padded(std::int64_t columns) {
    return (columns + column_block - 1) / column_block * column_block;
}

/// Every group with its row parts, all matrices zero.
ProgrammedLayer blank_layer(const QuantisedWeights& weights, int slices, std::int64_t columns,
                            std::int64_t rows_per_part) {
    ProgrammedLayer layer{
        .slices = slices,
        .outputs = weights.outputs,
        .columns = padded(columns),
        .groups = {},
        .slice_weight = std::vector<float>(static_cast<std::size_t>(slices), 1.0F)};
    const std::vector<std::int64_t> parts = row_parts(weights.rows, rows_per_part);
    layer.groups.resize(static_cast<std::size_t>(weights.groups));
    for (auto& group : layer.groups) {
        for (std::size_t p = 0; p + 1 < parts.size(); ++p) {
            const auto cells =
                static_cast<std::size_t>((parts[p + 1] - parts[p]) * slices * layer.columns);
            group.push_back({parts[p], parts[p + 1], std::vector<float>(cells)});
        }
    }
    return layer;
}

/// Calls `value(q, slice)` for every cell of the layer and stores what it returns; `q_of(g, c, r)`
/// is the number a cell belongs to.
template <class NumberOf, class ValueOf>
void fill(ProgrammedLayer& layer, std::int64_t columns, const NumberOf& q_of,
          const ValueOf& value) {
    for (std::size_t g = 0; g < layer.groups.size(); ++g) {
        for (ProgrammedPart& part : layer.groups[g]) {
            float* cell = part.matrix.data();
            for (std::int64_t r = part.row_begin; r < part.row_end; ++r) {
                for (int s = 0; s < layer.slices; ++s, cell += layer.columns) {
                    for (std::int64_t c = 0; c < columns; ++c) {
                        cell[c] = value(q_of(static_cast<std::int64_t>(g), c, r), s);
                    }
                }
            }
        }
    }
}

}  // namespace

std::vector<std::int64_t> row_parts(std::int64_t rows, std::int64_t most) {
    const std::int64_t count = (rows + most - 1) / most;
    std::vector<std::int64_t> begins;
    for (std::int64_t p = 0; p <= count; ++p) begins.push_back(rows * p / count);
    return begins;
}

ProgrammedLayer program_layer(const QuantisedWeights& weights, const ArraySpec& array,
                              const MappingSpec& mapping, const DeviceModel& device) {
    const bool differential = mapping.signed_weights == SignedWeights::differential;
    const bool has_reference = mapping.signed_weights == SignedWeights::reference_column;
    const int slices = mapping.slices(array.cell_bits);
    const std::int64_t columns = weights.outputs + (has_reference ? 1 : 0);
    ProgrammedLayer layer = blank_layer(weights, slices, columns, array.rows);

    const std::int64_t levels = std::int64_t{1} << array.cell_bits;
    const double resting = device.g_min_siemens / device.g_max_siemens;
    const double per_level = (1 - resting) / static_cast<double>(levels - 1);
    for (int s = 0; s < slices; ++s) {
        layer.slice_weight[static_cast<std::size_t>(s)] =
            static_cast<float>(std::ldexp(1.0, s * array.cell_bits) / per_level);
    }
    const std::int32_t offset = differential ? 0 : 1 << (mapping.weight_bits - 1);
    const auto digit = [&](std::int32_t number, int slice) {
        return static_cast<double>((number >> (slice * array.cell_bits)) & (levels - 1));
    };
    if (!differential && !has_reference) {
        layer.removed_per_input = offset;
        for (const float w : layer.slice_weight)
            layer.removed_per_input += resting * static_cast<double>(w);
    }
    if (has_reference) layer.reference_column = weights.outputs;

    const auto number = [&](std::int64_t g, std::int64_t c, std::int64_t r) {
        if (c == weights.outputs) return 0;  // the reference column holds the offset alone
        return weights.q[static_cast<std::size_t>((g * weights.outputs + c) * weights.rows + r)];
    };
    fill(layer, columns, number, [&](std::int32_t q, int slice) {
        if (differential) {
            const double magnitude = per_level * digit(std::abs(q), slice);
            return static_cast<float>(q < 0 ? -magnitude : magnitude);
        }
        return static_cast<float>(resting + per_level * digit(q + offset, slice));
    });
    return layer;
}

ProgrammedLayer program_ideal_layer(const QuantisedWeights& weights) {
    ProgrammedLayer layer = blank_layer(weights, 1, weights.outputs, weights.rows);
    const auto number = [&](std::int64_t g, std::int64_t c, std::int64_t r) {
        return weights.q[static_cast<std::size_t>((g * weights.outputs + c) * weights.rows + r)];
    };
    fill(layer, weights.outputs, number, [](std::int32_t q, int) { return static_cast<float>(q); });
    return layer;
}

}  // namespace ohmgrid
