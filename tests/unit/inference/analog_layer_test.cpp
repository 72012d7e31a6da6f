#include "sim/inference/analog_layer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/circuit/reference_solver.hpp"
#include "sim/core/error.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

const VirtualChip nominal;

struct Case {
    std::string name;
    MappingSpec choices;
    int cell_bits;
    double g_min_siemens;
    bool negative_inputs;
    std::int64_t groups;

    [[nodiscard]] MappingSpec mapping() const {
        MappingSpec spec = choices;
        spec.weight_bits = 6;
        if (spec.input_bits == 0) spec.input_bits = 5;
        return spec;
    }
};

Node convolution(std::int64_t groups) {
    Node node{.name = "conv", .op = Op::convolution};
    node.shape = {6, 4, 3};
    node.window = {.kernel_height = 3,
                   .kernel_width = 2,
                   .stride_height = 2,
                   .stride_width = 1,
                   .pad_top = 1,
                   .pad_left = 0,
                   .pad_bottom = 1,
                   .pad_right = 1};
    node.groups = groups;
    const RandomStream random(1, Purpose::test, TrialId{1}, 0);
    node.weights.resize(static_cast<std::size_t>(6 * 4 / groups * 3 * 2));
    for (std::uint32_t i = 0; i < node.weights.size(); ++i) {
        node.weights[i] = static_cast<float>(random.normal(i));
    }
    node.bias = {1, -1, 0.5F, 0, 2, 0.25F};
    return node;
}

constexpr Shape input_shape{4, 7, 3};

std::vector<float> image(bool negative) {
    const RandomStream random(1, Purpose::test, TrialId{2}, 0);
    std::vector<float> values(static_cast<std::size_t>(input_shape.elements()));
    for (std::uint32_t i = 0; i < values.size(); ++i) {
        const double v = random.normal(i);
        values[i] = static_cast<float>(negative ? v : std::max(v, 0.0));
    }
    return values;
}

/// The obvious integer convolution of quantised inputs and weights, in double precision.
std::vector<double> integer_convolution(const Node& node, const std::vector<float>& input,
                                        const QuantisedWeights& weights, const InputScale& scale) {
    std::vector<double> out;
    const Window& w = node.window;
    const std::int64_t in_per_group = input_shape.channels / node.groups;
    const std::int64_t out_per_group = node.shape.channels / node.groups;
    for (std::int64_t c = 0; c < node.shape.channels; ++c) {
        for (std::int64_t y = 0; y < node.shape.height; ++y) {
            for (std::int64_t x = 0; x < node.shape.width; ++x) {
                std::int64_t sum = 0, row = 0;
                for (std::int64_t i = 0; i < in_per_group; ++i) {
                    for (std::int64_t ky = 0; ky < w.kernel_height; ++ky) {
                        for (std::int64_t kx = 0; kx < w.kernel_width; ++kx, ++row) {
                            const std::int64_t iy = y * w.stride_height + ky - w.pad_top;
                            const std::int64_t ix = x * w.stride_width + kx - w.pad_left;
                            if (iy < 0 || iy >= input_shape.height || ix < 0 ||
                                ix >= input_shape.width) {
                                continue;
                            }
                            const std::int64_t channel = c / out_per_group * in_per_group + i;
                            const auto at = static_cast<std::size_t>(
                                (channel * input_shape.height + iy) * input_shape.width + ix);
                            sum +=
                                std::int64_t{
                                    weights.q[static_cast<std::size_t>(c * weights.rows + row)]} *
                                scale.quantise(input[at]);
                        }
                    }
                }
                const auto channel = static_cast<std::size_t>(c);
                out.push_back(static_cast<double>(sum) * static_cast<double>(scale.step()) *
                                  static_cast<double>(weights.scale[channel]) +
                              static_cast<double>(node.bias[channel]));
            }
        }
    }
    return out;
}

const DeviceModel device_with(double g_min_siemens) {
    DeviceModel device;
    device.g_min_siemens = g_min_siemens;
    device.g_max_siemens = 1e-4;
    device.read_volt = 0.2;
    return device;
}

