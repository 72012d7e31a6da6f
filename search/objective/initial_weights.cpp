#include "search/objective/initial_weights.hpp"

#include <cmath>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {

Graph with_initial_weights(Graph graph, std::uint64_t seed) {
    std::uint32_t layer = 0;
    for (Node& n : graph.nodes) {
        const auto channels = static_cast<std::size_t>(n.shape.channels);
        if (n.op == Op::affine) n.weights.assign(channels, 1.0F);
        if (!n.is_weighted()) continue;
        const std::int64_t inputs = n.op == Op::linear
                                        ? graph.input_of(n).shape.channels
                                        : graph.input_of(n).shape.channels / n.groups *
                                              n.window.kernel_height * n.window.kernel_width;
        const RandomStream stream(seed, Purpose::weights, TrialId{0}, layer++);
        const double deviation = std::sqrt(2.0 / static_cast<double>(inputs));
        n.weights.resize(channels * static_cast<std::size_t>(inputs));
        for (std::size_t i = 0; i < n.weights.size(); ++i) {
            n.weights[i] =
                static_cast<float>(deviation * stream.normal(static_cast<std::uint32_t>(i)));
        }
        n.bias.clear();
    }
    return graph;
}

}  // namespace ohmgrid
