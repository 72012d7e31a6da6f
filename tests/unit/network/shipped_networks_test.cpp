// The networks we ship as tables, and the trained ones in the folder `shared` beside the source
// tree where there is one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/network/load_network.hpp"
#include "tests/support/shared_folder.hpp"

namespace ohmgrid {
namespace {

const std::filesystem::path source_folder{OHMGRID_SOURCE_DIR};

/// Weights without biases: one multiply-accumulate each per output position.
std::int64_t weights_of(const Graph& graph, NodeId id) {
    const Shape& out = graph.node(id).shape;
    return graph.multiply_accumulates(id) / (out.height * out.width);
}

struct Totals {
    std::size_t layers = 0;
    std::int64_t multiply_accumulates = 0;
    std::int64_t weights = 0;

    friend bool operator==(const Totals&, const Totals&) = default;
    friend void PrintTo(const Totals& t, std::ostream* out) {
        *out << t.layers << " layers, " << t.multiply_accumulates << " MAC, " << t.weights
             << " weights";
    }
};

Totals totals_of(const Graph& graph) {
    Totals totals;
    for (const NodeId id : graph.weighted_nodes()) {
        ++totals.layers;
        totals.multiply_accumulates += graph.multiply_accumulates(id);
        totals.weights += weights_of(graph, id);
    }
    return totals;
}

Graph shipped(const std::string& name) {
    return load_network(source_folder / "netlists/networks" / (name + ".csv"));
}

// Weights of published parameter counts are those counts less 2 per batch-normalised channel and
// less the biases. Multiply-accumulates are summed by hand: per layer, weights times positions.

TEST(ShippedNetwork, Vgg16ForCifar10) {
    // 14,728,266 parameters (kuangliu/pytorch-cifar with biases: 4224 + 10; norms: 8448).
    EXPECT_EQ(totals_of(shipped("vgg16_cifar10")),
              (Totals{14, 313'201'664, 14'728'266 - 2 * 4224 - 4224 - 10}));
}

TEST(ShippedNetwork, Vgg16ForTinyImageNet) {
    // As for CIFAR-10 with 4 times the positions; the linear layer is 2048 x 200.
    EXPECT_EQ(totals_of(shipped("vgg16_tinyimagenet")),
              (Totals{14, 4 * (313'201'664 - 5120) + 409'600, 14'715'584 - 5120 + 409'600}));
}

TEST(ShippedNetwork, Vgg8ForCifar10) {
    // DNN+NeuroSim's network: 8192 x 1024 and 1024 x 10 behind six convolutions.
    EXPECT_EQ(totals_of(shipped("vgg8_cifar10")), (Totals{8, 615'917'568, 12'973'440}));
}

TEST(ShippedNetwork, ResNet18ForCifar10) {
    // 11,173,962 parameters (kuangliu/pytorch-cifar), 4800 of its channels normalised, 10 biases.
    EXPECT_EQ(totals_of(shipped("resnet18_cifar10")),
              (Totals{21, 555'422'720, 11'173'962 - 2 * 4800 - 10}));
}

TEST(ShippedNetwork, ResNet20ForCifar10) {
    // 272,474 parameters with projections (Keras example), 784 channels normalised, 10 biases.
    EXPECT_EQ(totals_of(shipped("resnet20_cifar10")),
              (Totals{22, 40'813'184, 272'474 - 2 * 784 - 10}));
}

TEST(ShippedNetwork, DenseNet40ForCifar10) {
    // 1,019,722 parameters (titu1994/DenseNet), 9048 channels normalised, 10 biases; 40 layers.
    EXPECT_EQ(totals_of(shipped("densenet40_cifar10")),
              (Totals{40, 264'812'928, 1'019'722 - 2 * 9048 - 10}));
}

TEST(ShippedNetwork, MobileNetV2ForImageNet) {
    // 3,504,872 parameters (torchvision 0.14.1), 17,056 channels normalised, 1000 biases; "300 M"
    // multiply-accumulates in the publication.
    EXPECT_EQ(totals_of(shipped("mobilenetv2_imagenet")),
              (Totals{53, 300'774'272, 3'504'872 - 2 * 17'056 - 1000}));
}

/// Compares every convolution and linear layer with the table another program derived from
/// torchvision's definitions.
void expect_layers_as_torchvision(const std::string& name, const std::string& reference) {
    std::ifstream file(*shared_folder() / "data/shape_tables.json");
    const nlohmann::json tables = nlohmann::json::parse(file);
    const Graph graph = shipped(name);
    std::vector<NodeId> ids = graph.weighted_nodes();
    std::size_t next = 0;
    for (const auto& layer : tables.at(reference)) {
        if (!layer.contains("weight_shape")) continue;
        ASSERT_LT(next, ids.size());
        const NodeId id = ids[next++];
        std::int64_t weights = 1;
        for (const auto& extent : layer.at("weight_shape")) weights *= extent.get<std::int64_t>();
        std::vector<std::int64_t> out{graph.node(id).shape.channels};
        if (graph.node(id).op == Op::convolution) {
            out.push_back(graph.node(id).shape.height);
            out.push_back(graph.node(id).shape.width);
        }
        EXPECT_EQ(weights_of(graph, id), weights) << graph.node(id).name;
        EXPECT_EQ(graph.multiply_accumulates(id), layer.at("macs")) << graph.node(id).name;
        EXPECT_EQ(out, layer.at("out_shape").get<std::vector<std::int64_t>>());
    }
    EXPECT_EQ(next, ids.size());
}

TEST(ShippedNetwork, Vgg16ForCifar10EqualsTorchvisionLayerByLayer) {
    OHMGRID_NEEDS_SHARED();
    expect_layers_as_torchvision("vgg16_cifar10", "vgg16bn_cifar10_32");
}

TEST(ShippedNetwork, Vgg16ForTinyImageNetEqualsTorchvisionLayerByLayer) {
    OHMGRID_NEEDS_SHARED();
    expect_layers_as_torchvision("vgg16_tinyimagenet", "vgg16bn_tinyimagenet_64");
}

TEST(ShippedNetwork, Vgg8EqualsNeuroSimLayerByLayer) {
    OHMGRID_NEEDS_SHARED();
    expect_layers_as_torchvision("vgg8_cifar10", "neurosim_vgg8_cifar10_32");
}

TEST(ShippedNetwork, MobileNetV2EqualsTorchvisionLayerByLayer) {
    OHMGRID_NEEDS_SHARED();
    expect_layers_as_torchvision("mobilenetv2_imagenet", "mobilenet_v2_imagenet_224");
}

// --- Trained networks ----------------------------------------------------------------------------

struct Trained {
    std::string name;
    std::size_t layers;
    std::int64_t multiply_accumulates;  ///< by hand from the architecture
    std::size_t nodes;                  ///< the image, layers, activations, sums, pools, flattens
    Shape image{3, 32, 32};
};

void PrintTo(const Trained& t, std::ostream* out) { *out << t.name; }

class TrainedNetwork : public ::testing::TestWithParam<Trained> {};

TEST_P(TrainedNetwork, IsImportedWholeAndFolded) {
    OHMGRID_NEEDS_SHARED();
    const Graph graph = load_network(*shared_folder() / "data" / (GetParam().name + ".onnx"));
    const Totals totals = totals_of(graph);
    EXPECT_EQ(totals.layers, GetParam().layers);
    EXPECT_EQ(totals.multiply_accumulates, GetParam().multiply_accumulates);
    EXPECT_EQ(graph.nodes.size(), GetParam().nodes);
    EXPECT_EQ(graph.nodes[0].shape, GetParam().image);
    EXPECT_EQ(graph.node(graph.output).shape, (Shape{10, 1, 1}));
    EXPECT_TRUE(graph.has_weights());
    for (const Node& n : graph.nodes) EXPECT_NE(n.op, Op::affine) << n.name;
}

// ResNet-(6n+2) with 1x1 projections: stem 442,368; first stage 2n x 2,359,296; each later stage
// 1,179,648 + (2n-1) x 2,359,296 + 131,072; linear layer 640. Nodes: image, 6n+4 layers, 6n+1
// activations, 3n sums and the pool.
INSTANTIATE_TEST_SUITE_P(
    Shared, TrainedNetwork,
    ::testing::Values(Trained{"crosssim_resnet14_cifar10", 16, 26'657'408, 37},
                      Trained{"crosssim_resnet20_cifar10", 22, 40'813'184, 52},
                      Trained{"crosssim_resnet32_cifar10", 34, 69'124'736, 82},
                      Trained{"akamaster_resnet20_cifar10", 22, 40'813'184, 52},
                      Trained{"akamaster_resnet56_cifar10", 58, 125'747'840, 142},
                      // n = 1 with a 1x1 projection in both later stages; an 8x8 average pool
                      Trained{"mlperftiny_resnet8_cifar10", 10, 12'501'632, 22},
                      // 5x5 convolutions: 6 with padding 2, 16 without; 400-120-84-10
                      Trained{"own_lenet5_mnist", 5, 416'520, 13, {1, 28, 28}},
                      Trained{"own_mlp300_mnist", 3, 266'200, 7, {1, 28, 28}},
                      // VGG16 with half the widths and a global pool
                      Trained{"own_vgg16half_cifar10", 14, 78'744'064, 33}),
    [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace ohmgrid
