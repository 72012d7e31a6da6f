#include "sim/inference/input_code.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

constexpr int byte_bits = 8;

[[noreturn]] void refuse(std::string what, std::string remedy) {
    throw InputError(
        Message{.place = {}, .id = "INF002", .what = std::move(what), .remedy = std::move(remedy)});
}

bool is_read_at_once(const MappingSpec& mapping) {
    return mapping.encoding == InputEncoding::multi_level ||
           mapping.conversion == Conversion::accumulated;
}

StepPlan plan_at_once(const InputScale& scale) {
    const int bytes = scale.bits() > byte_bits ? 2 : 1;
    StepPlan plan{.steps = 1,
                  .planes_per_step = bytes,
                  .digit_bits = byte_bits,
                  .input_bytes = bytes,
                  .square_planes_per_step = 2};
    if (scale.is_signed()) {
        plan.offset[bytes - 1] = 1 << (scale.bits() - 1 - byte_bits * (bytes - 1));
    }
    return plan;
}

StepPlan plan_in_steps(const InputScale& scale, int step_bits) {
    const bool with_sign = scale.is_sign_magnitude();
    const int bits = scale.bits() - (with_sign ? 1 : 0);
    if (step_bits > 1 && scale.is_signed() && !with_sign) {
        refuse("negative inputs in two's complement cannot be fed several bits at a time",
               "Set mapping.signed_inputs = \"sign-magnitude\" or mapping.step_bits = 1");
    }
    if (step_bits == byte_bits && with_sign) {
        refuse("inputs with sign and magnitude cannot be fed eight bits at a time",
               "Set mapping.step_bits to at most 4, or mapping.encoding = \"multi-level\"");
    }
    StepPlan plan{.steps = (bits + step_bits - 1) / step_bits,
                  .step_bits = step_bits,
                  .digit_bits = step_bits,
                  .input_bytes = scale.bits() > byte_bits ? 2 : 1,
                  .negative_top = scale.is_signed() && !with_sign,
                  .sign_magnitude = with_sign,
                  .square_planes_per_step = step_bits == byte_bits ? 2 : 1};
    if (with_sign) plan.offset[0] = (1 << step_bits) - 1;
    return plan;
}

}  // namespace

InputCode::InputCode(const InputScale& scale, const MappingSpec& mapping)
    : scale_(scale),
      read_bits_(mapping.encoding == InputEncoding::multi_level ? scale.bits()
                                                                : mapping.step_bits) {
    if (is_read_at_once(mapping)) {
        plan_ = plan_at_once(scale);
        full_digit_ = (1 << (scale.bits() - (scale.is_signed() ? 1 : 0))) - 1;
        stored_offset_ = scale.is_signed() ? 1 << (scale.bits() - 1) : 0;
    } else {
        plan_ = plan_in_steps(scale, mapping.step_bits);
        full_digit_ = (1 << mapping.step_bits) - 1;
    }
}

std::vector<double> InputCode::read_weights() const {
    const int bits = scale_.bits() - (scale_.is_sign_magnitude() ? 1 : 0);
    if (plan_.steps > 1 || read_bits_ >= bits) return {1};
    std::vector<double> weights;
    const double full_read = (1 << read_bits_) - 1;
    for (int bit = 0; bit < bits; bit += read_bits_) {
        weights.push_back(std::ldexp(full_read / full_digit_, bit));
    }
    if (scale_.is_signed() && !scale_.is_sign_magnitude()) weights.back() *= -1;
    return weights;
}

std::int64_t InputCode::weight_sum() const {
    std::int64_t sum = 0;
    for (int k = 0; k < plan_.steps; ++k) {
        const bool negative = plan_.negative_top && k == plan_.steps - 1;
        sum += (negative ? -1 : 1) * (std::int64_t{1} << (k * plan_.step_bits));
    }
    return sum;
}

std::uint32_t InputCode::stored(std::int32_t whole) const {
    if (plan_.sign_magnitude) {
        const std::uint32_t sign = 128U << (byte_bits * (plan_.input_bytes - 1));
        return static_cast<std::uint32_t>(std::abs(whole)) | (whole < 0 ? sign : 0);
    }
    const auto bits = static_cast<std::uint32_t>(whole + stored_offset_);
    return bits & ((1U << static_cast<unsigned>(scale_.bits())) - 1U);
}

void InputCode::encode(std::span<const float> values, std::uint8_t* low, std::uint8_t* high) const {
    const InputScale scale = scale_;
    if (plan_.input_bytes == 1 && !plan_.sign_magnitude) {  // a loop that compilers vectorise
        const std::int32_t offset = stored_offset_;
        const std::int32_t mask = (1 << scale.bits()) - 1;
        for (std::size_t i = 0; i < values.size(); ++i) {
            low[i] = static_cast<std::uint8_t>((scale.quantise(values[i]) + offset) & mask);
        }
        return;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint32_t bits = stored(scale.quantise(values[i]));
        low[i] = static_cast<std::uint8_t>(bits & 255U);
        if (plan_.input_bytes == 2) high[i] = static_cast<std::uint8_t>(bits >> byte_bits);
    }
}

std::uint8_t InputCode::zero_byte(int which) const {
    return static_cast<std::uint8_t>(stored(0) >> (byte_bits * which) & 255U);
}

std::int32_t InputCode::decode(std::uint8_t low, std::uint8_t high) const {
    const std::int32_t bits = low | (plan_.input_bytes == 2 ? high << byte_bits : 0);
    if (plan_.sign_magnitude) {
        const std::int32_t sign = 128 << (byte_bits * (plan_.input_bytes - 1));
        return (bits & sign) != 0 ? -(bits & ~sign) : bits;
    }
    if (plan_.negative_top && bits >= 1 << (scale_.bits() - 1)) {
        return bits - (1 << scale_.bits());
    }
    return bits - stored_offset_;
}

}  // namespace ohmgrid
