#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

#include "search/objective/initial_weights.hpp"
#include "search/objective/naswot.hpp"
#include "sim/core/error.hpp"
#include "sim/network/reference_executor.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

Node node(const std::string& name, Op op, std::vector<NodeId> inputs, std::int64_t channels = 0) {
    Node n;
    n.name = name;
    n.op = op;
    n.inputs = std::move(inputs);
    n.shape.channels = channels;
    if (op == Op::convolution) {
        n.window = {.kernel_height = 3,
                    .kernel_width = 3,
                    .pad_top = 1,
                    .pad_left = 1,
                    .pad_bottom = 1,
                    .pad_right = 1};
    }
    if (op == Op::clip) n.clip_low = 0;
    return n;
}

/// A convolution and one with a bypass, each with a rectifier after it, and a classifier.
Graph residual_network() {
    Graph g{.name = "residual", .nodes = {}, .output = NodeId{7}};
    const auto add = [&g](Node n) {
        n.shape = n.op == Op::input ? n.shape : infer_shape(g, n);
        g.nodes.push_back(std::move(n));
    };
    Node image = node("image", Op::input, {});
    image.shape = {2, 5, 5};
    add(image);
    add(node("a", Op::convolution, {NodeId{0}}, 4));
    add(node("relu_a", Op::clip, {NodeId{1}}));
    add(node("b", Op::convolution, {NodeId{2}}, 4));
    add(node("sum", Op::add, {NodeId{3}, NodeId{2}}));
    add(node("relu_b", Op::clip, {NodeId{4}}));
    add(node("flat", Op::flatten, {NodeId{5}}));
    add(node("fc", Op::linear, {NodeId{6}}, 3));
    return g;
}

ImageLoader random_images() {
    return [](std::int64_t image, std::span<float> values) {
        const RandomStream stream(9, Purpose::test, TrialId{0}, static_cast<std::uint32_t>(image));
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = static_cast<float>(stream.normal(static_cast<std::uint32_t>(i)));
        }
    };
}

/// The definition, unit by unit, on values of the slow executor.
double slow_naswot(const Graph& network, std::int64_t images) {
    std::vector<std::vector<int>> codes;
    for (std::int64_t i = 0; i < images; ++i) {
        FeatureMap image{network.nodes.front().shape, {}};
        image.values.resize(static_cast<std::size_t>(image.shape.elements()));
        random_images()(i, image.values);
        const auto values = reference_values(network, image);
        auto& code = codes.emplace_back();
        for (std::size_t n = 0; n < network.nodes.size(); ++n) {
            if (network.nodes[n].op != Op::clip) continue;
            for (const double v : values[n]) code.push_back(v > 0 ? 1 : 0);
        }
    }
    Eigen::MatrixXd kernel(images, images);
    for (Eigen::Index i = 0; i < images; ++i) {
        for (Eigen::Index j = 0; j < images; ++j) {
            double sum = 0;
            const auto& a = codes[static_cast<std::size_t>(i)];
            const auto& b = codes[static_cast<std::size_t>(j)];
            for (std::size_t u = 0; u < a.size(); ++u) {
                sum += a[u] * b[u] + (1 - a[u]) * (1 - b[u]);
            }
            kernel(i, j) = sum;
        }
    }
    return std::log(std::abs(kernel.determinant()));
}

TEST(Naswot, EqualsItsDefinition) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const Graph network = with_initial_weights(residual_network(), seed);
        EXPECT_NEAR(naswot_score(network, {6, random_images()}, {}), slow_naswot(network, 6), 1e-6);
    }
}

TEST(Naswot, StaysBelowHadamardsBound) {
    const Graph network = with_initial_weights(residual_network(), 1);
    const double units = 2 * 4 * 25;
    EXPECT_LT(naswot_score(network, {8, random_images()}, {}), 8 * std::log(units));
}

TEST(Naswot, RefusesOneImage) {
    const Graph network = with_initial_weights(residual_network(), 1);
    EXPECT_THROW((void)naswot_score(network, {1, random_images()}, {}), InputError);
}

/// sum |w dR/dw| with a slope per weight: R is affine in every single weight.
double slow_synflow(Graph network) {
    for (Node& n : network.nodes) {
        for (float& w : n.weights) w = std::abs(w);
    }
    FeatureMap ones{network.nodes.front().shape, {}};
    ones.values.assign(static_cast<std::size_t>(ones.shape.elements()), 1.0F);
    const auto flow = [&] {
        double sum = 0;
        for (const double v : reference_scores(network, ones)) sum += v;
        return sum;
    };
    const double whole = flow();
    double sum = 0;
    for (Node& n : network.nodes) {
        for (float& w : n.weights) {
            const float kept = w;
            w = 0;
            sum += whole - flow();
            w = kept;
        }
    }
    return std::log(sum);
}

TEST(Synflow, EqualsItsDefinitionWithAndWithoutABypass) {
    const Graph residual = with_initial_weights(residual_network(), 5);
    EXPECT_NEAR(synflow_score(residual, {}), slow_synflow(residual), 1e-5);
    Graph chain = residual_network();
    chain.nodes[4] = node("sum", Op::clip, {NodeId{3}});
    chain.nodes[4].shape = infer_shape(chain, chain.nodes[4]);
    chain = with_initial_weights(chain, 5);
    EXPECT_NEAR(synflow_score(chain, {}), slow_synflow(chain), 1e-5);
}

}  // namespace
}  // namespace ohmgrid
