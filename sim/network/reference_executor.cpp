#include "sim/network/reference_executor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/core/contract.hpp"

namespace ohmgrid {
namespace {

/// A feature map in double precision that is zero outside the image.
struct Map {
    Shape shape;
    std::vector<double> values;

    explicit Map(const Shape& s) : shape(s), values(static_cast<std::size_t>(s.elements()), 0.0) {}

    [[nodiscard]] bool holds(std::int64_t y, std::int64_t x) const {
        return y >= 0 && y < shape.height && x >= 0 && x < shape.width;
    }
    [[nodiscard]] double& at(std::int64_t c, std::int64_t y, std::int64_t x) {
        return values[static_cast<std::size_t>((c * shape.height + y) * shape.width + x)];
    }
    [[nodiscard]] double get(std::int64_t c, std::int64_t y, std::int64_t x) const {
        if (!holds(y, x)) return 0;
        return values[static_cast<std::size_t>((c * shape.height + y) * shape.width + x)];
    }
};

double weight(const Node& n, std::int64_t index) {
    return static_cast<double>(n.weights[static_cast<std::size_t>(index)]);
}

double bias(const Node& n, std::int64_t channel) {
    return n.bias.empty() ? 0.0 : static_cast<double>(n.bias[static_cast<std::size_t>(channel)]);
}

/// out[c][y][x] = value(c, y, x)
template <class Value>
void fill(Map& out, const Value& value) {
    for (std::int64_t c = 0; c < out.shape.channels; ++c) {
        for (std::int64_t y = 0; y < out.shape.height; ++y) {
            for (std::int64_t x = 0; x < out.shape.width; ++x) out.at(c, y, x) = value(c, y, x);
        }
    }
}

/// Calls body(kernel row, kernel column, image row, image column) for every tap of the window of
/// output pixel (y, x).
template <class Body>
void for_taps(const Window& w, std::int64_t y, std::int64_t x, const Body& body) {
    for (std::int64_t i = 0; i < w.kernel_height; ++i) {
        for (std::int64_t j = 0; j < w.kernel_width; ++j) {
            body(i, j, y * w.stride_height - w.pad_top + i * w.dilation_height,
                 x * w.stride_width - w.pad_left + j * w.dilation_width);
        }
    }
}

void convolution(const Node& n, const Map& in, Map& out) {
    const std::int64_t in_per_group = in.shape.channels / n.groups;
    const std::int64_t out_per_group = out.shape.channels / n.groups;
    const Window& w = n.window;
    fill(out, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
        double sum = bias(n, c);
        for (std::int64_t k = 0; k < in_per_group; ++k) {
            const std::int64_t from = c / out_per_group * in_per_group + k;
            for_taps(w, y, x, [&](std::int64_t i, std::int64_t j, std::int64_t r, std::int64_t s) {
                const std::int64_t index =
                    ((c * in_per_group + k) * w.kernel_height + i) * w.kernel_width + j;
                sum += weight(n, index) * in.get(from, r, s);
            });
        }
        return sum;
    });
}

void linear(const Node& n, const Map& in, Map& out) {
    fill(out, [&](std::int64_t c, std::int64_t, std::int64_t) {
        double sum = bias(n, c);
        for (std::int64_t k = 0; k < in.shape.channels; ++k) {
            sum += weight(n, c * in.shape.channels + k) * in.get(k, 0, 0);
        }
        return sum;
    });
}

void max_pool(const Node& n, const Map& in, Map& out) {
    fill(out, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
        double largest = -std::numeric_limits<double>::infinity();
        for_taps(n.window, y, x, [&](std::int64_t, std::int64_t, std::int64_t r, std::int64_t s) {
            if (in.holds(r, s)) largest = std::max(largest, in.get(c, r, s));
        });
        return largest;
    });
}

