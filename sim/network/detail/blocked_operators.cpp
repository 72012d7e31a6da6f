#include "sim/network/detail/blocked_operators.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "sim/core/contract.hpp"

namespace ohmgrid::detail {
namespace {

/// Calls body(block, row) for every row of every block.
template <class Body>
void for_rows(const BlockedLayout& layout, const Body& body) {
    for (std::int64_t block = 0; block < layout.blocks(); ++block) {
        for (std::int64_t row = 0; row < layout.shape.height; ++row) body(block, row);
    }
}

/// out = function(in), element by element.
template <class Function>
void map_elements(const BlockedInput& in, const BlockedOutput& out, const Function& function) {
    for_rows(out.layout, [&](std::int64_t block, std::int64_t row) {
        const float* from = in.at(block, row, 0);
        float* to = out.at(block, row, 0);
        const std::int64_t floats = out.layout.shape.width * block_channels;
        for (std::int64_t i = 0; i < floats; ++i) to[i] = function(from[i]);
    });
}

/// Values that are not a number pass through, so that they are noticed later.
void clip(const Node& n, const BlockedInput& in, const BlockedOutput& out) {
    map_elements(in, out, [low = n.clip_low, high = n.clip_high](float x) {
        const float raised = x < low ? low : x;
        return raised > high ? high : raised;
    });
}

void affine(const Node& n, const BlockedInput& in, const BlockedOutput& out) {
    const BlockedLayout& layout = out.layout;
    std::vector<float> scale(static_cast<std::size_t>(layout.blocks() * block_channels), 0.0F);
    std::vector<float> shift(scale.size(), 0.0F);
    std::copy(n.weights.begin(), n.weights.end(), scale.begin());
    std::copy(n.bias.begin(), n.bias.end(), shift.begin());
    for_rows(layout, [&](std::int64_t block, std::int64_t row) {
        const float* from = in.at(block, row, 0);
        float* to = out.at(block, row, 0);
        const float* block_scale = scale.data() + block * block_channels;
        const float* block_shift = shift.data() + block * block_channels;
        for (std::int64_t x = 0; x < layout.shape.width; ++x) {
            for (std::int64_t c = 0; c < block_channels; ++c) {
                const std::int64_t i = x * block_channels + c;
                to[i] = from[i] * block_scale[c] + block_shift[c];
            }
        }
    });
}

void add(const BlockedInput& first, const BlockedInput& second, const BlockedOutput& out) {
    for_rows(out.layout, [&](std::int64_t block, std::int64_t row) {
        const float* a = first.at(block, row, 0);
        const float* b = second.at(block, row, 0);
        float* to = out.at(block, row, 0);
        const std::int64_t floats = out.layout.shape.width * block_channels;
        for (std::int64_t i = 0; i < floats; ++i) to[i] = a[i] + b[i];
    });
}

/// Copies one input to the channels from `first_channel` on: run by run of the lanes that stay
/// together in both.
void copy_channels(const BlockedInput& in, std::int64_t first_channel, const BlockedOutput& out) {
    const Shape& shape = in.layout.shape;
    for (std::int64_t channel = 0; channel < shape.channels;) {
        const std::int64_t to_channel = first_channel + channel;
        const std::int64_t lane = channel % block_channels;
        const std::int64_t to_lane = to_channel % block_channels;
        const std::int64_t run =
            std::min(block_channels - std::max(lane, to_lane), shape.channels - channel);
        for (std::int64_t row = 0; row < shape.height; ++row) {
            const float* from = in.at(channel / block_channels, row, 0) + lane;
            float* to = out.at(to_channel / block_channels, row, 0) + to_lane;
            for (std::int64_t x = 0; x < shape.width; ++x) {
                std::copy_n(from + x * block_channels, run, to + x * block_channels);
            }
        }
        channel += run;
    }
}

void concat(const std::vector<BlockedInput>& inputs, const BlockedOutput& out) {
    std::int64_t first_channel = 0;
    for (const BlockedInput& in : inputs) {
        copy_channels(in, first_channel, out);
        first_channel += in.layout.shape.channels;
    }
}

/// The part of a window that lies inside the image, in one direction.
struct Taps {
    std::int64_t first = 0;  ///< image coordinate of the first tap inside
    std::int64_t count = 0;
};

Taps taps_inside(std::int64_t position, std::int64_t kernel, std::int64_t dilation,
                 std::int64_t extent) {
    Taps taps{.first = position};
    for (std::int64_t k = 0; k < kernel; ++k) {
        const std::int64_t at = position + k * dilation;
        if (at < 0 || at >= extent) continue;
        if (taps.count == 0) taps.first = at;
        ++taps.count;
    }
    return taps;
}

/// Four neighbouring channels: the vector every processor has.
using Quad = float __attribute__((vector_size(16)));
constexpr std::int64_t quad_floats = 4;

Quad load_quad(const float* from) {
    Quad quad;
    std::memcpy(&quad, from, sizeof quad);
    return quad;
}

/// Folds what lies inside the image of each window into `start` and divides by what `divisor`
/// makes of the number of taps inside.
template <class Fold, class Divisor>
void pool(const Window& w, const BlockedInput& in, const BlockedOutput& out, float start,
          const Fold& fold, const Divisor& divisor) {
    const Shape& from = in.layout.shape;
    const auto fold_window = [&](std::int64_t block, const Taps& rows, const Taps& columns,
                                 float* to) {
        const float divide_by = divisor(rows.count * columns.count);
        for (std::int64_t lane = 0; lane < block_channels; lane += quad_floats) {
            Quad sum = Quad{} + start;
            for (std::int64_t i = 0; i < rows.count; ++i) {
                const float* row = in.at(block, rows.first + i * w.dilation_height, columns.first);
                for (std::int64_t j = 0; j < columns.count; ++j) {
                    const std::int64_t tap = j * w.dilation_width * block_channels + lane;
                    sum = fold(sum, load_quad(row + tap));
                }
            }
            sum /= Quad{} + divide_by;
            std::memcpy(to + lane, &sum, sizeof sum);
        }
    };
    for_rows(out.layout, [&](std::int64_t block, std::int64_t row) {
        const Taps rows = taps_inside(row * w.stride_height - w.pad_top, w.kernel_height,
                                      w.dilation_height, from.height);
        for (std::int64_t x = 0; x < out.layout.shape.width; ++x) {
            const Taps columns = taps_inside(x * w.stride_width - w.pad_left, w.kernel_width,
                                             w.dilation_width, from.width);
            fold_window(block, rows, columns, out.at(block, row, x));
        }
    });
}

void max_pool(const Node& n, const BlockedInput& in, const BlockedOutput& out) {
    // A value that is not a number wins, so that it is noticed later.
    const auto larger = [](Quad a, Quad b) { return ((b > a) | (b != b)) ? b : a; };
    pool(n.window, in, out, -std::numeric_limits<float>::infinity(), larger,
         [](std::int64_t) { return 1.0F; });
}

void average_pool(const Node& n, const BlockedInput& in, const BlockedOutput& out) {
    const std::int64_t whole_window = n.window.kernel_height * n.window.kernel_width;
    pool(
        n.window, in, out, 0.0F, [](Quad a, Quad b) { return a + b; },
        [&](std::int64_t inside) {
            return static_cast<float>(n.average_counts_padding ? whole_window : inside);
        });
}

void global_average_pool(const BlockedInput& in, const BlockedOutput& out) {
    const Shape& shape = in.layout.shape;
    Node whole;
    whole.window.kernel_height = shape.height;
    whole.window.kernel_width = shape.width;
    average_pool(whole, in, out);
}

void pad(const Node& n, const BlockedInput& in, const BlockedOutput& out) {
    const Shape& from = in.layout.shape;
    for_rows(out.layout, [&](std::int64_t block, std::int64_t row) {
        float* to = out.at(block, row, 0);
        std::fill_n(to, out.layout.shape.width * block_channels, 0.0F);
        const std::int64_t from_row = row - n.window.pad_top;
        if (from_row < 0 || from_row >= from.height) return;
        std::copy_n(in.at(block, from_row, 0), from.width * block_channels,
                    to + n.window.pad_left * block_channels);
    });
}

void flatten(const BlockedInput& in, const BlockedOutput& out) {
    const Shape& shape = in.layout.shape;
    std::int64_t i = 0;
    for (std::int64_t c = 0; c < shape.channels; ++c) {
        for (std::int64_t y = 0; y < shape.height; ++y) {
            for (std::int64_t x = 0; x < shape.width; ++x) {
                out.value(i++, 0, 0) = in.value(c, y, x);
            }
        }
    }
}

void softmax(const BlockedInput& in, const BlockedOutput& out) {
    const Shape& shape = in.layout.shape;
    for (std::int64_t y = 0; y < shape.height; ++y) {
        for (std::int64_t x = 0; x < shape.width; ++x) {
            float largest = in.value(0, y, x);
            for (std::int64_t c = 1; c < shape.channels; ++c) {
                largest = std::max(largest, in.value(c, y, x));
            }
            float sum = 0;
            for (std::int64_t c = 0; c < shape.channels; ++c) {
                out.value(c, y, x) = std::exp(in.value(c, y, x) - largest);
                sum += out.value(c, y, x);
            }
            for (std::int64_t c = 0; c < shape.channels; ++c) out.value(c, y, x) /= sum;
        }
    }
}

}  // namespace

void clear_border(const BlockedOutput& map) {
    const BlockedLayout& layout = map.layout;
    const Border& border = layout.border;
    const std::int64_t row_floats = layout.row_stride();
    for (std::int64_t block = 0; block < layout.blocks(); ++block) {
        float* const begin = map.data + block * layout.block_stride();
        std::fill_n(begin, border.top * row_floats, 0.0F);
        std::fill_n(begin + (border.top + layout.shape.height) * row_floats,
                    border.bottom * row_floats, 0.0F);
        for (std::int64_t row = 0; row < layout.shape.height; ++row) {
            float* const image = map.at(block, row, 0);
            std::fill_n(image - border.left * block_channels, border.left * block_channels, 0.0F);
            std::fill_n(image + layout.shape.width * block_channels, border.right * block_channels,
                        0.0F);
        }
    }
}

void pack(std::span<const float> channel_major, const BlockedOutput& out) {
    const Shape& shape = out.layout.shape;
    OHMGRID_EXPECT(std::ssize(channel_major) == shape.elements());
    const float* from = channel_major.data();
    for (std::int64_t c = 0; c < shape.channels; ++c) {
        for (std::int64_t y = 0; y < shape.height; ++y) {
            float* to = &out.value(c, y, 0);
            for (std::int64_t x = 0; x < shape.width; ++x) to[x * block_channels] = *from++;
        }
    }
}

void unpack(const BlockedInput& in, std::span<float> channel_major) {
    const Shape& shape = in.layout.shape;
    OHMGRID_EXPECT(std::ssize(channel_major) == shape.elements());
    float* to = channel_major.data();
    for (std::int64_t c = 0; c < shape.channels; ++c) {
        for (std::int64_t y = 0; y < shape.height; ++y) {
            const float* from = &in.value(c, y, 0);
            for (std::int64_t x = 0; x < shape.width; ++x) *to++ = from[x * block_channels];
        }
    }
}

void apply(const Node& n, const std::vector<BlockedInput>& inputs, const BlockedOutput& out) {
    switch (n.op) {
        case Op::affine:
            return affine(n, inputs[0], out);
        case Op::clip:
            return clip(n, inputs[0], out);
        case Op::add:
            return add(inputs[0], inputs[1], out);
        case Op::concat:
            return concat(inputs, out);
        case Op::max_pool:
            return max_pool(n, inputs[0], out);
        case Op::average_pool:
            return average_pool(n, inputs[0], out);
        case Op::global_average_pool:
            return global_average_pool(inputs[0], out);
        case Op::pad:
            return pad(n, inputs[0], out);
        case Op::flatten:
            return flatten(inputs[0], out);
        case Op::softmax:
            return softmax(inputs[0], out);
        case Op::input:
        case Op::convolution:
        case Op::linear:
            break;
    }
    OHMGRID_EXPECT(n.op != Op::input && !n.is_weighted());
}

}  // namespace ohmgrid::detail
