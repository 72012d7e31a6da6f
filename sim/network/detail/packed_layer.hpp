#pragma once

#include <cstdint>
#include <vector>

#include "sim/network/detail/aligned_floats.hpp"
#include "sim/network/detail/blocked_map.hpp"
#include "sim/network/detail/row_kernels.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid::detail {

/// What may follow a weighted node in the same pass over its output.
struct Epilogue {
    float clip_low = 0;
    float clip_high = 0;
};

/// The border a node's window needs around its input; none for other nodes.
Border border_for(const Node& n);

/// A convolution or linear layer whose weights stand in the order in which the kernels read them.
///
/// Groups: each block of 16 output channels reads the input channels of all groups it touches,
/// with zero weights between groups, which is exact and wasteful only for groups narrower than a
/// block. A depthwise convolution (as many groups as input and output channels) has its own kernel.
class PackedLayer {
  public:
    /// @param n   a weighted node with its weights
    /// @param in  shape of its input
    PackedLayer(const Node& n, const Shape& in, InstructionSet set, const Epilogue& epilogue);

    /// @param in      in a layout with at least the border border_for(n)
    /// @param addend  of the output's shape, added before clipping; may be null
    void run(const BlockedInput& in, const BlockedInput* addend, const BlockedOutput& out) const;

  private:
    /// Output blocks computed together and what they read.
    struct Part {
        std::int64_t first_block = 0;
        std::int64_t blocks = 0;
        std::int64_t first_channel = 0;
        std::int64_t last_channel = 0;
        std::int64_t weights_begin = 0;  ///< in weights_
    };

    void pack(const Node& n, const Shape& in);
    void pack_part(const Node& n, std::int64_t in_per_group, Part& part);

    const RowKernels* kernels_;
    Window window_;
    Epilogue epilogue_;
    bool is_depthwise_ = false;
    std::vector<Part> parts_;
    AlignedFloats weights_;
    AlignedFloats bias_;
};

}  // namespace ohmgrid::detail
