#include "sim/inference/tile_kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/inference/sum_tables.hpp"
#include "sim/inference/transfer_table.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

struct Shape {
    std::string name;
    StepPlan plan;
    int bytes = 1;
    bool counts = false;
    bool converts = true;
    bool read_noise = false;
    bool converter_noise = false;
    bool has_transfer = false;
    double transfer_spread = 0.1;
    bool tables = false;   ///< instead of cells
    bool buckets = false;  ///< converted by whole numbers where the kernel can
    bool observes = true;
    bool single_precision = false;
};

/// A random task with all its storage: 9 quads, 7 columns of two sums.
struct Sample {
    static constexpr std::int64_t quads = 9;
    static constexpr std::int64_t columns = 7;
    std::vector<std::uint8_t> inputs, digits, squares;
    std::vector<std::int8_t> cells, noise_cells;
    std::vector<KernelColumn> kernel_columns;
    std::vector<std::int32_t> scratch;
    std::vector<float> totals, observed;
    std::vector<std::uint32_t> patterns;
    std::vector<std::int16_t> tables, noise_tables;
    std::vector<std::uint16_t> thresholds[columns];
    std::vector<TransferTable> transfers;
    NoiseKeys keys{.read = 0x123456789abcdefU, .converter = 0xfedcba987654321U, .sign = -1};
    DigitTask digit_task;
    TileTask task;

    explicit Sample(const Shape& shape) {
        const RandomStream random(1, Purpose::test, TrialId{0}, 7);
        std::uint32_t draw = 0;
        const auto below = [&](std::uint32_t n) { return random.below(n, draw++); };
        const auto value = [&] { return static_cast<float>(random.normal(draw++)); };
        for (std::int64_t i = 0; i < shape.plan.input_bytes * quads * 64; ++i) {
            inputs.push_back(static_cast<std::uint8_t>(below(256)));
        }
        digits.resize(static_cast<std::size_t>(shape.plan.planes() * quads * 64));
        squares.resize(static_cast<std::size_t>(shape.plan.square_planes() * quads * 64));
        for (std::int64_t i = 0; i < columns * shape.bytes * quads * 4; ++i) {
            cells.push_back(static_cast<std::int8_t>(static_cast<int>(below(256)) - 128));
        }
        for (std::int64_t i = 0; i < columns * 2 * quads * 4; ++i) {
            noise_cells.push_back(static_cast<std::int8_t>(below(128)));
        }
        for (std::uint32_t c = 0; c < columns; ++c) {
            transfers.push_back(random_transfer(shape.transfer_spread, value));
            EXPECT_EQ(transfers.back().is_stepwise, shape.transfer_spread < 0.2);
        }
        for (std::uint32_t c = 0; c < columns; ++c) {
            KernelColumn column{.low = -25.4F,
                                .codes_per_sum = 1.25F,
                                .top_code = 63,
                                .value_of_code = value(),
                                .lowest = value(),
                                .code_sum_at_zero = static_cast<std::int32_t>(below(1000)),
                                .value_at_zero = value(),
                                .sum = static_cast<std::int32_t>(c % 2),
                                .number = c + 100};
            float scale = 1.0F / 256;
            for (std::size_t b = 0; b < 3; ++b, scale *= 256) {
                column.scale_of_byte[b] = scale * value() / (shape.bytes > 1 ? 4096 : 1);
                column.colsum[b] = static_cast<std::int32_t>(below(2000)) - 1000;
            }
            column.scale_of_count = shape.counts ? 0.01F * value() : 0;
            column.variance_of_byte[0] = 1e-3F;
            column.variance_of_byte[1] = 0.256F;
            column.converter_variance = shape.converter_noise ? 0.5F : 0;
            if (shape.has_transfer) column.transfer = &transfers[c];
            kernel_columns.push_back(column);
        }
        if (shape.tables) add_tables(shape, below);
        totals.assign(2 * tile_positions, 0.5F);
        observed.resize(static_cast<std::size_t>(columns * shape.plan.steps * tile_positions));
        digit_task = {.inputs = inputs.data(),
                      .quads = quads,
                      .plan = shape.plan,
                      .digits = digits.data(),
                      .squares = squares.data(),
                      .patterns = shape.tables ? patterns.data() : nullptr};
        task = {.digits = digits.data(),
                .cells = cells.data(),
                .quads = quads,
                .bytes = shape.bytes,
                .plan = shape.plan,
                .counts_inputs = shape.counts,
                .converts = shape.converts,
                .single_precision = shape.single_precision,
                .columns = kernel_columns.data(),
                .column_count = columns,
                .patterns = patterns.data(),
                .tables = shape.tables ? tables.data() : nullptr,
                .noise_tables = shape.read_noise ? noise_tables.data() : nullptr,
                .squares = squares.data(),
                .noise_cells = shape.read_noise ? noise_cells.data() : nullptr,
                .noise = shape.read_noise || shape.converter_noise ? &keys : nullptr,
                .first_position = 32,
                .totals = totals.data(),
                .observed = shape.observes ? observed.data() : nullptr};
        scratch.resize(static_cast<std::size_t>(scratch_words(task)));
        task.scratch = scratch.data();
    }

