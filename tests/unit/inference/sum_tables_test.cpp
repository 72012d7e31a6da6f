#include "sim/inference/sum_tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/inference/cell_bytes.hpp"
#include "sim/inference/transfer_table.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// One column of random cells between -most and most, `bytes` each.
ProgrammedUnit column_of(std::int64_t rows, std::uint32_t most, int bytes, double unit) {
    const RandomStream random(1, Purpose::test, TrialId{0}, 3);
    ProgrammedUnit out{.columns = {{.sum = 0, .weight = 1, .unit = unit}},
                       .bytes = bytes,
                       .cells = {},
                       .noise_cells = {}};
    out.cells.resize(static_cast<std::size_t>(rows * bytes));
    for (std::uint32_t row = 0; row < rows; ++row) {
        std::int8_t digits[3] = {};
        split_bytes(static_cast<std::int64_t>(random.below(2 * most + 1, row)) - most, bytes,
                    digits);
        for (std::uint32_t b = 0; b < static_cast<std::uint32_t>(bytes); ++b) {
            out.cells[b * static_cast<std::size_t>(rows) + row] = digits[b];
        }
    }
    return out;
}

/// Largest difference between a table's sum of four rows and the cells it stands for.
double worst_of_quad(const ProgrammedUnit& unit, const SumTables& tables) {
    double worst = 0;
    for (std::size_t at = 0; at < tables.signal.size(); ++at) {
        double sum = 0;
        for (std::size_t r = 0; r < 4; ++r) {
            if ((at % 16 >> r & 1U) != 0) {
                sum += unit.value(0, static_cast<std::int64_t>(at / 16 * 4 + r));
            }
        }
        worst = std::max(worst, std::abs(tables.signal[at] * tables.unit[0] - sum));
    }
    return worst;
}

TEST(SumTables, HoldWholeNumbersOfOneByteExactly) {
    const ProgrammedUnit unit = column_of(64, 15, 1, 1.0 / 16);
    const AdcScale scale{.low = -8, .step = 0.25, .top_code = 63};
    const SumTables tables = sum_tables(unit, &scale);
    ASSERT_EQ(tables.signal.size(), 16U * 16U);
    EXPECT_EQ(worst_of_quad(unit, tables), 0);
    // Exact also means a power of two, so that floats of the sums stay the same bits.
    int exponent = 0;
    EXPECT_EQ(std::frexp(tables.unit[0] * 16, &exponent), 0.5);
    EXPECT_LT(exponent, 1);
}

TEST(SumTables, MoveSumsOfAnalogCellsByLessThanAThirtySecondOfAStep) {
    const ProgrammedUnit unit = column_of(64, 32767, 2, 1.0 / 32767);
    const AdcScale scale{.low = -8, .step = 0.25, .top_code = 63};
    const SumTables tables = sum_tables(unit, &scale);
    ASSERT_EQ(tables.signal.size(), 16U * 16U);
    const double worst = worst_of_quad(unit, tables);
    EXPECT_GT(worst, 0);
    EXPECT_LT(worst * 16, 0.25 / 32);
    EXPECT_LE(tables.highest[0] - tables.lowest[0], 65535);
}

TEST(SumTables, AreRefusedWhereSixteenBitsAreTooFew) {
    const AdcScale fine{.low = -8, .step = 1.0 / 256, .top_code = 4095};
    EXPECT_TRUE(sum_tables(column_of(64, 32767, 2, 1.0 / 32767), &fine).signal.empty());
    const AdcScale none{};  // a converter without any error
    EXPECT_TRUE(sum_tables(column_of(64, 32767, 2, 1.0 / 32767), &none).signal.empty());
    EXPECT_FALSE(sum_tables(column_of(64, 15, 1, 1), &none).signal.empty());
    ProgrammedUnit with_base = column_of(64, 15, 1, 1);
    with_base.columns[0].base = 0.01;
    EXPECT_TRUE(sum_tables(with_base, &none).signal.empty());
}

/// Every sum from the lowest to the highest, by the rule in KernelColumn's description, against
/// rounding and against the transfer curve.
class CodeBuckets : public ::testing::TestWithParam<double> {};

