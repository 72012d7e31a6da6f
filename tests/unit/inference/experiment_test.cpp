#include "sim/inference/experiment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sim/core/error.hpp"
#include "sim/inference/analog_network.hpp"
#include "sim/inference/calibration_file.hpp"
#include "sim/inference/diagnosis.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/small_experiment.hpp"

namespace ohmgrid {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

/// Everything random at once: programming, every read, every conversion.
std::pair<LayerSettings, DeviceModel> noisy_design() {
    LayerSettings settings = design();
    settings.adc.comparator_noise_volt = 5e-3;
    settings.adc.sar.capacitor_sigma = 0.03;
    DeviceModel device = cell();
    device.programming.error.kind = SigmaKind::constant;
    device.programming.error.sigma_ratio = 0.02;
    device.read_noise.error.kind = SigmaKind::constant;
    device.read_noise.error.sigma_ratio = 0.02;
    return {settings, device};
}

TEST(Experiment, GivesTheSameBitsForAnyNumberOfThreads) {
    const auto [settings, device] = noisy_design();
    const Experiment one = experiment_with(settings, device);
    const Experiment three = experiment_with(settings, device, {.threads = 3});
    const Scores expected = one.run({.seed = 5}, {.threads = 1}).scores;
    EXPECT_EQ(three.run({.seed = 5}, {.threads = 3}).scores.values, expected.values);
    EXPECT_EQ(one.run({.seed = 5}, {.threads = 2}).scores.values, expected.values);
    EXPECT_EQ(one.run({.seed = 5}, {.threads = 9}).scores.values, expected.values);
    EXPECT_NE(one.run({.seed = 5, .trial = {1}}, {}).scores.values, expected.values);
}

/// Converters without error, cells without error: nothing is left but quantisation.
TEST(Experiment, IsTheQuantisedNetworkWhereNothingErrs) {
    LayerSettings settings = design();
    settings.adc.type = AdcType::ideal;
    const Experiment experiment = experiment_with(settings, cell());
    const Scores found = experiment.run({}, {}).scores;
    const Scores& expected = experiment.ideal().scores;
    for (std::size_t i = 0; i < found.values.size(); ++i) {
        EXPECT_NEAR(found.values[i], expected.values[i], 1e-4);
    }
}

/// Sums of conversions in single precision are the same but for the last bits of the range.
TEST(Experiment, AddsUpConversionsInSinglePrecision) {
    LayerSettings settings = design();
    settings.mapping.signed_inputs = SignedInputs::sign_magnitude;
    settings.adc.zero = AdcZero::as_given;
    const Scores whole = experiment_with(settings, cell()).run({}, {}).scores;
    settings.adc.values = AdcValues::single_precision;
    const Scores single = experiment_with(settings, cell()).run({}, {}).scores;
    EXPECT_NE(single.values, whole.values);
    for (std::size_t i = 0; i < whole.values.size(); ++i) {
        EXPECT_NEAR(single.values[i], whole.values[i], 1e-4);
    }
}

TEST(Experiment, LeavesOutTheSourcesOfErrorItIsToldTo) {
    const auto [settings, device] = noisy_design();
    const Experiment noisy = experiment_with(settings, device);
    const Experiment quiet = experiment_with(design(), cell());
    EXPECT_EQ(noisy.run({.sources = ErrorSources::none()}, {}).scores.values,
              quiet.run({}, {}).scores.values);
}

/// One linear layer of 12 inputs at full scale, one output, multi-level inputs, no converter: the
/// output's variance over many images is that of 24 cells of sigma g_max each, times the weight of
/// a column-sum unit: (15 / (1 - g_min / g_max) levels, scale per level) squared.
TEST(Experiment, ReadNoiseHasTheVarianceOfItsCells) {
    NetworkBuilder net({12, 1, 1});
    net.linear({0}, 1);
    const Graph graph = net.graph();
    constexpr std::int64_t many = 4000;
    const ImageSource full{many, [](std::int64_t, std::span<float> values) {
                               std::fill(values.begin(), values.end(), 1.0F);
                           }};
    DeviceModel device = cell();
    device.read_noise.error.kind = SigmaKind::constant;
    device.read_noise.error.sigma_ratio = 0.03;
    LayerSettings settings{
        .array = {.rows = 12, .columns = 4, .cell_bits = 4, .column_sharing = 1},
        .adc = {.type = AdcType::ideal},
        .mapping = {.weight_bits = 5, .input_bits = 4, .encoding = InputEncoding::multi_level}};
    const Experiment experiment(graph, {full, std::vector<std::int64_t>(many, 0)}, full, {settings},
                                device, {});
    const std::vector<float> scores = experiment.run({}, {}).scores.values;
    double sum = 0, squares = 0;
    for (const float s : scores) sum += static_cast<double>(s);
    const double mean = sum / many;
    for (const float s : scores) squares += std::pow(static_cast<double>(s) - mean, 2);
    const QuantisedWeights weights = quantise_weights(graph.nodes.back(), settings.mapping);
    const double per_unit = 15 / (1 - 0.01) * static_cast<double>(weights.scale[0]);
    const double expected = 24 * std::pow(0.03 * per_unit, 2);
    EXPECT_NEAR(squares / many / expected, 1, 5 * std::sqrt(2.0 / many));
}

TEST(ProgramLayer, RefusesALayerLargerThanMemoryBeforeItBegins) {
    LayerSettings settings = design();
    settings.array.rows = settings.array.columns = 16384;
    const Graph graph = small_network();
    const Node& node = graph.nodes[1];
    const QuantisedWeights weights = quantise_weights(node, settings.mapping);
    const LayerMapping where(layer_shape(node, {3, 6, 6}), settings.array, settings.mapping);
    EXPECT_THAT(refusal([&] {
                    (void)program_layer(weights, where, settings, cell(), {VirtualChip{}}, 0,
                                        {.threads = 4000});
                }),
                HasSubstr("error[CIR007]"));
}

TEST(AnalogNetwork, RefusesInputsThatItsStepsCannotCarry) {
    LayerSettings settings = design();
    settings.mapping.step_bits = 2;  // images have negative values, in two's complement
    const std::string message = refusal([&] { (void)experiment_with(settings, cell()); });
    EXPECT_THAT(message, HasSubstr("error[INF002]"));
    EXPECT_THAT(message, HasSubstr("sign-magnitude"));
}

TEST(CalibrationFile, IsReadBackAndRefusedForAnotherDesign) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "ranges.h5";
    const Graph graph = small_network();
    std::vector<LayerSettings> settings(graph.weighted_nodes().size(), design());
    const std::vector<LayerRanges> ranges =
        calibrate(graph, source(), settings, cell(), {}, RangeSearch::least_error);
    write_calibration(path, graph, calibration_key(graph, settings, cell()), ranges);
    settings[0].adc.bits = 4;  // converters may change
    const auto back = read_calibration(path, calibration_key(graph, settings, cell()));
    ASSERT_EQ(back.size(), ranges.size());
    for (std::size_t l = 0; l < back.size(); ++l) {
        EXPECT_EQ(back[l].input.high, ranges[l].input.high);
        ASSERT_EQ(back[l].sum_of_slice.size(), ranges[l].sum_of_slice.size());
        EXPECT_EQ(back[l].sum_of_slice[0].low, ranges[l].sum_of_slice[0].low);
        EXPECT_EQ(back[l].clipped_share, ranges[l].clipped_share);
    }
    settings[1].array.rows = 10;
    const auto refused = [&](const CalibrationKey& key) {
        return refusal([&] { (void)read_calibration(path, key); });
    };
    EXPECT_THAT(refused(calibration_key(graph, settings, cell())), HasSubstr("error[CAL003]"));
    settings[1] = design();
    settings[1].law = {.kind = CellLawKind::sinh, .sinh_b_per_volt = 5};
    (void)read_calibration(path, calibration_key(graph, settings, cell()));  // does not count yet
    settings[1].array.cells = CellReads::newton;
    EXPECT_THAT(refused(calibration_key(graph, settings, cell())), HasSubstr("error[CAL003]"));
    settings[1] = design();
    settings[1].multiplexer.residual_charge = 0.1;
    EXPECT_THAT(refused(calibration_key(graph, settings, cell())), HasSubstr("error[CAL003]"));
    EXPECT_THAT(refused(calibration_key(resnet_cifar10(1), settings, cell())),
                HasSubstr("another network"));
}

