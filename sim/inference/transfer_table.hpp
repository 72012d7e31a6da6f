#pragma once

#include <optional>

#include "sim/converter/transfer.hpp"
#include "sim/inference/tile_kernel.hpp"

namespace ohmgrid {

/// A converter of a chip as kernels use it.
struct DrawnConverter {
    std::optional<TransferTable> transfer;  ///< none: rounds exactly
    double noise_lsb = 0;
};

/// The table of a transfer curve with `levels` codes.
TransferTable transfer_table(const Transfer& transfer, std::int64_t levels);

}  // namespace ohmgrid
