#include "sim/inference/analog_layer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/core/contract.hpp"

namespace ohmgrid {
namespace {

/// Codes from `low` to `high` with zero exactly on a code, so that a word line that is off adds
/// nothing.
AdcScale scale_of(const AdcSpec& adc, double low, double high) {
    if (adc.type == AdcType::ideal) return {};
    const double top = static_cast<double>(adc.levels() - 1);
    const double step = (high - low) / top;
    if (!(step > 0)) return {.low = 0, .step = 1, .codes_per_unit = 1, .top_code = 0};
    return {.low = static_cast<float>(std::nearbyint(low / step) * step),
            .step = static_cast<float>(step),
            .codes_per_unit = static_cast<float>(1 / step),
            .top_code = static_cast<float>(top)};
}

std::vector<float> step_weights(const InputScale& scale, InputSteps steps) {
    if (steps == InputSteps::one_read) {
        return {static_cast<float>(
            (std::int64_t{1} << (scale.bits() - (scale.is_signed() ? 1 : 0))) - 1)};
    }
    std::vector<float> weights;
    for (int bit = 0; bit < scale.bits(); ++bit) weights.push_back(std::ldexp(1.0F, bit));
    if (scale.is_signed()) weights.back() = -weights.back();  // two's complement
    return weights;
}

}  // namespace

AdcScales max_adc_scales(const ProgrammedLayer& layer, const AdcSpec& adc, bool bipolar) {
    AdcScales scales;
    for (const ProgrammedPart& part : layer.blocks.front().parts) {
        const auto most = static_cast<double>(part.rows.size());
        for (int s = 0; s < layer.slices; ++s) {
            scales.push_back(scale_of(adc, bipolar ? -most : 0, most));
        }
    }
    return scales;
}

AdcScales ranged_adc_scales(const ProgrammedLayer& layer, const AdcSpec& adc,
                            const std::vector<ValueRange>& range_of_slice) {
    AdcScales scales;
    for (std::size_t part = 0; part < layer.blocks.front().parts.size(); ++part) {
        for (const ValueRange& range : range_of_slice) {
            scales.push_back(
                scale_of(adc, static_cast<double>(range.low), static_cast<double>(range.high)));
        }
    }
    return scales;
}

AnalogLayer::AnalogLayer(const Node& node, Shape input, const QuantisedWeights& weights,
                         ProgrammedLayer programmed, InputScale input_scale, InputSteps steps,
                         AdcScales adc)
    : input_(input),
      output_(node.shape),
      window_(node.window),
      padded_height_(input.height + node.window.pad_top + node.window.pad_bottom),
      padded_width_(input.width + node.window.pad_left + node.window.pad_right),
      outputs_per_group_(weights.outputs),
      bias_(node.bias),
      programmed_(std::move(programmed)),
      input_scale_(input_scale),
      steps_(steps),
      step_weight_(step_weights(input_scale, steps)),
      adc_(std::move(adc)),
      kernel_(plane_kernels().front()) {
    OHMGRID_EXPECT(adc_.size() == programmed_.blocks.front().parts.size() *
                                      static_cast<std::size_t>(programmed_.slices));
    if (node.op == Op::linear) {  // the whole input is one channel vector
        input_ = {input.elements(), 1, 1};
        padded_height_ = padded_width_ = 1;
    }
    bias_.resize(static_cast<std::size_t>(output_.channels), 0.0F);
    for (const float scale : weights.scale) output_scale_.push_back(scale * input_scale.step());
    channels_per_group_ = input_.channels / weights.groups;
    for (std::int64_t c = 0; c < channels_per_group_; ++c) {
        for (std::int64_t y = 0; y < window_.kernel_height; ++y) {
            for (std::int64_t x = 0; x < window_.kernel_width; ++x) {
                offsets_.push_back((c * padded_height_ + y * window_.dilation_height) *
                                       padded_width_ +
                                   x * window_.dilation_width);
            }
        }
    }
}

void AnalogLayer::load_input(const float* input, AnalogWorkspace& workspace) const {
    auto& padded = workspace.padded_input;
    padded.assign(static_cast<std::size_t>(input_.channels * padded_height_ * padded_width_), 0);
    for (std::int64_t c = 0; c < input_.channels; ++c) {
        for (std::int64_t y = 0; y < input_.height; ++y) {
            std::int32_t* to = padded.data() +
                               (c * padded_height_ + y + window_.pad_top) * padded_width_ +
                               window_.pad_left;
            for (std::int64_t x = 0; x < input_.width; ++x) {
                to[x] = input_scale_.quantise(*input++);
            }
        }
    }
    const std::size_t rows =
        offsets_.size() * static_cast<std::size_t>(programmed_.blocks.front().groups.size() + 1);
    workspace.window.resize(rows);
    workspace.rows.resize(rows * step_weight_.size());
    workspace.inputs.resize(rows);
    workspace.begin.resize(step_weight_.size());
    workspace.end.resize(step_weight_.size());
    workspace.sums.resize(static_cast<std::size_t>(programmed_.columns));
}

void AnalogLayer::gather(IndexRange groups, std::int64_t position,
                         AnalogWorkspace& workspace) const {
    const std::int64_t y = position / output_.width * window_.stride_height;
    const std::int64_t x = position % output_.width * window_.stride_width;
    std::int32_t* to = workspace.window.data();
    for (std::int64_t g = groups.begin; g < groups.end; ++g) {
        const std::int32_t* corner =
            workspace.padded_input.data() +
            (g * channels_per_group_ * padded_height_ + y) * padded_width_ + x;
        for (const std::int64_t offset : offsets_) *to++ = corner[offset];
    }
}

/// Lists the driven rows of `part`, numbered from its first row, for every input step.
void AnalogLayer::drive(const ProgrammedPart& part, AnalogWorkspace& workspace) const {
    const std::int32_t* window = workspace.window.data() + part.rows.begin;
    const auto rows = static_cast<std::int32_t>(part.rows.size());
    const auto steps = static_cast<std::int32_t>(step_weight_.size());
    for (std::int32_t k = 0; k < steps; ++k) {
        workspace.begin[static_cast<std::size_t>(k)] = k * rows;
        workspace.end[static_cast<std::size_t>(k)] = k * rows;
    }
    if (steps_ == InputSteps::one_read) {
        std::int32_t n = 0;
        for (std::int32_t r = 0; r < rows; ++r) {
            if (window[r] == 0) continue;
            workspace.rows[static_cast<std::size_t>(n)] = static_cast<std::uint16_t>(r);
            workspace.inputs[static_cast<std::size_t>(n)] =
                static_cast<float>(window[r]) / step_weight_[0];
            ++n;
        }
        workspace.end[0] = n;
        return;
    }
    const std::uint32_t mask = (1U << static_cast<unsigned>(steps)) - 1U;
    for (std::int32_t r = 0; r < rows; ++r) {
        for (std::uint32_t bits = static_cast<std::uint32_t>(window[r]) & mask; bits != 0;
             bits &= bits - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(bits));
            workspace.rows[static_cast<std::size_t>(workspace.end[bit]++)] =
                static_cast<std::uint16_t>(r);
        }
    }
}

