#include "sim/network/detail/onnx_window.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace ohmgrid::detail {
namespace {

/// A list of `count` entries, all within low .. max_window_extent.
std::vector<std::int64_t> extents(const OnnxNode& node, std::string_view attribute,
                                  std::span<const std::int64_t> values, std::size_t count,
                                  std::int64_t low) {
    const bool in_range = std::all_of(values.begin(), values.end(), [low](std::int64_t v) {
        return low <= v && v <= max_window_extent;
    });
    if (values.size() != count || !in_range) {
        std::string written;
        for (const std::int64_t v : values)
            written += (written.empty() ? "" : ", ") + std::to_string(v);
        node.refuse("NET008", std::string(attribute) + " = [" + written + "]",
                    "It takes " + std::to_string(count) + " numbers of at least " +
                        std::to_string(low) + ", for height and width");
    }
    return {values.begin(), values.end()};
}

std::vector<std::int64_t> attribute_or(const OnnxNode& node, std::string_view attribute,
                                       std::int64_t fallback, std::size_t count, std::int64_t low) {
    if (!node.has(attribute)) return std::vector<std::int64_t>(count, fallback);
    return extents(node, attribute, node.integers(attribute), count, low);
}

struct Padding {
    std::int64_t before;
    std::int64_t after;
};

/// Padding with which the output has ceil(in / stride) positions; an odd element goes to the end
/// (SAME_UPPER) or to the beginning (SAME_LOWER).
Padding same_padding(std::int64_t in, std::int64_t kernel, std::int64_t stride,
                     std::int64_t dilation, bool odd_at_end) {
    const std::int64_t positions = (in + stride - 1) / stride;
    const std::int64_t total =
        std::max<std::int64_t>(0, (positions - 1) * stride + dilated(kernel, dilation) - in);
    const std::int64_t less = total / 2;
    return odd_at_end ? Padding{less, total - less} : Padding{total - less, less};
}

void set_same_padding(Window& w, const Shape& in, bool odd_at_end) {
    const Padding vertical =
        same_padding(in.height, w.kernel_height, w.stride_height, w.dilation_height, odd_at_end);
    const Padding horizontal =
        same_padding(in.width, w.kernel_width, w.stride_width, w.dilation_width, odd_at_end);
    w.pad_top = vertical.before;
    w.pad_bottom = vertical.after;
    w.pad_left = horizontal.before;
    w.pad_right = horizontal.after;
}

/// Elements that must follow the padded input for the last, partial stride to fit.
std::int64_t missing_at_end(std::int64_t in, std::int64_t kernel, std::int64_t stride,
                            std::int64_t dilation, Padding pad) {
    const std::int64_t span = dilated(kernel, dilation);
    const std::int64_t padded = pad.before + in + pad.after;
    if (span > padded) return 0;
    std::int64_t positions = (padded - span + stride - 1) / stride + 1;
    if ((positions - 1) * stride >= in + pad.before) --positions;
    return std::max<std::int64_t>(0, (positions - 1) * stride + span - padded);
}

}  // namespace

Window read_window(const OnnxNode& node, std::span<const std::int64_t> kernel, const Shape& in) {
    const auto size = extents(node, "kernel_shape", kernel, 2, 1);
    const auto strides = attribute_or(node, "strides", 1, 2, 1);
    const auto dilations = attribute_or(node, "dilations", 1, 2, 1);
    const auto pads = attribute_or(node, "pads", 0, 4, 0);
    Window window{.kernel_height = size[0],
                  .kernel_width = size[1],
                  .stride_height = strides[0],
                  .stride_width = strides[1],
                  .dilation_height = dilations[0],
                  .dilation_width = dilations[1]};
    const std::string auto_pad = node.text("auto_pad", "NOTSET");
    if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
        set_same_padding(window, in, auto_pad == "SAME_UPPER");
    } else if (auto_pad == "NOTSET") {
        window.pad_top = pads[0];
        window.pad_left = pads[1];
        window.pad_bottom = pads[2];
        window.pad_right = pads[3];
    } else if (auto_pad != "VALID") {
        node.refuse("NET008", "auto_pad is '" + auto_pad + "'",
                    "It takes NOTSET, SAME_UPPER, SAME_LOWER or VALID");
    }
    return window;
}

Window rounded_up(Window window, const Shape& in) {
    window.pad_bottom +=
        missing_at_end(in.height, window.kernel_height, window.stride_height,
                       window.dilation_height, {window.pad_top, window.pad_bottom});
    window.pad_right += missing_at_end(in.width, window.kernel_width, window.stride_width,
                                       window.dilation_width, {window.pad_left, window.pad_right});
    return window;
}

}  // namespace ohmgrid::detail
