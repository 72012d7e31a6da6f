// Kernels for vectors of `vector_floats` floats; included once per instruction set, which defines
// that constant and `most_pixels` first. Everything is in the includer's anonymous namespace.
//
// A strip of neighbouring output pixels times 1, 2 or 4 blocks of 16 channels is held in registers
// while the whole window and all input channels pass by: per input channel one load of weights for
// the strip and one broadcast input per pixel, each used for `blocks` blocks. Measured
// on one Zen 5 core, 3x3 kernels, AVX-512: 259 GFLOP/s with 2 blocks x 8 pixels, 242 with 1 x 16.

using Vector = float __attribute__((vector_size(vector_floats * sizeof(float))));
using LooseVector = float __attribute__((vector_size(vector_floats * sizeof(float)), aligned(4)));

constexpr unsigned block_floats = 16;
constexpr unsigned vectors_per_block = block_floats / vector_floats;

template <unsigned blocks, unsigned pixels>
struct Strip {
    static constexpr unsigned vectors = blocks * vectors_per_block;
    Vector sums[pixels][vectors];

    static const float* of_vector(const float* data, std::int64_t block_stride, unsigned v) {
        return data + (v / vectors_per_block) * block_stride +
               (v % vectors_per_block) * vector_floats;
    }

    void begin_with(const float* bias) {
#pragma GCC unroll 16
        for (unsigned p = 0; p < pixels; ++p) {
#pragma GCC unroll 8
            for (unsigned v = 0; v < vectors; ++v) {
                sums[p][v] = *reinterpret_cast<const LooseVector*>(bias + v * vector_floats);
            }
        }
    }

    /// Adds input[pixel] * weights for one input channel.
    void add_channel(const float* input, std::int64_t pixel_stride, const float* weights) {
        Vector w[vectors];
#pragma GCC unroll 8
        for (unsigned v = 0; v < vectors; ++v) {
            w[v] = *reinterpret_cast<const LooseVector*>(weights + v * vector_floats);
        }
#pragma GCC unroll 16
        for (unsigned p = 0; p < pixels; ++p) {
            const float x = input[p * pixel_stride];
#pragma GCC unroll 8
            for (unsigned v = 0; v < vectors; ++v) sums[p][v] += x * w[v];
        }
    }

    /// Adds input[pixel][channel] * weights[channel] for all channels of one block.
    void add_lanes(const float* input, std::int64_t pixel_stride, const float* weights) {
#pragma GCC unroll 16
        for (unsigned p = 0; p < pixels; ++p) {
#pragma GCC unroll 8
            for (unsigned v = 0; v < vectors; ++v) {
                sums[p][v] += *reinterpret_cast<const LooseVector*>(input + p * pixel_stride +
                                                                    v * vector_floats) *
                              *reinterpret_cast<const LooseVector*>(weights + v * vector_floats);
            }
        }
    }

    void add_map(const float* addend, std::int64_t block_stride) {
#pragma GCC unroll 16
        for (unsigned p = 0; p < pixels; ++p) {
#pragma GCC unroll 8
            for (unsigned v = 0; v < vectors; ++v) {
                sums[p][v] += *reinterpret_cast<const LooseVector*>(
                    of_vector(addend, block_stride, v) + p * block_floats);
            }
        }
    }

    /// Values that are not a number pass through, so that they are noticed later.
    void store_clipped(const ConvolutionRow& row, float* output) const {
        const Vector low = Vector{} + row.clip_low;
        const Vector high = Vector{} + row.clip_high;
#pragma GCC unroll 16
        for (unsigned p = 0; p < pixels; ++p) {
#pragma GCC unroll 8
            for (unsigned v = 0; v < vectors; ++v) {
                Vector x = sums[p][v];
                x = x < low ? low : x;
                x = x > high ? high : x;
                float* to = const_cast<float*>(of_vector(output, row.output_block, v));
                *reinterpret_cast<LooseVector*>(to + p * block_floats) = x;
            }
        }
    }

    void finish(const ConvolutionRow& row, std::int64_t pixel) {
        if (row.addend != nullptr) add_map(row.addend + pixel * block_floats, row.addend_block);
        store_clipped(row, row.output + pixel * block_floats);
    }
};

constexpr std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

