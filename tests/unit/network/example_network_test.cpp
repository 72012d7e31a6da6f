#include <gtest/gtest.h>

#include "sim/network/classification.hpp"
#include "sim/network/example_images.hpp"
#include "sim/network/load_network.hpp"
#include "sim/network/preprocessing.hpp"

namespace ohmgrid {
namespace {

/// PyTorch 1.13 counts 958 correct among the first 1000 test pictures (docs/examples/README.md).
/// One picture either way is allowed to sums taken in another order.
TEST(ExampleNetwork, GetsAsManyPicturesRightAsPyTorchSays) {
    const Graph graph = load_network(OHMGRID_SOURCE_DIR "/netlists/networks/example_cnn.onnx");
    const ImageSet set = draw_example_images(ExampleSplit::test, 1000);
    check_fits(set, graph);
    const DataSpec data{.mean = {0.5}, .std = {0.25}};
    const Classification found = classify(
        {}, Executor(graph), loader_of(set, Preprocessing(data, set.shape())), set.labels());
    EXPECT_NEAR(static_cast<double>(found.correct), 958, 1);
}

}  // namespace
}  // namespace ohmgrid