PlaneTask AnalogLayer::task_for(const ProgrammedPart& part, const AdcScale* adc,
                                AnalogWorkspace& workspace) const {
    return {.matrix = part.matrix.data(),
            .stride = programmed_.columns * programmed_.slices,
            .columns = programmed_.columns,
            .slices = programmed_.slices,
            .steps = static_cast<int>(step_weight_.size()),
            .rows = workspace.rows.data(),
            .inputs = steps_ == InputSteps::one_read ? workspace.inputs.data() : nullptr,
            .begin = workspace.begin.data(),
            .end = workspace.end.data(),
            .step_weight = step_weight_.data(),
            .slice_weight = programmed_.slice_weight.data(),
            .adc = adc,
            .sums = workspace.sums.data()};
}

/// Takes the offset off the sums of one position and writes its outputs.
void AnalogLayer::emit(const ProgrammedBlock& block, std::int64_t position, float* output,
                       const AnalogWorkspace& workspace) const {
    const std::int64_t outputs = block.groups.size() * outputs_per_group_;
    const std::int64_t first = block.groups.begin * outputs_per_group_;
    double removed = 0;
    if (programmed_.removed_per_input != 0) {
        std::int64_t inputs = 0;
        for (std::int64_t r = 0; r < block.parts.back().rows.end; ++r) {
            inputs += workspace.window[static_cast<std::size_t>(r)];
        }
        removed = programmed_.removed_per_input * static_cast<double>(inputs);
    }
    for (std::int64_t c = 0; c < outputs; ++c) {
        const auto at = static_cast<std::size_t>(c);
        if (!block.reference_of.empty()) {
            removed = static_cast<double>(
                workspace.sums[static_cast<std::size_t>(block.reference_of[at])]);
        }
        const auto channel = static_cast<std::size_t>(first + c);
        const double sum = static_cast<double>(workspace.sums[at]) - removed;
        output[(first + c) * output_.height * output_.width + position] =
            static_cast<float>(sum) * output_scale_[channel] + bias_[channel];
    }
}