/// `pixels` outputs from number `pixel` on. `adjacent`: the window moves by one pixel, so all
/// addresses of a strip are constants away from the first.
template <unsigned blocks, unsigned pixels, bool adjacent>
void convolve_strip(const ConvolutionRow& row, std::int64_t pixel) {
    const std::int64_t step = adjacent ? block_floats : row.input_pixel;
    const float* const begin = row.input + pixel * step;
    const float* weights = row.weights;
    Strip<blocks, pixels> strip;
    strip.begin_with(row.bias);
    for (std::int64_t channel = row.first_channel; channel < row.last_channel;) {
        const std::int64_t block = channel / block_floats;
        const std::int64_t lane = channel % block_floats;
        const std::int64_t lanes = smaller(block_floats - lane, row.last_channel - channel);
        for (std::int64_t i = 0; i < row.kernel_height; ++i) {
            for (std::int64_t j = 0; j < row.kernel_width; ++j) {
                const float* input = begin + block * row.input_block + i * row.input_row +
                                     j * row.input_column + lane;
                if (lanes == block_floats) {
#pragma GCC unroll 4
                    for (unsigned c = 0; c < block_floats; ++c) {
                        strip.add_channel(input + c, step, weights + c * blocks * block_floats);
                    }
                } else {
#pragma GCC unroll 1
                    for (std::int64_t c = 0; c < lanes; ++c) {
                        strip.add_channel(input + c, step, weights + c * blocks * block_floats);
                    }
                }
                weights += lanes * blocks * block_floats;
            }
        }
        channel += lanes;
    }
    strip.finish(row, pixel);
}

template <unsigned pixels>
void depthwise_strip(const ConvolutionRow& row, std::int64_t pixel) {
    Strip<1, pixels> strip;
    strip.begin_with(row.bias);
    const float* weights = row.weights;
    for (std::int64_t i = 0; i < row.kernel_height; ++i) {
        for (std::int64_t j = 0; j < row.kernel_width; ++j) {
            strip.add_lanes(
                row.input + pixel * row.input_pixel + i * row.input_row + j * row.input_column,
                row.input_pixel, weights);
            weights += block_floats;
        }
    }
    strip.finish(row, pixel);
}

using StripFunction = void (*)(const ConvolutionRow&, std::int64_t pixel);

/// One function for every length of a strip, 1 .. count.
template <unsigned count>
struct StripFunctions {
    StripFunction of[count];
    static constexpr unsigned longest = count;
};

template <unsigned count, class Maker, unsigned length = 1>
constexpr void fill_strips(StripFunctions<count>& table, Maker maker) {
    table.of[length - 1] = maker.template make<length>();
    if constexpr (length < count) fill_strips<count, Maker, length + 1>(table, maker);
}

template <unsigned blocks, bool adjacent>
struct ConvolutionMaker {
    template <unsigned pixels>
    static constexpr StripFunction make() {
        return convolve_strip<blocks, pixels, adjacent>;
    }
};

struct DepthwiseMaker {
    template <unsigned pixels>
    static constexpr StripFunction make() {
        return depthwise_strip<pixels>;
    }
};

template <unsigned count, class Maker>
constexpr StripFunctions<count> strips_of(Maker maker) {
    StripFunctions<count> table{};
    fill_strips(table, maker);
    return table;
}

/// Cuts a row into the fewest strips, as equal in length as possible.
template <unsigned count>
void for_strips(const StripFunctions<count>& functions, const ConvolutionRow& row) {
    const std::int64_t strips = (row.pixels + count - 1) / count;
    const std::int64_t length = (row.pixels + strips - 1) / strips;
    for (std::int64_t pixel = 0; pixel < row.pixels; pixel += length) {
        functions.of[smaller(length, row.pixels - pixel) - 1](row, pixel);
    }
}

template <unsigned blocks>
void convolve_blocks(const ConvolutionRow& row) {
    constexpr unsigned longest = most_pixels(blocks);
    static constexpr auto adjacent = strips_of<longest>(ConvolutionMaker<blocks, true>{});
    static constexpr auto strided =
        strips_of<smaller(longest, 8)>(ConvolutionMaker<blocks, false>{});
    if (row.input_pixel == block_floats) {
        for_strips(adjacent, row);
    } else {
        for_strips(strided, row);
    }
}

void convolution(const ConvolutionRow& row) {
    if (row.blocks == 1) convolve_blocks<1>(row);
    if (row.blocks == 2) convolve_blocks<2>(row);
    if (row.blocks == 4) convolve_blocks<4>(row);
}

void depthwise(const ConvolutionRow& row) {
    static constexpr auto functions = strips_of<most_pixels(1)>(DepthwiseMaker{});
    for_strips(functions, row);
}