TEST_P(CodeBuckets, GiveTheCodeOfEverySum) {
    const double steps_per_code = GetParam();
    constexpr std::int32_t lowest = -20000, highest = 30000;
    Transfer curve{.thresholds = {}, .codes = {0}};
    for (std::int32_t code = 1; code < 64; ++code) {
        if (code == 40) continue;  // missing
        curve.thresholds.push_back(code - 0.7 + 0.05 * std::sin(code * code));
        curve.codes.push_back(code);
    }
    const TransferTable table = transfer_table(curve, 64);
    for (const TransferTable* transfer : {static_cast<const TransferTable*>(nullptr), &table}) {
        KernelColumn column{
            .low = -7.75F, .codes_per_sum = 4, .top_code = 63, .transfer = transfer};
        column.scale_of_byte[0] = static_cast<float>(0.25 / steps_per_code);
        std::vector<std::uint16_t> thresholds;
        ASSERT_TRUE(add_code_buckets(lowest, highest, column, thresholds));
        ASSERT_EQ(thresholds.size(), transfer == nullptr ? 64U : 128U);
        for (std::int32_t sum = lowest; sum <= highest; ++sum) {
            const float x = (static_cast<float>(sum) * column.scale_of_byte[0] + 7.75F) * 4;
            const auto expected = transfer == nullptr
                                      ? std::nearbyint(std::clamp(x, 0.0F, 63.0F))
                                      : static_cast<float>(curve.code(static_cast<double>(x)));
            const std::int32_t word = sum - column.origin;
            ASSERT_GE(word, 0);
            ASSERT_LE(word, 65535);
            const std::int32_t inside = std::clamp(word - column.bucket_low, 0,
                                                   static_cast<std::int32_t>(column.bucket_span));
            const auto bucket = static_cast<std::size_t>(
                (std::int64_t{inside} * column.bucket_factor >> 16) >> column.bucket_shift);
            ASSERT_LT(bucket, 64U);
            std::int32_t code =
                static_cast<std::int32_t>(bucket) + (word >= thresholds[bucket] ? 1 : 0);
            if (transfer != nullptr && word < thresholds[64 + bucket]) --code;
            ASSERT_EQ(static_cast<float>(code), expected) << sum;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(StepsPerCode, CodeBuckets,
                         ::testing::Values(5.0, 64.0, 333.3, 512.0, 700.7, 1001.1));

/// Four bits: sums far above the top code and below the bottom one.
TEST(CodeBuckets, GiveTheOuterCodesBeyondTheRange) {
    KernelColumn column{.low = -7, .top_code = 15};
    column.scale_of_byte[0] = 1.0F / 300;
    std::vector<std::uint16_t> thresholds;
    ASSERT_TRUE(add_code_buckets(-25000, 25000, column, thresholds));
    for (const std::int32_t sum : {-25000, -2400, 2400, 20000, 25000}) {
        const std::int32_t inside = std::clamp(sum - column.origin - column.bucket_low, 0,
                                               static_cast<std::int32_t>(column.bucket_span));
        const auto bucket = static_cast<std::size_t>(
            (std::int64_t{inside} * column.bucket_factor >> 16) >> column.bucket_shift);
        const int code =
            static_cast<int>(bucket) + (sum - column.origin >= thresholds[bucket] ? 1 : 0);
        EXPECT_EQ(code, sum < 0 ? 0 : 15) << sum;
    }
}

TEST(CodeBuckets, AreRefusedForCurvesThatFall) {
    const Transfer curve{.thresholds = {0.5, 1.5, 2.5}, .codes = {0, 2, 1, 3}};
    const TransferTable table = transfer_table(curve, 4);
    KernelColumn column{.top_code = 3, .transfer = &table};
    column.scale_of_byte[0] = 0.01F;
    std::vector<std::uint16_t> thresholds;
    EXPECT_FALSE(add_code_buckets(-100, 100, column, thresholds));
    EXPECT_TRUE(thresholds.empty());
}

}  // namespace
}  // namespace ohmgrid
