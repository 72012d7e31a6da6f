#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/inference/quantisation.hpp"
#include "sim/inference/tile_kernel.hpp"
#include "sim/mapping/mapping_spec.hpp"

namespace ohmgrid {

/// How a layer's inputs reach its word lines: the bytes a quantised input is kept in, and the
/// digits that drive the rows step after step.
///
/// One read of all levels (multi-level inputs, or steps accumulated before the converter, which is
/// the same for linear cells) stores the input plus an offset that makes it positive. Step by step,
/// two's complement bits come as they are, with a negative last step; sign and magnitude gives
/// every digit the sign of its input.
class InputCode {
  public:
    /// @throws InputError INF002 if the steps cannot carry such inputs
    InputCode(const InputScale& scale, const MappingSpec& mapping);

    [[nodiscard]] const StepPlan& plan() const { return plan_; }
    [[nodiscard]] const InputScale& scale() const { return scale_; }
    /// The digit that drives a row with full input.
    [[nodiscard]] int full_digit() const { return full_digit_; }
    /// Bits of one level of a word line, and the weight of every read of a step in the step's sum:
    /// one read, or one for each group of bits where bit-serial steps are accumulated.
    [[nodiscard]] int read_bits() const { return read_bits_; }
    [[nodiscard]] std::vector<double> read_weights() const;
    /// Sum of the step weights, signs included.
    [[nodiscard]] std::int64_t weight_sum() const;

    /// Quantises `values` and stores byte j of value i at `bytes[j][i]`; a second byte only if
    /// plan().input_bytes says so.
    void encode(std::span<const float> values, std::uint8_t* low, std::uint8_t* high) const;
    /// Byte `which` of the input 0.
    [[nodiscard]] std::uint8_t zero_byte(int which) const;
    /// The whole number that the bytes stand for.
    [[nodiscard]] std::int32_t decode(std::uint8_t low, std::uint8_t high) const;

  private:
    [[nodiscard]] std::uint32_t stored(std::int32_t whole) const;

    InputScale scale_;
    StepPlan plan_;
    int full_digit_ = 1;
    int read_bits_ = 1;
    std::int32_t stored_offset_ = 0;  ///< of inputs read at once
};

}  // namespace ohmgrid