void average_pool(const Node& n, const Map& in, Map& out) {
    fill(out, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
        double sum = 0;
        std::int64_t counted = 0;
        for_taps(n.window, y, x, [&](std::int64_t, std::int64_t, std::int64_t r, std::int64_t s) {
            sum += in.get(c, r, s);
            if (n.average_counts_padding || in.holds(r, s)) ++counted;
        });
        return sum / static_cast<double>(counted);
    });
}

void global_average_pool(const Map& in, Map& out) {
    fill(out, [&](std::int64_t c, std::int64_t, std::int64_t) {
        double sum = 0;
        for (std::int64_t y = 0; y < in.shape.height; ++y) {
            for (std::int64_t x = 0; x < in.shape.width; ++x) sum += in.get(c, y, x);
        }
        return sum / static_cast<double>(in.shape.height * in.shape.width);
    });
}

void softmax(const Map& in, Map& out) {
    fill(out, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
        double sum = 0;  // of exponentials relative to this channel's, which cannot be 0
        for (std::int64_t k = 0; k < in.shape.channels; ++k) {
            sum += std::exp(in.get(k, y, x) - in.get(c, y, x));
        }
        return 1 / sum;
    });
}

/// The inputs of one node among the maps computed so far.
struct Inputs {
    const std::vector<Map>& maps;
    const std::vector<NodeId>& ids;

    [[nodiscard]] const Map& at(std::size_t which) const {
        return maps.at(static_cast<std::size_t>(ids.at(which).value));
    }
};

void concat(const Inputs& inputs, Map& out) {
    out.values.clear();
    for (std::size_t i = 0; i < inputs.ids.size(); ++i) {
        const std::vector<double>& next = inputs.at(i).values;
        out.values.insert(out.values.end(), next.begin(), next.end());
    }
}

/// out = function(channel, in), element by element.
template <class Function>
void map_elements(const Map& in, Map& out, const Function& function) {
    fill(out, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
        return function(c, in.get(c, y, x));
    });
}

void compute(const Node& n, const Inputs& inputs, Map& out) {
    const Map& in = inputs.at(0);
    switch (n.op) {
        case Op::input:
            return;
        case Op::convolution:
            return convolution(n, in, out);
        case Op::linear:
            return linear(n, in, out);
        case Op::affine:
            return map_elements(
                in, out, [&](std::int64_t c, double v) { return v * weight(n, c) + bias(n, c); });
        case Op::clip:
            return map_elements(in, out, [&](std::int64_t, double v) {
                return std::min(std::max(v, static_cast<double>(n.clip_low)),
                                static_cast<double>(n.clip_high));
            });
        case Op::add:
            return fill(out, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
                return in.get(c, y, x) + inputs.at(1).get(c, y, x);
            });
        case Op::concat:
            return concat(inputs, out);
        case Op::max_pool:
            return max_pool(n, in, out);
        case Op::average_pool:
            return average_pool(n, in, out);
        case Op::global_average_pool:
            return global_average_pool(in, out);
        case Op::pad:
            return fill(out, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
                return in.get(c, y - n.window.pad_top, x - n.window.pad_left);
            });
        case Op::flatten:
            out.values = in.values;
            return;
        case Op::softmax:
            return softmax(in, out);
    }
}

}  // namespace

std::vector<std::vector<double>> reference_values(const Graph& graph, const FeatureMap& image) {
    OHMGRID_EXPECT(image.shape == graph.nodes.front().shape);
    std::vector<Map> maps;
    for (const Node& n : graph.nodes) {
        Map out(n.shape);
        if (n.op == Op::input) {
            out.values.assign(image.values.begin(), image.values.end());
        } else {
            compute(n, {maps, n.inputs}, out);
        }
        maps.push_back(std::move(out));
    }
    std::vector<std::vector<double>> values;
    for (Map& map : maps) values.push_back(std::move(map.values));
    return values;
}

std::vector<double> reference_scores(const Graph& graph, const FeatureMap& image) {
    return std::move(reference_values(graph, image)[static_cast<std::size_t>(graph.output.value)]);
}

}  // namespace ohmgrid
