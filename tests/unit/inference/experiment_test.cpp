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
#include "tests/support/network_builder.hpp"

namespace ohmgrid {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

Graph small_network() {
    NetworkBuilder net({3, 6, 6});
    const NodeId first = net.relu(net.convolution({0}, 5, same_window(3)));
    const NodeId second = net.relu(net.convolution(first, 4, same_window(3, 2)));
    net.linear(net.node({.op = Op::flatten, .inputs = {second}}), 3);
    return net.graph();
}

constexpr std::int64_t images = 7;

void load(std::int64_t image, std::span<float> values) {
    const FeatureMap map = normal_image({3, 6, 6}, static_cast<std::uint32_t>(image));
    std::copy(map.values.begin(), map.values.end(), values.begin());
}

ImageSource source() {
    ImageSource all;
    all.count = images;
    all.load = load;
    return all;
}

LabelledImages labelled() {
    LabelledImages all;
    all.images = source();
    all.labels.assign(images, 0);
    return all;
}

LayerSettings design() {
    return {.array = {.rows = 20, .columns = 16, .cell_bits = 2, .column_sharing = 4},
            .adc = {.type = AdcType::sar, .bits = 6, .percentile = 1},
            .mapping = {.weight_bits = 6, .input_bits = 5}};
}

DeviceModel cell() {
    DeviceModel device;
    device.g_min_siemens = 1e-6;
    device.g_max_siemens = 1e-4;
    device.read_volt = 0.2;
    return device;
}

Experiment experiment_with(const LayerSettings& settings, const DeviceModel& device,
                           const RunContext& context = {}) {
    const Graph graph = small_network();
    const std::vector<LayerSettings> layers(graph.weighted_nodes().size(), settings);
    return {graph, labelled(), source(), layers, device, context};
}

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

template <class Action>
std::string refusal(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

TEST(AnalogNetwork, NamesImageLayerAndStageOfAValueThatIsNotFinite) {
    const Graph graph = small_network();
    const std::vector<LayerSettings> settings(graph.weighted_nodes().size(), design());
    const auto layers = ideal_layers(graph, quantised_network(graph, settings), settings,
                                     std::vector<LayerRanges>(settings.size(), {.input = {-3, 3}}));
    const Executor run(graph, on_arrays(layers, 1));
    const std::string message = refusal([&] {
        (void)run({}, {2, 1}, [](std::int64_t, std::span<float> values) {
            std::fill(values.begin(), values.end(), std::nanf(""));
        });
    });
    EXPECT_THAT(message, HasSubstr("error[INF004]"));
    EXPECT_THAT(message, HasSubstr("image 2, layer node1"));
    EXPECT_THAT(message, HasSubstr("input of its word lines"));
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

TEST(AnalogNetwork, NamesLayerAndArrayOfAConductanceThatIsNotFinite) {
    const Graph graph = small_network();
    const std::vector<LayerSettings> settings(graph.weighted_nodes().size(), design());
    const Experiment experiment(graph, labelled(), source(), settings, cell(), {});
    DeviceModel broken = cell();
    broken.g_max_siemens = std::numeric_limits<double>::quiet_NaN();
    const std::string message = refusal([&] {
        (void)analog_layers(graph, quantised_network(graph, settings), settings, broken,
                            experiment.ranges(), Conversions::as_designed, {}, {});
    });
    EXPECT_THAT(message, HasSubstr("error[INF003]"));
    EXPECT_THAT(message, HasSubstr("a conductance"));
    EXPECT_THAT(message, HasSubstr("layer "));
    EXPECT_THAT(message, HasSubstr("array 0"));
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

double total_error(const LayerSettings& settings, const DeviceModel& device) {
    const Experiment experiment = experiment_with(settings, device);
    double sum = 0;
    for (const LayerError& layer :
         experiment.layer_errors({}, Conversions::without_converters, images, {})) {
        sum += layer.relative_rms_error;
    }
    return sum;
}

TEST(Compensation, OfColumnsAndRowsReducesTheErrorOfWires) {
    LayerSettings settings = design();
    const double without_wires = total_error(settings, cell());
    settings.array.row_wire_ohm = settings.array.column_wire_ohm = 30;
    const double plain = total_error(settings, cell());
    ASSERT_GT(plain, 1.5 * without_wires);
    LayerSettings ordered = settings;
    ordered.mapping.row_order = RowOrder::by_magnitude;
    EXPECT_LT(total_error(ordered, cell()), plain);
    LayerSettings corrected = settings;
    corrected.mapping.column_gain = ColumnGain::ir_drop;
    EXPECT_LT(total_error(corrected, cell()) - without_wires, 0.5 * (plain - without_wires));
}

/// Every cell has lost the same share, g_min included: one factor repairs it all.
TEST(Compensation, OfDriftUndoesACommonLoss) {
    DeviceModel device = cell();
    device.drift.kind = DriftKind::power;
    device.drift.exponent.constant = 0.1;
    device.drift.time_second = 1e4;
    LayerSettings settings = design();
    const double fresh = total_error(settings, cell());
    EXPECT_GT(total_error(settings, device), 3 * fresh);
    settings.mapping.drift_scale = DriftScale::per_array;
    EXPECT_NEAR(total_error(settings, device), fresh, 0.02 * fresh);
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