    /// Entries within 16 bits, sums of nine within 16 bits too: -3600 .. 3600 in steps of 1/70 code
    /// at least, so that they reach beyond both ends of a converter.
    template <class Below>
    void add_tables(const Shape& shape, const Below& below) {
        patterns.resize(static_cast<std::size_t>(shape.plan.input_bytes * quads * tile_positions));
        for (std::int64_t i = 0; i < columns * quads * 16; ++i) {
            tables.push_back(static_cast<std::int16_t>(static_cast<int>(below(7201)) - 3600));
            noise_tables.push_back(static_cast<std::int16_t>(below(7000)));
        }
        for (std::size_t c = 0; c < columns; ++c) {
            KernelColumn& column = kernel_columns[c];
            column.scale_of_byte[0] = 1.0F / static_cast<float>(70 + below(400));
            column.variance_of_byte[0] = 1e-5F;
            column.origin = -3600 * quads;
            if (!shape.buckets) continue;
            EXPECT_TRUE(add_code_buckets(-3600 * quads, 3600 * quads, column, thresholds[c]));
            column.first_of_bucket = thresholds[c].data();
            EXPECT_EQ(thresholds[c].size() > 64, shape.has_transfer);
            if (shape.has_transfer) column.second_of_bucket = thresholds[c].data() + 64;
        }
    }

    /// 64 codes with thresholds near k + 1, one code that never appears; at `spread` 0.1 all curves
    /// have table form, at 0.5 none of seven.
    template <class Draw>
    static TransferTable random_transfer(double spread, const Draw& value) {
        Transfer transfer{.thresholds = {}, .codes = {0}};
        double last = -1;
        for (std::int32_t code = 1; code < 64; ++code) {
            if (code == 17) continue;
            last = std::max(last + 1e-3, code + 1 + spread * static_cast<double>(value()));
            transfer.thresholds.push_back(last);
            transfer.codes.push_back(code);
        }
        return transfer_table(transfer, 64);
    }
};

class TileKernelTest : public ::testing::TestWithParam<Shape> {};

TEST_P(TileKernelTest, EqualsItsObviousTwinBitForBitOnEveryInstructionSet) {
    for (const TileKernels& kernels : tile_kernels()) {
        Sample expected(GetParam());
        expand_digits_reference(expected.digit_task);
        read_tile_reference(expected.task);
        Sample found(GetParam());
        kernels.expand(found.digit_task);
        kernels.read(found.task);
        EXPECT_EQ(found.digits, expected.digits);
        EXPECT_EQ(found.squares, expected.squares);
        EXPECT_EQ(found.patterns, expected.patterns);
        EXPECT_EQ(found.observed, expected.observed);
        EXPECT_EQ(found.totals, expected.totals);
    }
}

constexpr StepPlan bits{.steps = 8, .step_bits = 1, .digit_bits = 1};
constexpr StepPlan twos{
    .steps = 5, .step_bits = 1, .digit_bits = 1, .input_bytes = 1, .negative_top = true};
constexpr StepPlan ten_bits{
    .steps = 10, .step_bits = 1, .digit_bits = 1, .input_bytes = 2, .negative_top = true};
constexpr StepPlan pairs{.steps = 8, .step_bits = 2, .digit_bits = 2, .input_bytes = 2};
constexpr StepPlan signs{.steps = 4,
                         .step_bits = 2,
                         .digit_bits = 2,
                         .input_bytes = 1,
                         .sign_magnitude = true,
                         .offset = {3, 0}};
constexpr StepPlan whole{
    .steps = 1, .digit_bits = 8, .input_bytes = 1, .offset = {128, 0}, .square_planes_per_step = 2};
constexpr StepPlan wide{.steps = 1,
                        .planes_per_step = 2,
                        .digit_bits = 8,
                        .input_bytes = 2,
                        .offset = {0, 32},
                        .square_planes_per_step = 2};