LayerShape shape_of(const Node& node, Shape input) {
    return {.name = node.name,
            .op = node.op,
            .groups = node.groups,
            .rows = static_cast<std::int64_t>(node.weights.size()) / node.shape.channels,
            .channels = node.shape.channels / node.groups,
            .windows = node.shape.height * node.shape.width,
            .input_elements = input.elements(),
            .digital = {}};
}

/// The layer on the arrays of a chip without random errors, converters as `settings` say; their
/// calibrated range, if any, is `seen` for every slice.
AnalogLayer layer_of(const Node& node, Shape input, const LayerSettings& settings,
                     const DeviceModel& device, const InputScale& scale, ValueRange seen = {}) {
    const QuantisedWeights weights = quantise_weights(node, settings.mapping);
    const LayerMapping where(shape_of(node, input), settings.array, settings.mapping);
    const InputCode inputs(scale, settings.mapping);
    SumLimits limits{.slices = where.slices(), .bipolar = true};
    for (std::int64_t p = 0; p < where.row_parts(); ++p) {
        limits.rows_of_part.push_back(where.row_range({0, p, 0, Plane::positive}).size());
    }
    limits.seen.assign(static_cast<std::size_t>(where.slices()), seen);
    LayerConverters converters{.adc = settings.adc, .scales = adc_scales(settings.adc, limits)};
    ProgrammedLayer programmed = program_layer(weights, where, settings, device, {nominal},
                                               finest_step(converters.scales), {});
    return {node,   input, weights.scale, std::move(programmed), inputs, std::move(converters),
            nominal};
}

class AnalogLayerTest : public ::testing::TestWithParam<Case> {};

/// With a converter that makes no error, every mapping must give the integer product, whatever the
/// slicing, signs, row parts and on/off ratio: 10-row arrays cut the layer's rows into parts.
void expect_integer_product(const Case& c, CellReads cells) {
    const Node node = convolution(c.groups);
    const std::vector<float> input = image(c.negative_inputs);
    const LayerSettings settings{.array = {.rows = 10,
                                           .columns = 14,
                                           .cell_bits = c.cell_bits,
                                           .column_sharing = 4,
                                           .cells = cells},
                                 .adc = {.type = AdcType::ideal},
                                 .mapping = c.mapping()};
    const QuantisedWeights weights = quantise_weights(node, settings.mapping);
    const InputScale scale({c.negative_inputs ? -2.0F : 0.0F, 2.0F}, settings.mapping.input_bits,
                           settings.mapping.signed_inputs);
    const AnalogLayer layer =
        layer_of(node, input_shape, settings, device_with(c.g_min_siemens), scale);

    std::vector<float> output(static_cast<std::size_t>(node.shape.elements()));
    AnalogWorkspace workspace;
    layer.run(input.data(), output.data(), 0, workspace);
    const std::vector<double> expected = integer_convolution(node, input, weights, scale);
    ASSERT_EQ(output.size(), expected.size());
    for (std::size_t i = 0; i < output.size(); ++i) {
        // Single precision: about 1e3 additions of terms up to 2^5 * 2^5 steps.
        EXPECT_NEAR(static_cast<double>(output[i]), expected[i], 2e-4) << i;
    }
}

TEST_P(AnalogLayerTest, EqualsTheIntegerProductWhenConvertersAreIdeal) {
    expect_integer_product(GetParam(), CellReads::linear);
}

/// Solving every read of cells that obey Ohm's law is another way to the same product: it fixes the
/// digits, signs, twins and weights of solved reads for every mapping.
TEST_P(AnalogLayerTest, EqualsTheIntegerProductWhenReadsOfLinearCellsAreSolved) {
    expect_integer_product(GetParam(), CellReads::newton);
}

TEST_P(AnalogLayerTest, EqualsTheIntegerProductWhenLinearCellsAreLinearised) {
    expect_integer_product(GetParam(), CellReads::linearised);
}

constexpr auto differential = SignedWeights::differential;
constexpr auto offset = SignedWeights::offset;
constexpr auto reference = SignedWeights::reference_column;
constexpr auto multi_level = InputEncoding::multi_level;
constexpr auto magnitude = SignedInputs::sign_magnitude;

