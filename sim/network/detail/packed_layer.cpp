#include "sim/network/detail/packed_layer.hpp"

#include <algorithm>

#include "sim/core/contract.hpp"

namespace ohmgrid::detail {
namespace {

/// A linear layer is a convolution with a 1 x 1 window on a map of 1 x 1.
Window window_of(const Node& n) { return n.op == Op::convolution ? n.window : Window{}; }

std::int64_t groups_of(const Node& n) { return n.op == Op::convolution ? n.groups : 1; }

/// Weight of output channel `to` for input channel `from` at one tap; zero across groups.
float weight_between(const Node& n, std::int64_t in_per_group, std::int64_t to, std::int64_t from,
                     std::int64_t tap) {
    const std::int64_t out_per_group = n.shape.channels / groups_of(n);
    const std::int64_t from_in_group = from - to / out_per_group * in_per_group;
    if (from_in_group < 0 || from_in_group >= in_per_group) return 0;
    const Window w = window_of(n);
    const std::int64_t taps = w.kernel_height * w.kernel_width;
    return n.weights[static_cast<std::size_t>((to * in_per_group + from_in_group) * taps + tap)];
}

}  // namespace

Border border_for(const Node& n) {
    if (n.op != Op::convolution) return {};
    return {n.window.pad_top, n.window.pad_left, n.window.pad_bottom, n.window.pad_right};
}

PackedLayer::PackedLayer(const Node& n, const Shape& in, InstructionSet set,
                         const Epilogue& epilogue)
    : kernels_(compiled_row_kernels(set)), window_(window_of(n)), epilogue_(epilogue) {
    OHMGRID_EXPECT(kernels_ != nullptr);
    OHMGRID_EXPECT(n.is_weighted() && !n.weights.empty());
    const std::int64_t groups = groups_of(n);
    is_depthwise_ = groups > 1 && groups == in.channels && groups == n.shape.channels;
    const BlockedLayout out{n.shape, {}};
    bias_.assign(static_cast<std::size_t>(out.blocks() * block_channels), 0.0F);
    std::copy(n.bias.begin(), n.bias.end(), bias_.begin());
    pack(n, in);
}

void PackedLayer::pack(const Node& n, const Shape& in) {
    const std::int64_t in_per_group = in.channels / groups_of(n);
    const std::int64_t out_per_group = n.shape.channels / groups_of(n);
    const std::int64_t blocks = BlockedLayout{n.shape, {}}.blocks();
    const std::int64_t together = is_depthwise_ ? 1 : kernels_->blocks_together(n.shape.width);
    for (std::int64_t block = 0; block < blocks;) {
        Part part{.first_block = block, .blocks = together};
        while (part.blocks > blocks - block) part.blocks /= 2;
        block += part.blocks;
        const std::int64_t last_output = std::min(block * block_channels, n.shape.channels) - 1;
        part.first_channel = part.first_block * block_channels / out_per_group * in_per_group;
        part.last_channel = (last_output / out_per_group + 1) * in_per_group;
        pack_part(n, in_per_group, part);
        parts_.push_back(part);
    }
}

void PackedLayer::pack_part(const Node& n, std::int64_t in_per_group, Part& part) {
    part.weights_begin = static_cast<std::int64_t>(weights_.size());
    const std::int64_t taps = window_.kernel_height * window_.kernel_width;
    const std::int64_t first_output = part.first_block * block_channels;
    const std::int64_t outputs = part.blocks * block_channels;
    const auto push_outputs = [&](std::int64_t tap, auto input_channel_of) {
        for (std::int64_t to = first_output; to < first_output + outputs; ++to) {
            const bool exists = to < n.shape.channels;
            weights_.push_back(
                exists ? weight_between(n, in_per_group, to, input_channel_of(to), tap) : 0.0F);
        }
    };
    if (is_depthwise_) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            push_outputs(tap, [](std::int64_t to) { return to; });
        }
        return;
    }
    for (std::int64_t from = part.first_channel; from < part.last_channel;) {
        const std::int64_t block_end = (from / block_channels + 1) * block_channels;
        const std::int64_t end = std::min(block_end, part.last_channel);
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            for (std::int64_t c = from; c < end; ++c) {
                push_outputs(tap, [c](std::int64_t) { return c; });
            }
        }
        from = end;
    }
}

void PackedLayer::run(const BlockedInput& in, const BlockedInput* addend,
                      const BlockedOutput& out) const {
    const BlockedLayout& from = in.layout;
    const auto kernel = is_depthwise_ ? kernels_->depthwise : kernels_->convolution;
    for (const Part& part : parts_) {
        const std::int64_t input_block = is_depthwise_ ? part.first_block : 0;
        for (std::int64_t row = 0; row < out.layout.shape.height; ++row) {
            kernel({
                .input = in.at(input_block, row * window_.stride_height - window_.pad_top,
                               -window_.pad_left),
                .input_block = from.block_stride(),
                .input_row = window_.dilation_height * from.row_stride(),
                .input_column = window_.dilation_width * block_channels,
                .input_pixel = window_.stride_width * block_channels,
                .first_channel = part.first_channel,
                .last_channel = part.last_channel,
                .kernel_height = window_.kernel_height,
                .kernel_width = window_.kernel_width,
                .weights = weights_.data() + part.weights_begin,
                .bias = bias_.data() + part.first_block * block_channels,
                .addend = addend == nullptr ? nullptr : addend->at(part.first_block, row, 0),
                .addend_block = addend == nullptr ? 0 : addend->layout.block_stride(),
                .output = out.at(part.first_block, row, 0),
                .output_block = out.layout.block_stride(),
                .pixels = out.layout.shape.width,
                .blocks = part.blocks,
                .clip_low = epilogue_.clip_low,
                .clip_high = epilogue_.clip_high,
            });
        }
    }
}

}  // namespace ohmgrid::detail