void AnalogLayer::run(const float* input, float* output, AnalogWorkspace& workspace) const {
    load_input(input, workspace);
    for (const ProgrammedBlock& block : programmed_.blocks) {
        for (std::int64_t at = 0; at < output_.height * output_.width; ++at) {
            gather(block.groups, at, workspace);
            std::fill(workspace.sums.begin(), workspace.sums.end(), 0.0F);
            const AdcScale* adc = adc_.data();
            for (const ProgrammedPart& part : block.parts) {
                drive(part, workspace);
                kernel_(task_for(part, adc, workspace));
                adc += programmed_.slices;
            }
            emit(block, at, output, workspace);
        }
    }
}

std::vector<std::vector<float>> AnalogLayer::observe(const float* input, std::int64_t stride,
                                                     AnalogWorkspace& workspace) const {
    static constexpr float unity = 1;
    static constexpr AdcScale exact;
    load_input(input, workspace);
    std::vector<std::vector<float>> sums(static_cast<std::size_t>(programmed_.slices));
    std::int64_t used = 0;  // the padding behind holds no sums
    const auto observe_part = [&](const ProgrammedPart& part) {
        drive(part, workspace);
        for (std::size_t k = 0; k < step_weight_.size(); ++k) {
            for (int s = 0; s < programmed_.slices; ++s) {
                std::fill(workspace.sums.begin(), workspace.sums.end(), 0.0F);
                PlaneTask task = task_for(part, &exact, workspace);
                task.matrix += s * programmed_.columns;
                task.slices = task.steps = 1;
                task.begin += k;
                task.end += k;
                task.step_weight = task.slice_weight = &unity;
                kernel_(task);
                auto& seen = sums[static_cast<std::size_t>(s)];
                seen.insert(seen.end(), workspace.sums.begin(), workspace.sums.begin() + used);
            }
        }
    };
    for (const ProgrammedBlock& block : programmed_.blocks) {
        used = block.groups.size() * outputs_per_group_;
        for (std::int64_t at = 0; at < output_.height * output_.width; at += stride) {
            gather(block.groups, at, workspace);
            for (const ProgrammedPart& part : block.parts) observe_part(part);
        }
    }
    return sums;
}

std::int64_t AnalogLayer::sums_per_image() const {
    return output_.elements() * static_cast<std::int64_t>(programmed_.blocks.front().parts.size()) *
           static_cast<std::int64_t>(step_weight_.size());
}

double AnalogLayer::input_bit_density(const std::vector<float>& input) const {
    const std::uint32_t mask = (1U << static_cast<unsigned>(input_scale_.bits())) - 1U;
    std::int64_t ones = 0;
    for (const float x : input) {
        ones += std::popcount(static_cast<std::uint32_t>(input_scale_.quantise(x)) & mask);
    }
    return static_cast<double>(ones) /
           (static_cast<double>(input.size()) * static_cast<double>(input_scale_.bits()));
}

}  // namespace ohmgrid
