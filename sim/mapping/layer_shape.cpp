#include "sim/mapping/layer_shape.hpp"

namespace ohmgrid {
namespace {

/// Adds the arithmetic of one unweighted operation.
void charge(DigitalWork& work, const Graph& graph, const Node& n) {
    const std::int64_t out = n.shape.elements();
    const std::int64_t window = n.window.kernel_height * n.window.kernel_width;
    switch (n.op) {
        case Op::clip:
            work.activations += out;
            break;
        case Op::affine:
            work.multiplications += out;
            work.additions += out;
            break;
        case Op::add:
            work.additions += out;
            break;
        case Op::max_pool:
            work.comparisons += out * (window - 1);
            break;
        case Op::average_pool:
            work.additions += out * (window - 1);
            work.multiplications += out;
            break;
        case Op::global_average_pool:
            work.additions += graph.input_of(n).shape.elements() - out;
            work.multiplications += out;
            break;
        default:
            break;
    }
}

}  // namespace

LayerShape layer_shape(const Node& n, const Shape& in) {
    const std::int64_t kernel =
        n.op == Op::convolution ? n.window.kernel_height * n.window.kernel_width : 1;
    const std::int64_t groups = n.op == Op::convolution ? n.groups : 1;
    const std::int64_t inputs = in.channels / groups;
    return {.name = n.name,
            .op = n.op,
            .groups = groups,
            .rows = inputs * kernel,
            .channels = n.shape.channels / groups,
            .windows = n.shape.height * n.shape.width,
            .input_elements = in.elements(),
            .digital = {}};
}

std::vector<LayerShape> layer_shapes(const Graph& graph) {
    std::vector<LayerShape> layers;
    DigitalWork before_first;
    for (const Node& n : graph.nodes) {
        if (n.is_weighted()) {
            layers.push_back(layer_shape(n, graph.input_of(n).shape));
            if (layers.size() == 1) layers.front().digital = before_first;
        } else {
            charge(layers.empty() ? before_first : layers.back().digital, graph, n);
        }
    }
    return layers;
}

}  // namespace ohmgrid