/// Three bits for the tails of a bell: the full range (percentile 1) wastes codes on rare sums.
TEST(Calibration, SearchFindsTheRangeOfLeastError) {
    const Graph graph = small_network();
    LayerSettings settings = design();
    settings.adc.bits = 3;
    const std::vector<LayerSettings> layers(graph.weighted_nodes().size(), settings);
    const auto error_of = [&](RangeSearch search) {
        const std::vector<LayerRanges> ranges =
            calibrate(graph, source(), layers, cell(), {}, search);
        const Experiment experiment(graph, labelled(), ranges, layers, cell(), {});
        return experiment.layer_errors({}, Conversions::as_designed, images, {})
            .front()
            .relative_rms_error;
    };
    EXPECT_LT(error_of(RangeSearch::least_error), error_of(RangeSearch::percentile));
}

TEST(Diagnosis, NamesTheCausesThatMatterAndTheFirstBrokenLayer) {
    auto [settings, device] = noisy_design();
    const Diagnosis fine = diagnose(experiment_with(settings, device), {}, images, {});
    std::vector<std::string> names;
    for (const ErrorCause& cause : fine.causes) names.push_back(cause.name);
    EXPECT_THAT(names,
                ::testing::ElementsAre("quantisation", "conversion", "programming", "read_noise",
                                       "converter_static", "converter_noise", "all"));
    for (const LayerDiagnosis& layer : fine.layers) {
        ASSERT_EQ(layer.sums.size(), 3U);  // 5 bits of magnitude in 2-bit cells
        double share = 0;
        for (const double s : layer.sums[0].share) share += s;
        EXPECT_NEAR(share, 1, 1e-6);
        EXPECT_LT(layer.sums[0].range_low, 0);
    }
    settings.adc.bits = 1;
    const Diagnosis broken = diagnose(experiment_with(settings, device), {}, images, {});
    ASSERT_TRUE(broken.first_broken);
    EXPECT_EQ(*broken.first_broken, 0U);
}

}  // namespace
}  // namespace ohmgrid