INSTANTIATE_TEST_SUITE_P(
    Mappings, AnalogLayerTest,
    ::testing::Values(
        Case{"Differential", {.signed_weights = differential}, 2, 1e-6, false, 1},
        Case{"DifferentialSigned", {.signed_weights = differential}, 5, 0, true, 1},
        Case{"DifferentialOneRead", {.encoding = multi_level}, 3, 1e-5, true, 2},
        Case{"TwoSided", {.pair = PairCells::two_sided}, 5, 1e-5, false, 1},
        Case{"DigitalSubtraction", {.subtraction = Subtraction::digital}, 2, 1e-5, true, 1},
        Case{"PairsOfBits", {.step_bits = 2}, 2, 1e-5, false, 1},
        Case{"Accumulated", {.conversion = Conversion::accumulated}, 2, 1e-5, true, 1},
        Case{"SignMagnitude", {.step_bits = 2, .signed_inputs = magnitude}, 2, 1e-5, true, 2},
        Case{"SignMagnitudeOffset",
             {.signed_weights = offset, .signed_inputs = magnitude},
             2,
             1e-5,
             true,
             1},
        Case{"RoundedParts", {.row_parts = RowParts::rounded}, 2, 1e-5, false, 1},
        Case{"FullParts", {.row_parts = RowParts::full}, 2, 1e-5, false, 1},
        Case{"ElevenBits", {.input_bits = 11}, 2, 1e-5, true, 1},
        Case{"ElevenBitsAtOnce", {.input_bits = 11, .encoding = multi_level}, 2, 1e-5, true, 1},
        Case{"ElevenBitsSignMagnitude",
             {.input_bits = 11, .step_bits = 4, .signed_inputs = magnitude},
             2,
             1e-5,
             true,
             1},
        Case{"Offset", {.signed_weights = offset}, 2, 1e-6, false, 1},
        Case{"OffsetWholeCell", {.signed_weights = offset}, 6, 1e-6, false, 1},
        Case{"OffsetSigned", {.signed_weights = offset}, 4, 2e-5, true, 2},
        Case{"OffsetOneRead",
             {.encoding = multi_level, .signed_weights = offset},
             1,
             1e-5,
             false,
             1},
        Case{"Reference", {.signed_weights = reference}, 2, 1e-5, true, 1},
        Case{"ReferenceGrouped", {.signed_weights = reference}, 3, 1e-5, false, 2}),
    [](const auto& mapping_case) { return mapping_case.param.name; });

/// A linear layer of 4 inputs on 2-row arrays, 1-bit cells, weights all +1 (q = 1 of 1 step),
/// inputs 3 2 0 1 at 2 bits. Bit 0: rows {0} | {3}, bit 1: rows {0, 1} | {}. With codes at 0 and 2
/// only (one bit over 0 .. 2), sums 1 | 1 and 2 | 0 convert to 0 | 0 (tie to even code 0) and 2 |
/// 0: 1 * 0 + 2 * 2 = 4 steps instead of 6.
TEST(AnalogLayer, RoundsTheSumOfEveryArrayOnItsOwn) {
    Node node{.name = "fc", .op = Op::linear};
    node.shape = {1, 1, 1};
    node.weights = {1, 1, 1, 1};
    const LayerSettings settings{
        .array = {.rows = 2, .columns = 2, .cell_bits = 1, .column_sharing = 1},
        .adc = {.type = AdcType::sar, .bits = 1},
        .mapping = {.weight_bits = 2, .input_bits = 2}};
    const AnalogLayer layer =
        layer_of(node, {4, 1, 1}, settings, device_with(0), InputScale({0, 3}, 2), {0, 2});
    const std::vector<float> input{3, 2, 0, 1};
    float output = 0;
    AnalogWorkspace workspace;
    layer.run(input.data(), &output, 0, workspace);
    EXPECT_FLOAT_EQ(output, 4.0F);

    LayerSettings exact = settings;
    exact.adc.type = AdcType::ideal;
    const auto sums = layer_of(node, {4, 1, 1}, exact, device_with(0), InputScale({0, 3}, 2))
                          .observe(input.data(), 1, workspace);
    ASSERT_EQ(sums.size(), 1U);
    EXPECT_THAT(sums[0], ::testing::ElementsAre(1, 2, 1, 0));  // part 0 bits 0, 1; part 1 bits 0, 1
}

