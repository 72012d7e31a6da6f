#include "sim/network/onnx_export.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "sim/core/error.hpp"
#include "sim/io/subprocess.hpp"
#include "sim/network/load_network.hpp"
#include "sim/network/reference_executor.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// Weights of the right number, whatever the network.
void draw_weights(Graph& graph) {
    std::uint32_t layer = 0;
    for (Node& n : graph.nodes) {
        if (!n.is_weighted() && n.op != Op::affine) continue;
        std::int64_t inputs = 1;
        if (n.op == Op::linear) inputs = graph.input_of(n).shape.channels;
        if (n.op == Op::convolution) {
            inputs = graph.input_of(n).shape.channels / n.groups * n.window.kernel_height *
                     n.window.kernel_width;
        }
        const RandomStream stream(3, Purpose::test, TrialId{0}, layer++);
        n.weights.resize(static_cast<std::size_t>(n.shape.channels * inputs));
        for (std::size_t i = 0; i < n.weights.size(); ++i) {
            n.weights[i] = static_cast<float>(stream.normal(static_cast<std::uint32_t>(i)) /
                                              std::sqrt(static_cast<double>(inputs)));
        }
        n.bias.assign(static_cast<std::size_t>(n.shape.channels), 0.25F);
    }
}

TEST(OnnxExport, IsReadBackAsTheSameNetwork) {
    for (const char* table : {"resnet20_cifar10.csv", "densenet40_cifar10.csv"}) {
        Graph graph = load_network(std::string(OHMGRID_SOURCE_DIR) + "/netlists/networks/" + table);
        draw_weights(graph);
        const TemporaryFolder folder;
        const auto path = folder.path() / "network.onnx";
        export_onnx(graph, path);
        const Graph again = load_network(path);
        FeatureMap image{graph.nodes.front().shape, {}};
        const RandomStream stream(4, Purpose::test, TrialId{0}, 0);
        for (std::int64_t i = 0; i < image.shape.elements(); ++i) {
            image.values.push_back(
                static_cast<float>(stream.uniform_open(static_cast<std::uint32_t>(i))));
        }
        EXPECT_EQ(again.weighted_nodes().size(), graph.weighted_nodes().size());
        const auto expected = reference_scores(graph, image);
        const auto found = reference_scores(again, image);
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            EXPECT_NEAR(found[i], expected[i], 1e-5 * (1 + std::abs(expected[i]))) << table;
        }
    }
}

TEST(OnnxExport, RefusesShapesAlone) {
    const Graph graph =
        load_network(std::string(OHMGRID_SOURCE_DIR) + "/netlists/networks/vgg8_cifar10.csv");
    const TemporaryFolder folder;
    EXPECT_THROW(export_onnx(graph, folder.path() / "network.onnx"), InputError);
}

}  // namespace
}  // namespace ohmgrid
