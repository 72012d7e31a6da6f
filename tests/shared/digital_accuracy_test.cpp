#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <thread>

#include "sim/io/hdf5.hpp"
#include "sim/network/classification.hpp"
#include "sim/network/executor.hpp"
#include "sim/network/image_set.hpp"
#include "sim/network/onnx_import.hpp"
#include "sim/network/preprocessing.hpp"

namespace ohmgrid {
namespace {

std::filesystem::path data_folder() {
    return std::filesystem::path(OHMGRID_SOURCE_DIR) / ".." / "shared" / "data";
}

RunContext all_cores() {
    return {.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()))};
}

/// A network, its images and how many of them it gets right: shared/data/PROVENANCE.md, counted
/// there with PyTorch 1.13 and OpenCV 4.6.
struct Known {
    std::string network;
    std::string images;
    DataSpec data;
    std::int64_t correct;
};

std::ostream& operator<<(std::ostream& out, const Known& known) { return out << known.network; }

const DataSpec imagenet{.mean = {0.485, 0.456, 0.406}, .std = {0.229, 0.224, 0.225}};
const DataSpec cifar{.mean = {0.4914, 0.4822, 0.4465}, .std = {0.2470, 0.2435, 0.2616}};
const DataSpec mnist{.mean = {0.1307}, .std = {0.3081}};
const DataSpec raw{.scale = 1};

class DigitalAccuracy : public ::testing::TestWithParam<Known> {};

TEST_P(DigitalAccuracy, EqualsThatOfOtherToolsWithinTwoImages) {
    const Known& known = GetParam();
    const auto network = data_folder() / (known.network + ".onnx");
    const auto images = data_folder() / known.images;
    if (!exists(network) || !exists(images)) GTEST_SKIP() << "skipped: " << network << " absent";
    const Graph graph = import_onnx(network);
    const ImageSet set = read_images(images.string(), known.data);
    check_fits(set, graph);
    const Classification found =
        classify(all_cores(), Executor(graph),
                 loader_of(set, Preprocessing(known.data, set.shape())), set.labels());
    RecordProperty("correct", static_cast<int>(found.correct));
    EXPECT_EQ(found.images(), 10000);
    EXPECT_NEAR(static_cast<double>(found.correct), static_cast<double>(known.correct), 2);
}

INSTANTIATE_TEST_SUITE_P(
    Networks, DigitalAccuracy,
    ::testing::Values(Known{"crosssim_resnet14_cifar10", "cifar10_test.h5", imagenet, 8965},
                      Known{"crosssim_resnet20_cifar10", "cifar10_test.h5", imagenet, 9065},
                      Known{"crosssim_resnet32_cifar10", "cifar10_test.h5", imagenet, 9213},
                      Known{"akamaster_resnet20_cifar10", "cifar10_test.h5", imagenet, 9173},
                      Known{"akamaster_resnet56_cifar10", "cifar10_test.h5", imagenet, 9339},
                      Known{"mlperftiny_resnet8_cifar10", "cifar10_test.h5", raw, 8721},
                      Known{"own_vgg16half_cifar10", "cifar10_test.h5", cifar, 8915},
                      Known{"own_lenet5_mnist", "mnist_test.h5", mnist, 9913},
                      Known{"own_mlp300_mnist", "mnist_test.h5", mnist, 9824}),
    [](const auto& test) { return test.param.network; });

/// Sixteen preprocessed images with the scores PyTorch gives them, in the .h5 beside a network.
class CheckedScores : public ::testing::TestWithParam<std::string> {};

TEST_P(CheckedScores, AreReproduced) {
    const auto network = data_folder() / (GetParam() + ".onnx");
    const auto checks = data_folder() / (GetParam() + ".h5");
    if (!exists(network) || !exists(checks)) GTEST_SKIP() << "skipped: " << network << " absent";
    const Executor run{import_onnx(network)};
    const Hdf5Reader file(checks);
    const Dataset<float> input = file.read<float>("/check/input");
    const Dataset<float> expected = file.read<float>("/check/logits");
    const ImageRange range{.first = 0, .count = input.extents[0]};
    const Scores found = run(all_cores(), range, [&](std::int64_t image, std::span<float> values) {
        std::copy_n(input.values.begin() + image * std::ssize(values), values.size(),
                    values.begin());
    });
    ASSERT_EQ(found.values.size(), expected.values.size());
    for (std::size_t i = 0; i < found.values.size(); ++i) {
        EXPECT_NEAR(found.values[i], expected.values[i], 1e-4F) << "score " << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Networks, CheckedScores,
                         ::testing::Values("crosssim_resnet20_cifar10",
                                           "mlperftiny_resnet8_cifar10"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace ohmgrid