/// A 1 x 1 convolution of 8 x 8 windows is read by tables; the same windows, each an image of its
/// own, are read by bytes. Cells on their levels give the same bits, whatever the converters.
TEST(AnalogLayer, GivesTheSameForManyWindowsAsForEachAlone) {
    constexpr std::int64_t side = 8, channels = 40, outputs = 6;
    Node node{.name = "conv", .op = Op::convolution};
    node.window = {.kernel_height = 1, .kernel_width = 1, .stride_height = 1, .stride_width = 1};
    const RandomStream random(1, Purpose::test, TrialId{5}, 0);
    for (std::uint32_t i = 0; i < outputs * channels; ++i) {
        node.weights.push_back(static_cast<float>(random.normal(i)));
    }
    node.bias.assign(outputs, 0.0F);
    std::vector<float> input;
    for (std::uint32_t i = 0; i < channels * side * side; ++i) {
        input.push_back(static_cast<float>(random.normal(1000 + i)));
    }
    // Rounding, buckets with one threshold, with two, search; columns of all kinds side by side.
    for (const auto& [bits, sigma] : {std::pair{6, 0.0}, std::pair{6, 0.02}, std::pair{6, 0.2},
                                      std::pair{5, 0.01}, std::pair{4, 0.08}, std::pair{7, 0.1}}) {
        LayerSettings settings{
            .array = {.rows = 16, .columns = 16, .cell_bits = 3, .column_sharing = 2},
            .adc = {.type = AdcType::sar, .bits = bits},
            .mapping = {.weight_bits = 7, .input_bits = 8}};
        settings.adc.sar.capacitor_sigma = sigma;
        const DeviceModel device = device_with(1e-6);
        const InputScale scale({-2, 2}, 8);
        node.shape = {outputs, side, side};
        const AnalogLayer many =
            layer_of(node, {channels, side, side}, settings, device, scale, {-2, 2});
        std::vector<float> together(outputs * side * side);
        AnalogWorkspace workspace;
        many.run(input.data(), together.data(), 0, workspace);
        node.shape = {outputs, 1, 1};
        const AnalogLayer one = layer_of(node, {channels, 1, 1}, settings, device, scale, {-2, 2});
        for (std::size_t at = 0; at < side * side; ++at) {
            std::vector<float> window(channels), alone(outputs);
            for (std::size_t c = 0; c < channels; ++c) window[c] = input[c * side * side + at];
            one.run(window.data(), alone.data(), 0, workspace);
            for (std::size_t c = 0; c < outputs; ++c) {
                ASSERT_EQ(together[c * side * side + at], alone[c]) << bits << ' ' << sigma;
            }
        }
    }
}