INSTANTIATE_TEST_SUITE_P(
    Shapes, TileKernelTest,
    ::testing::Values(
        Shape{.name = "BitsExactCells", .plan = bits},
        Shape{.name = "BitsThreeBytes", .plan = bits, .bytes = 3},
        Shape{.name = "BitsTwoBytesRealConverter", .plan = bits, .bytes = 2, .has_transfer = true},
        Shape{.name = "BitsUnevenConverter",
              .plan = bits,
              .bytes = 2,
              .has_transfer = true,
              .transfer_spread = 0.5},
        Shape{.name = "BitsSinglePrecision",
              .plan = bits,
              .has_transfer = true,
              .single_precision = true},
        Shape{.name = "TwosComplementNoisySinglePrecision",
              .plan = twos,
              .converter_noise = true,
              .single_precision = true},
        Shape{.name = "TablesSinglePrecision",
              .plan = bits,
              .tables = true,
              .single_precision = true},
        Shape{.name = "TwosComplementCounted", .plan = twos, .counts = true},
        Shape{.name = "PairsOfBitsUnconverted", .plan = pairs, .converts = false},
        Shape{.name = "SignMagnitude", .plan = signs, .bytes = 2, .counts = true},
        Shape{.name = "WholeInputs", .plan = whole, .bytes = 3, .converts = false},
        Shape{.name = "WideInputs", .plan = wide, .counts = true},
        Shape{.name = "BitsReadNoise", .plan = bits, .read_noise = true},
        Shape{.name = "BitsAllNoise",
              .plan = bits,
              .bytes = 2,
              .read_noise = true,
              .converter_noise = true,
              .has_transfer = true},
        Shape{.name = "WideReadNoiseUnconverted",
              .plan = wide,
              .converts = false,
              .read_noise = true},
        Shape{.name = "SignsConverterNoise", .plan = signs, .converter_noise = true},
        Shape{.name = "TablesExactConverter", .plan = bits, .tables = true},
        Shape{.name = "TablesUnevenConverter",
              .plan = twos,
              .has_transfer = true,
              .transfer_spread = 0.5,
              .tables = true},
        Shape{.name = "TablesUnconverted", .plan = ten_bits, .converts = false, .tables = true},
        Shape{.name = "TablesAllNoise",
              .plan = ten_bits,
              .read_noise = true,
              .converter_noise = true,
              .has_transfer = true,
              .tables = true},
        Shape{.name = "TablesReadNoiseUnconverted",
              .plan = bits,
              .converts = false,
              .read_noise = true,
              .tables = true},
        Shape{.name = "BucketsExactConverter",
              .plan = bits,
              .tables = true,
              .buckets = true,
              .observes = false},
        Shape{.name = "BucketsRealConverterTwosComplement",
              .plan = twos,
              .has_transfer = true,
              .tables = true,
              .buckets = true,
              .observes = false},
        Shape{.name = "BucketsTenBits",
              .plan = ten_bits,
              .has_transfer = true,
              .tables = true,
              .buckets = true,
              .observes = false}),
    [](const auto& tested) { return tested.param.name; });

/// By hand: bits 1 and 0 of inputs 3 and 2, cells 5 and 7, unit 0.1, codes of 1 from 0 to 3.
/// Bit 0: 0.5 -> 0 (tie to even); bit 1: 1.2 -> 1, weight 2. Value per code 10: 20.
TEST(TileKernel, ConvertsEveryStepBeforeItIsWeighted) {
    const StepPlan plan{.steps = 2, .step_bits = 1, .digit_bits = 1};
    std::vector<std::uint8_t> inputs(64), digits(128);
    inputs[0] = 3;
    inputs[1] = 2;
    const std::vector<std::int8_t> cells{5, 7, 0, 0};
    const KernelColumn column{.scale_of_byte = {0.1F}, .top_code = 3, .value_of_code = 10};
    std::vector<float> totals(tile_positions);
    std::vector<std::int32_t> scratch(4096);
    const TileTask task{.digits = digits.data(),
                        .cells = cells.data(),
                        .quads = 1,
                        .plan = plan,
                        .columns = &column,
                        .column_count = 1,
                        .totals = totals.data(),
                        .scratch = scratch.data()};
    const TileKernels kernels = tile_kernels().front();
    kernels.expand({.inputs = inputs.data(), .quads = 1, .plan = plan, .digits = digits.data()});
    kernels.read(task);
    EXPECT_EQ(totals[0], 20.0F);
    EXPECT_EQ(totals[1], 0.0F);
}

