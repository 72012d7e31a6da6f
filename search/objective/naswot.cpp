#include "search/objective/naswot.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/network/executor.hpp"

namespace ohmgrid {
namespace {

/// The network with an identity after every rectifier: depthwise 1 x 1 convolutions, whose calls
/// show the rectifiers' outputs.
struct Probed {
    Graph graph;
    std::vector<bool> is_probe;       ///< by weighted node
    std::vector<std::size_t> offset;  ///< of a probe's units among all, by weighted node
    std::size_t units = 0;
};

Probed with_probes(const Graph& network) {
    Probed p;
    p.graph.name = network.name;
    std::vector<NodeId> now(network.nodes.size());
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        Node n = network.nodes[i];
        for (NodeId& input : n.inputs) input = now[static_cast<std::size_t>(input.value)];
        if (n.is_weighted()) {
            p.is_probe.push_back(false);
            p.offset.push_back(0);
        }
        const bool is_rectifier = n.op == Op::clip && n.clip_low == 0;
        const Shape shape = n.shape;
        const std::string name = n.name;
        p.graph.nodes.push_back(std::move(n));
        if (is_rectifier) {
            Node probe;
            probe.name = name + ".probe";
            probe.op = Op::convolution;
            probe.inputs = {NodeId{std::ssize(p.graph.nodes) - 1}};
            probe.shape = shape;
            probe.groups = shape.channels;
            probe.weights.assign(static_cast<std::size_t>(shape.channels), 1.0F);
            p.graph.nodes.push_back(std::move(probe));
            p.is_probe.push_back(true);
            p.offset.push_back(p.units);
            p.units += static_cast<std::size_t>(shape.elements());
        }
        now[i] = NodeId{std::ssize(p.graph.nodes) - 1};
    }
    p.graph.output = now[static_cast<std::size_t>(network.output.value)];
    return p;
}

using Pattern = std::vector<std::uint64_t>;

std::vector<Pattern> patterns_of(const Probed& p, const ImageSource& images,
                                 const RunContext& context) {
    std::vector<Pattern> patterns(static_cast<std::size_t>(images.count),
                                  Pattern((p.units + 63) / 64));
    const LayerFunction record = [&](const LayerCall& call, const FeatureMap& in, FeatureMap& out) {
        Pattern& pattern = patterns[static_cast<std::size_t>(call.image)];
        const std::size_t first = p.offset[static_cast<std::size_t>(call.layer.value)];
        for (std::size_t i = 0; i < in.values.size(); ++i) {
            if (in.values[i] > 0)
                pattern[(first + i) / 64] |= std::uint64_t{1} << ((first + i) % 64);
        }
        out.values = in.values;
    };
    std::vector<LayerFunction> functions(p.is_probe.size());
    for (std::size_t i = 0; i < functions.size(); ++i) {
        if (p.is_probe[i]) functions[i] = record;
    }
    (void)Executor(p.graph, {.layers = functions})(context, {0, images.count}, images.load);
    return patterns;
}

Graph made_positive(Graph network) {
    for (Node& n : network.nodes) {
        for (float& w : n.weights) w = std::abs(w);
        n.bias.clear();
    }
    return network;
}

double flow(const Graph& network, const RunContext& context) {
    const Shape& shape = network.nodes.front().shape;
    const FeatureMap ones{shape, std::vector<float>(static_cast<std::size_t>(shape.elements()), 1)};
    const Scores scores = Executor(network)(context, std::vector<FeatureMap>{ones});
    double sum = 0;
    for (const float v : scores.values) sum += static_cast<double>(v);
    return sum;
}

}  // namespace

double naswot_score(const Graph& network, const ImageSource& images, const RunContext& context) {
    const Probed probed = with_probes(network);
    if (images.count < 2 || probed.units == 0) {
        throw InputError(Message{.place = {},
                                 .id = "PRX001",
                                 .what = "the score of activation patterns needs two images and a "
                                         "rectifier",
                                 .remedy = "Set accuracy.images to at least 2"});
    }
    const std::vector<Pattern> patterns = patterns_of(probed, images, context);
    const auto count = static_cast<Eigen::Index>(images.count);
    Eigen::MatrixXd kernel(count, count);
    for (Eigen::Index i = 0; i < count; ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) {
            const Pattern& a = patterns[static_cast<std::size_t>(i)];
            const Pattern& b = patterns[static_cast<std::size_t>(j)];
            std::int64_t different = 0;
            for (std::size_t w = 0; w < a.size(); ++w) different += std::popcount(a[w] ^ b[w]);
            kernel(i, j) = kernel(j, i) =
                static_cast<double>(probed.units) - static_cast<double>(different);
        }
    }
    const Eigen::MatrixXd upper = kernel.partialPivLu().matrixLU();
    double log = 0;
    for (Eigen::Index i = 0; i < count; ++i) log += std::log(std::abs(upper(i, i)));
    if (!std::isfinite(log)) {
        throw NumericalError(Message{.place = {},
                                     .id = "PRX002",
                                     .what =
                                         "two images activate the same units, so that the score "
                                         "is minus infinity",
                                     .remedy = "Use other or fewer images"});
    }
    return log;
}

double synflow_score(const Graph& network, const RunContext& context) {
    Graph positive = made_positive(network);
    const double whole = flow(positive, context);
    const bool is_chain = std::ranges::none_of(
        network.nodes, [](const Node& n) { return n.op == Op::add || n.op == Op::concat; });
    double sum = is_chain ? static_cast<double>(network.weighted_nodes().size()) * whole : 0;
    for (Node& n : positive.nodes) {
        if (is_chain || !n.is_weighted()) continue;  // in a chain all of it passes every layer
        std::vector<float> weights(n.weights.size(), 0.0F);
        std::swap(weights, n.weights);
        sum += whole - flow(positive, context);
        std::swap(weights, n.weights);
    }
    if (!std::isfinite(sum) || !(sum > 0)) {
        throw NumericalError(Message{.place = {},
                                     .id = "PRX003",
                                     .what = "the flow of signals is zero or beyond what a single "
                                             "precision number can hold",
                                     .remedy = "Use another accuracy.source for networks as deep "
                                               "as this"});
    }
    return std::log(sum);
}

}  // namespace ohmgrid
