// A value that is not finite, planted at every stage of the analog read, is named with its stage,
// layer and array, and never becomes a code.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "sim/inference/analog_network.hpp"
#include "tests/support/small_experiment.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr float largest = std::numeric_limits<float>::max();

std::vector<LayerRanges> some_ranges() {
    const ValueRange sums{-5, 5};
    return std::vector<LayerRanges>(
        3, {.input = {-3, 3}, .sum_of_slice = {3, sums}, .clipped_share = {0, 0, 0}});
}

std::vector<AnalogLayer> layers_of(const Graph& graph, const LayerSettings& settings,
                                   const DeviceModel& device,
                                   const std::vector<LayerRanges>& ranges = some_ranges()) {
    const std::vector<LayerSettings> all(graph.weighted_nodes().size(), settings);
    return analog_layers(graph, quantised_network(graph, all), all, device, ranges,
                         Conversions::as_designed, {}, {});
}

std::string refusal_of(const LayerSettings& settings, const DeviceModel& device) {
    return refusal([&] { (void)layers_of(small_network(), settings, device); });
}

/// What images of `value` are refused with.
std::string refusal_of_images(const Graph& graph, float value) {
    const auto layers = layers_of(graph, design(), cell());
    const Executor run(graph, on_arrays(layers, 1));
    return refusal([&] {
        (void)run({}, {2, 1}, [value](std::int64_t, std::span<float> values) {
            std::fill(values.begin(), values.end(), value);
        });
    });
}

TEST(NotFinite, InAnImage) {
    for (const float value :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        EXPECT_THAT(refusal_of_images(small_network(), value),
                    HasSubstr("image 2: error[NET025]: one of its values is not finite"));
    }
}

TEST(NotFinite, OnWordLines) {
    NetworkBuilder net({3, 6, 6});
    net.convolution(net.add({0}, {0}), 5, same_window(3));  // overflows in front of the arrays
    EXPECT_THAT(refusal_of_images(net.graph(), largest),
                AllOf(HasSubstr("error[INF004]"), HasSubstr("image 2, layer"),
                      HasSubstr("an input of its word lines is not finite")));
}

TEST(NotFinite, BehindConverters) {
    Graph graph = small_network();
    for (float& weight : graph.nodes[1].weights) weight = largest;
    EXPECT_THAT(refusal_of_images(graph, 3),
                AllOf(HasSubstr("error[INF004]"), HasSubstr("image 2, layer node1"),
                      HasSubstr("an output behind its converters is not finite")));
}

TEST(NotFinite, InDigitalNodesBehindTheArrays) {
    NetworkBuilder net({3, 6, 6});
    const NodeId first = net.convolution({0}, 5, same_window(3));
    net.add(first, first);
    Graph graph = net.graph();
    for (float& bias : graph.nodes[1].bias) bias = 0.9F * largest;
    EXPECT_THAT(refusal_of_images(graph, 1), AllOf(HasSubstr("image 2: error[NET023]"),
                                                   HasSubstr("node node2: a value of its result")));
}

TEST(NotFinite, InConductancesAsProgrammed) {
    DeviceModel device = cell();
    device.g_max_siemens = nan;
    EXPECT_THAT(refusal_of(design(), device),
                AllOf(HasSubstr("layer node1"), HasSubstr("array 0: error[INF003]"),
                      HasSubstr("a conductance as programmed is not finite")));
    device = cell();
    device.programming.error.kind = SigmaKind::constant;
    device.programming.error.sigma_ratio = nan;
    EXPECT_THAT(refusal_of(design(), device), HasSubstr("array 0: error[INF003]"));
}

TEST(NotFinite, InTheNoiseOfReads) {
    DeviceModel device = cell();
    device.read_noise.error.kind = SigmaKind::constant;
    device.read_noise.error.sigma_ratio = nan;
    EXPECT_THAT(refusal_of(design(), device),
                AllOf(HasSubstr("layer node1"), HasSubstr("array 0: error[INF003]"),
                      HasSubstr("the variance of a cell's read noise is not finite")));
}

TEST(NotFinite, InDriversOfWordLines) {
    LayerSettings settings = design();
    settings.driver.gain_sigma = infinity;
    EXPECT_THAT(refusal_of(settings, cell()),
                AllOf(HasSubstr("layer node1"), HasSubstr("array 0: error[INF003]"),
                      HasSubstr("behind drivers and multiplexer is not finite")));
}

TEST(NotFinite, InTheRangeOfAConverter) {
    std::vector<LayerRanges> ranges = some_ranges();
    ranges[1].sum_of_slice[2].high = std::numeric_limits<float>::quiet_NaN();
    const Graph graph = small_network();
    EXPECT_THAT(refusal([&] { (void)layers_of(graph, design(), cell(), ranges); }),
                AllOf(HasSubstr("error[INF005]"), HasSubstr("layer node3"),
                      HasSubstr("the range of a converter is not finite")));
}

TEST(NotFinite, InTheNoiseOfAConverter) {
    LayerSettings settings = design();
    settings.adc.comparator_noise_volt = infinity;
    EXPECT_THAT(refusal_of(settings, cell()),
                AllOf(HasSubstr("layer node1"), HasSubstr("converter 0: error[INF005]")));
}

TEST(NotFinite, InSolvedColumnCurrents) {
    ReadCircuit circuit{.crossbar = {.conductance_siemens = RowMajorMatrix::Constant(2, 2, 1e-5)},
                        .law = make_cell_law({.kind = CellLawKind::sinh, .sinh_b_per_volt = 5},
                                             RowMajorMatrix::Constant(2, 2, 1e-5), {}),
                        .sharing = {.rows = 2, .columns = 2},
                        .order = {0, 1},
                        .full_volt = {0.2, nan},
                        .array = 17};
    EXPECT_THAT(refusal([&] { (void)newton_sums(circuit, RowMajorMatrix::Ones(1, 2)); }),
                AllOf(HasSubstr("array 17"), HasSubstr("not finite")));
}

}  // namespace
}  // namespace ohmgrid