/// Moments of 2^20 numbers against the standard normal distribution, within 5 standard errors;
/// products of neighbours in every direction of the address have mean 0.
TEST(TileKernel, DrawsStandardNormalNumbersByAddress) {
    constexpr std::uint32_t tiles = 1024, lines = 4;
    constexpr int steps = 16;
    const TileKernels kernels = tile_kernels().front();
    const auto size = static_cast<std::size_t>(lines * tiles * 16 * steps);
    std::vector<double> z(size);  // [line][step][position]
    for (std::uint32_t line = 0; line < lines; ++line) {
        for (std::uint32_t step = 0; step < steps; ++step) {
            for (std::uint32_t tile = 0; tile < tiles; ++tile) {
                float out[tile_positions];
                kernels.normals(77, 5 + line, tile * 16, static_cast<int>(step), out);
                std::copy_n(out, 16, &z[((line * steps + step) * tiles + tile) * 16]);
            }
        }
    }
    const auto n = static_cast<double>(size);
    const auto mean_of = [&](auto&& value) {
        double sum = 0;
        for (std::size_t i = 0; i < size; ++i) sum += value(i);
        return sum / n;
    };
    EXPECT_NEAR(mean_of([&](std::size_t i) { return z[i]; }), 0, 5 / std::sqrt(n));
    EXPECT_NEAR(mean_of([&](std::size_t i) { return z[i] * z[i]; }), 1, 5 * std::sqrt(2 / n));
    EXPECT_NEAR(mean_of([&](std::size_t i) { return std::pow(z[i], 3); }), 0,
                5 * std::sqrt(15 / n));
    EXPECT_NEAR(mean_of([&](std::size_t i) { return std::pow(z[i], 4); }), 3,
                5 * std::sqrt(96 / n));
    constexpr std::size_t step = tiles * 16, line = step * steps;
    for (const std::size_t apart : {std::size_t{1}, std::size_t{16}, step, 4 * step, line}) {
        EXPECT_NEAR(mean_of([&](std::size_t i) { return z[i] * z[(i + apart) % size]; }), 0,
                    5 / std::sqrt(n))
            << apart;
    }
}

/// Among 2^17 numbers of each instruction set about 64 take the tails' second word.
TEST(TileKernel, DrawsTheSameNumbersAsItsTwinOnEveryInstructionSet) {
    const std::uint64_t key = 0xa4093822299f31d0U;
    int in_tails = 0;
    for (std::uint32_t tile = 0; tile < 512; ++tile) {
        for (int step = 0; step < 16; ++step) {
            float expected[tile_positions];
            for (std::uint32_t i = 0; i < tile_positions; ++i) {
                expected[i] = noise_normal_reference(key, 9, tile * 16 + i, step);
                in_tails += std::abs(expected[i]) > 3.49F ? 1 : 0;
            }
            for (const TileKernels& kernels : tile_kernels()) {
                float found[tile_positions];
                kernels.normals(key, 9, tile * 16, step, found);
                for (std::uint32_t i = 0; i < tile_positions; ++i) ASSERT_EQ(found[i], expected[i]);
            }
        }
    }
    EXPECT_GT(in_tails, 20);
}

/// A column at rest between two codes: the share of the upper code is Phi((x - threshold) / sigma),
/// for distances from far below to far above, each from 2^17 conversions, within 5 standard errors.
TEST(TileKernel, GivesCodesOfNoisyConvertersTheProbabilityOfTheirDistance) {
    constexpr double sigma = 0.3;
    constexpr std::uint32_t tiles = 1024, steps = 8;
    const StepPlan plan{.steps = steps, .step_bits = 1, .digit_bits = 1};
    const std::vector<std::uint8_t> digits(64 * steps);  // no row is driven
    const std::vector<std::int8_t> cells(4);
    const NoiseKeys keys{.read = 1, .converter = 2};
    std::vector<std::int32_t> scratch(4096);
    for (const double distance : {-1.2, -0.9, -0.45, -0.1, 0.0, 0.2, 0.6, 1.0}) {
        // The thresholds of codes 11 and 12 are 10.5 and 11.5; others are out of reach.
        const double x = 10.5 + distance;
        const KernelColumn column{.low = static_cast<float>(-x),
                                  .top_code = 63,
                                  .value_of_code = 1,
                                  .converter_variance = static_cast<float>(sigma * sigma)};
        double sum = 0;
        for (std::uint32_t tile = 0; tile < tiles; ++tile) {
            std::vector<float> totals(tile_positions);
            tile_kernels().front().read({.digits = digits.data(),
                                         .cells = cells.data(),
                                         .quads = 1,
                                         .plan = plan,
                                         .columns = &column,
                                         .column_count = 1,
                                         .noise = &keys,
                                         .first_position = tile * 16,
                                         .totals = totals.data(),
                                         .scratch = scratch.data()});
            for (const float total : totals) sum += static_cast<double>(total);
        }
        // Sum of weights of the steps: 255. Mean and variance of a code by the closed form.
        double mean = 0, square = 0;
        const auto below = [&](double edge) { return std::erfc((x - edge) / sigma / M_SQRT2) / 2; };
        for (int code = 5; code < 17; ++code) {
            const double share = below(code + 0.5) - below(code - 0.5);
            mean += code * share;
            square += code * code * share;
        }
        const double windows = tiles * 16.0;
        constexpr double weight_squares = 21845;  // 1 + 4 + ... + 4^7
        const double error = std::sqrt((square - mean * mean) * weight_squares / windows);
        EXPECT_NEAR(sum / windows, 255 * mean, 5 * error) << distance;
        EXPECT_GT(error, 0);
    }
}

}  // namespace
}  // namespace ohmgrid
