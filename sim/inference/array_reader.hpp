#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/device/device_model.hpp"
#include "sim/inference/layer_settings.hpp"
#include "sim/inference/nonlinear_cells.hpp"
#include "sim/inference/quantisation.hpp"
#include "sim/mapping/layer_mapping.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// What a read of one array does, in column-sum units (read_siemens of g_max): used rows x columns.
struct ArrayMap {
    RowMajorMatrix signal;    ///< what a row with full input adds to each column sum
    RowMajorMatrix variance;  ///< of read noise; empty without
};

/// Whether every read of a cell differs from the last.
bool has_noisy_reads(const DeviceModel& device, const VirtualChip& chip);

/// Places a layer's numbers in the cells of its arrays and finds what a read of them gives: the
/// chip's device, wires, the multiplexer and the drivers, one after the other. What
/// `chip.sources` leaves out has no effect. Equations: docs/models/inference.md.
///
/// With RowOrder::by_magnitude the rows of an array stand in the order of the sum of their |q|, the
/// largest next to the sense ends; results are in the order of the layer.
class ArrayReader {
  public:
    /// @param first_array number of the layer's first array on the chip. Arguments must outlive it.
    ArrayReader(const QuantisedWeights& weights, const LayerMapping& where,
                const LayerSettings& settings, const DeviceModel& device,
                std::uint32_t first_array);

    /// The array at `position`, its plane included, on a chip.
    /// @throws as effective_conductance; NumericalError INF003 naming the array and the first
    ///         factor of its map that is not finite
    [[nodiscard]] ArrayMap read(const ArrayPosition& position, const VirtualChip& chip) const;

    /// The same array as a circuit, for reads that are solved one by one.
    [[nodiscard]] ReadCircuit circuit(const ArrayPosition& position, const VirtualChip& chip) const;

    /// Number of an array on the chip.
    [[nodiscard]] std::uint32_t number_of(const ArrayPosition& position) const {
        return first_array_ + static_cast<std::uint32_t>(where_.array_at(position).value);
    }
    /// Channels of an array, its reference included.
    [[nodiscard]] std::int64_t channels_used(const ArrayPosition& position) const {
        return where_.channel_range(position).size() + (where_.has_reference_column() ? 1 : 0);
    }

  private:
    /// Lines as they are, or ideal ones if wires do not count.
    [[nodiscard]] ArraySpec lines(const VirtualChip& chip) const;
    [[nodiscard]] RowMajorMatrix seen_through_lines(const RowMajorMatrix& cells,
                                                    const VirtualChip& chip) const;
    [[nodiscard]] int drive_bits() const;
    [[nodiscard]] Eigen::VectorXd row_gain(std::uint32_t number, Eigen::Index rows,
                                           const VirtualChip& chip) const;
    [[nodiscard]] RowMajorMatrix noise_variance(const RowMajorMatrix& cells,
                                                const RowMajorMatrix& signal) const;
    [[nodiscard]] RowMajorMatrix targets(const ArrayPosition& position,
                                         const std::vector<std::int64_t>& order) const;
    [[nodiscard]] std::vector<std::int64_t> row_order(const ArrayPosition& position) const;
    [[nodiscard]] std::int32_t stacked_weight(std::int64_t block, std::int64_t row,
                                              std::int64_t channel) const;
    [[nodiscard]] std::int64_t level(std::int32_t number, int slice, Plane plane) const;

    const QuantisedWeights& weights_;
    const LayerMapping& where_;
    const LayerSettings& settings_;
    const DeviceModel& device_;
    std::uint32_t first_array_;
    ArraySpec array_;  ///< with the multiplexer's switches
    std::int64_t levels_;
    RowMajorMatrix mixing_;
};

}  // namespace ohmgrid