/// Wires: what a row adds to the sum of an output must be the difference of two column currents
/// that the sparse reference solver finds with one volt on that row alone, in units of g_max.
TEST(ProgramLayer, ReadsArraysThroughTheirWires) {
    const Node node = convolution(1);
    const LayerSettings settings{.array = {.rows = 30,
                                           .columns = 14,
                                           .cell_bits = 2,
                                           .row_wire_ohm = 20,
                                           .column_wire_ohm = 10,
                                           .driver_ohm = 100,
                                           .sense_ohm = 50,
                                           .column_sharing = 4},
                                 .adc = {},
                                 .mapping = {.weight_bits = 5, .input_bits = 4}};
    const ArraySpec& array = settings.array;
    const DeviceModel device = device_with(1e-6);
    const QuantisedWeights weights = quantise_weights(node, settings.mapping);
    const LayerMapping where(shape_of(node, input_shape), array, settings.mapping);
    ASSERT_EQ(where.arrays(), 2);
    const ProgrammedLayer layer = program_layer(weights, where, settings, device, {nominal}, 0, {});
    std::vector<RowMajorMatrix> cells(2, RowMajorMatrix::Constant(30, 14, device.g_min_siemens));
    for (std::int64_t r = 0; r < weights.rows; ++r) {
        for (std::int64_t c = 0; c < weights.outputs; ++c) {
            const std::int32_t q = weights.at(0, c, r);
            for (int s = 0; s < where.slices(); ++s) {
                const Plane plane = q < 0 ? Plane::negative : Plane::positive;
                const CellPosition cell = where.cell_of({0, r, c, s, plane});
                cells[static_cast<std::size_t>(cell.array.value)](cell.row, cell.column) =
                    device.level_siemens((std::abs(q) >> (2 * s)) & 3, 4);
            }
        }
    }
    const RowMajorMatrix one_volt = RowMajorMatrix::Identity(30, 30);
    const auto currents = [&](std::size_t which) {
        return ReferenceSolver(make_crossbar(array, cells[which]))
            .solve(one_volt)
            .column_current_ampere;
    };
    const RowMajorMatrix difference = currents(0) - currents(1);
    const ProgrammedUnit& unit = layer.blocks.front().parts.front().units.front();
    for (std::int64_t r = 0; r < weights.rows; ++r) {
        for (std::int64_t c = 0; c < weights.outputs; ++c) {
            for (int s = 0; s < where.slices(); ++s) {
                const std::int64_t column = c * where.slices() + s;
                EXPECT_NEAR(unit.value(column, r), difference(r, column) / device.g_max_siemens,
                            1e-7);
            }
        }
    }
}

/// A range of -0.3 .. 1 with 2 bits has no code at 0 unless it is moved there: a word line that is
/// off must add nothing, or every bit plane adds its share of a wrong zero.
TEST(AnalogLayer, KeepsZeroAtZeroInAnyRange) {
    Node node{.name = "fc", .op = Op::linear};
    node.shape = {1, 1, 1};
    node.weights = {1, -1};
    node.bias = {0.25F};
    const LayerSettings settings{
        .array = {.rows = 2, .columns = 8, .cell_bits = 1, .column_sharing = 1},
        .adc = {.type = AdcType::sar, .bits = 2},
        .mapping = {.weight_bits = 4, .input_bits = 4}};
    const AnalogLayer layer =
        layer_of(node, {2, 1, 1}, settings, device_with(1e-6), InputScale({0, 1}, 4), {-0.3F, 1});
    const std::vector<float> nothing{0, 0};
    float output = 0;
    AnalogWorkspace workspace;
    layer.run(nothing.data(), &output, 0, workspace);
    EXPECT_EQ(output, 0.25F);
}

TEST(QuantiseWeights, RoundsToTheLargestMagnitude) {
    Node node{.name = "fc", .op = Op::linear};
    node.shape = {2, 1, 1};
    node.weights = {0.5F, -1.0F, 0.26F, 0.1F};
    const QuantisedWeights layer = quantise_weights(node, {.weight_bits = 3});
    EXPECT_EQ(layer.q, (std::vector<std::int32_t>{2, -3, 1, 0}));
    EXPECT_FLOAT_EQ(layer.scale[0], 1.0F / 3);
    const QuantisedWeights channel =
        quantise_weights(node, {.weight_bits = 3, .per_channel_scale = true});
    EXPECT_EQ(channel.q, (std::vector<std::int32_t>{2, -3, 3, 1}));
    EXPECT_FLOAT_EQ(channel.scale[1], 0.26F / 3);
}

TEST(InputScale, CoversItsRangeAndLimitsWhatLiesBeyond) {
    const InputScale positive({0, 6}, 2);
    EXPECT_FLOAT_EQ(positive.step(), 2);
    EXPECT_EQ(positive.quantise(5.1F), 3);
    EXPECT_EQ(positive.quantise(100), 3);
    EXPECT_EQ(positive.quantise(-1), 0);
    const InputScale both({-8, 3}, 3);
    EXPECT_TRUE(both.is_signed());
    EXPECT_FLOAT_EQ(both.step(), 2);
    EXPECT_EQ(both.quantise(-100), -4);
    EXPECT_EQ(both.quantise(100), 3);
    EXPECT_THROW(InputScale({-1, 1}, 1), InputError);
}

}  // namespace
}  // namespace ohmgrid
