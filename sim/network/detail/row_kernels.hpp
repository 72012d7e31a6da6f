#pragma once

#include <cstdint>

#include "sim/network/instruction_set.hpp"

// Kept free of other headers: this file is compiled with wider instruction sets than the rest, and
// an inline function of a library compiled there could replace the portable copy at link time.

namespace ohmgrid::detail {

/// One output row of a convolution, for 1, 2 or 4 neighbouring blocks of 16 output channels.
/// Strides count floats. Feature maps are in the layout of detail/blocked_map.hpp.
struct ConvolutionRow {
    const float* input;  ///< where the window of the first output pixel begins, in block 0
    std::int64_t input_block;
    std::int64_t input_row;     ///< from one kernel row to the next: dilation included
    std::int64_t input_column;  ///< from one kernel column to the next: dilation included
    std::int64_t input_pixel;   ///< from one output pixel to the next: the stride of the window
    std::int64_t first_channel;
    std::int64_t last_channel;  ///< one past the last input channel
    std::int64_t kernel_height;
    std::int64_t kernel_width;

    /// Dense: for each input block, kernel row, kernel column and channel in it the
    /// `blocks` x 16 weights; depthwise: for each kernel row and column 16.
    const float* weights;
    const float* bias;  ///< blocks x 16

    const float* addend;  ///< added to the row before clipping; may be null
    std::int64_t addend_block;

    float* output;
    std::int64_t output_block;
    std::int64_t pixels;
    std::int64_t blocks;
    float clip_low;
    float clip_high;
};

/// The convolution kernels of one instruction set. Each output is one sum in a fixed order: bias,
/// then input blocks, kernel rows, kernel columns, channels; so results depend on the instruction
/// set (fused multiply-add rounds once) but on nothing else.
struct RowKernels {
    /// Output blocks (1, 2 or 4) that share each loaded input in rows of so many pixels.
    std::int64_t (*blocks_together)(std::int64_t pixels);
    void (*convolution)(const ConvolutionRow&);
    /// Channel c of the output sees channel c of the input only; blocks is 1.
    void (*depthwise)(const ConvolutionRow&);
};

/// @returns nullptr if this build has no kernels for `set`; the processor is not asked.
const RowKernels* compiled_row_kernels(InstructionSet set);

}  // namespace ohmgrid::detail
