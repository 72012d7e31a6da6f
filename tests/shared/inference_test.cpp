#include <gtest/gtest.h>

#include "sim/inference/evaluation.hpp"
#include "sim/network/load_network.hpp"
#include "sim/network/preprocessing.hpp"
#include "tests/support/shared_folder.hpp"

namespace ohmgrid {
namespace {

/// Two threads: results do not depend on their number, and machines that test have at least two.
const RunContext two_threads{.threads = 2};

DataSpec imagenet_preprocessing() {
    DataSpec spec;
    spec.mean = {0.485, 0.456, 0.406};
    spec.std = {0.229, 0.224, 0.225};
    return spec;
}

/// 8-bit weights in two 4-bit slices, 8-bit inputs bit by bit, 128-row arrays, on/off ratio 150.
InferenceReport resnet20(int adc_bits, std::int64_t images) {
    const auto data = *shared_folder() / "data";
    const Graph graph = load_network(data / "crosssim_resnet20_cifar10.onnx");
    const DataSpec spec = imagenet_preprocessing();
    const ImageSet test = read_images((data / "cifar10_test.h5").string(), spec, images);
    const ImageSet train = read_images((data / "cifar10_train_subset.h5").string(), spec, 32);
    const Preprocessing preprocess(spec, test.shape());
    const LayerSettings settings{
        .array = {.rows = 128, .columns = 128, .cell_bits = 4, .column_sharing = 8},
        .adc = {.type = AdcType::sar, .bits = adc_bits, .percentile = 0.9999},
        .mapping = {.weight_bits = 8, .input_bits = 8}};
    DeviceModel device;
    device.g_min_siemens = 1 / 9e5;
    device.g_max_siemens = 1 / 6e3;
    const std::vector<LayerSettings> layers(graph.weighted_nodes().size(), settings);
    const Experiment experiment(graph, {{test.count(), loader_of(test, preprocess)}, test.labels()},
                                {train.count(), loader_of(train, preprocess)}, layers, device,
                                two_threads);
    return evaluate(experiment, std::nullopt, two_threads);
}

/// A calibrated 8-bit converter must cost at most one point of accuracy.
TEST(SharedResNet20, LosesLessThanOnePointWithEightBitConverters) {
    OHMGRID_NEEDS_SHARED();
    const InferenceReport report = resnet20(8, 1000);
    RecordProperty("digital", static_cast<int>(report.digital_correct));
    RecordProperty("analog", static_cast<int>(report.analog_correct));
    EXPECT_NEAR(report.share(report.analog_correct), report.share(report.digital_correct), 0.01);
    EXPECT_NEAR(report.share(report.ideal_correct), report.share(report.digital_correct), 0.01);
    std::cout << "digital " << report.digital_correct << " ideal " << report.ideal_correct
              << " analog " << report.analog_correct << " images/s " << report.images_per_second
              << '\n';
}

/// Three bits per converter destroy the network: the error path is really there.
TEST(SharedResNet20, BreaksWithThreeBitConverters) {
    OHMGRID_NEEDS_SHARED();
    const InferenceReport report = resnet20(3, 200);
    EXPECT_LT(report.share(report.analog_correct), report.share(report.digital_correct) - 0.3);
    EXPECT_GT(report.layers.back().relative_rms_error, 0.1);
}

}  // namespace
}  // namespace ohmgrid
