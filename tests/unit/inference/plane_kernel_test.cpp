#include "sim/inference/plane_kernel.hpp"

#include <gtest/gtest.h>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// A random task with all its storage.
struct Sample {
    std::vector<float> matrix, inputs, step_weight, slice_weight, sums;
    std::vector<std::uint16_t> rows;
    std::vector<std::int32_t> begin, end;
    std::vector<AdcScale> adc;
    PlaneTask task;

    Sample(std::int64_t row_count, std::int64_t columns, int slices, int steps, bool has_inputs,
           float adc_step) {
        const RandomStream random(1, Purpose::test, TrialId{0}, 7);
        std::uint32_t draw = 0;
        const auto value = [&] { return static_cast<float>(random.normal(draw++)); };
        const std::int64_t stride = columns * slices;
        for (std::int64_t i = 0; i < row_count * stride; ++i) matrix.push_back(value());
        for (int k = 0; k < steps; ++k) {
            begin.push_back(static_cast<std::int32_t>(rows.size()));
            for (std::int64_t r = 0; r < row_count; ++r) {
                if (random.below(3, draw++) != 0) continue;
                rows.push_back(static_cast<std::uint16_t>(r));
                inputs.push_back(value());
            }
            end.push_back(static_cast<std::int32_t>(rows.size()));
            step_weight.push_back(value());
        }
        for (int s = 0; s < slices; ++s) {
            slice_weight.push_back(value());
            adc.push_back({.low = -3 * adc_step,
                           .step = adc_step,
                           .codes_per_unit = adc_step > 0 ? 1 / adc_step : 0,
                           .top_code = 7});
        }
        sums.assign(static_cast<std::size_t>(columns), 0.5F);
        task = {.matrix = matrix.data(),
                .stride = stride,
                .columns = columns,
                .slices = slices,
                .steps = steps,
                .rows = rows.data(),
                .inputs = has_inputs ? inputs.data() : nullptr,
                .begin = begin.data(),
                .end = end.data(),
                .step_weight = step_weight.data(),
                .slice_weight = slice_weight.data(),
                .adc = adc.data(),
                .sums = sums.data()};
    }
};

TEST(PlaneKernel, EqualsItsReferenceBitForBitOnEveryInstructionSet) {
    for (const std::int64_t columns : {16, 32, 48, 64, 80, 112, 128}) {
        for (const bool has_inputs : {false, true}) {
            for (const float adc_step : {0.0F, 0.75F}) {
                Sample expected(33, columns, 2, 5, has_inputs, adc_step);
                plane_kernel_reference(expected.task);
                for (const PlaneKernel kernel : plane_kernels()) {
                    Sample found(33, columns, 2, 5, has_inputs, adc_step);
                    kernel(found.task);
                    EXPECT_EQ(found.sums, expected.sums) << columns << ' ' << has_inputs;
                }
            }
        }
    }
}

/// By hand: two rows, one column block, one slice, two steps with weights 1 and 2, an ADC of step 1
/// and codes 0 .. 3 starting at 0. Step 0 drives both rows: 0.6 + 0.6 = 1.2 -> 1. Step 1 drives
/// row 1 alone: 0.6 -> 1, weight 2. Slice weight 10: 10 * (1 + 2) = 30.
TEST(PlaneKernel, ConvertsEveryStepBeforeItIsWeighted) {
    std::vector<float> matrix(2 * column_block, 0.6F), sums(column_block, 0.0F);
    const std::vector<std::uint16_t> rows{0, 1, 1};
    const std::vector<std::int32_t> begin{0, 2}, end{2, 3};
    const std::vector<float> step_weight{1, 2}, slice_weight{10};
    const AdcScale adc{.low = 0, .step = 1, .codes_per_unit = 1, .top_code = 3};
    const PlaneTask task{.matrix = matrix.data(),
                         .stride = column_block,
                         .columns = column_block,
                         .slices = 1,
                         .steps = 2,
                         .rows = rows.data(),
                         .inputs = nullptr,
                         .begin = begin.data(),
                         .end = end.data(),
                         .step_weight = step_weight.data(),
                         .slice_weight = slice_weight.data(),
                         .adc = &adc,
                         .sums = sums.data()};
    plane_kernels().front()(task);
    EXPECT_EQ(sums, std::vector<float>(column_block, 30.0F));
}

}  // namespace
}  // namespace ohmgrid
