#pragma once

#include <cstdint>
#include <vector>

namespace ohmgrid {

/// The code of a converter as a function of its input, without noise: piecewise constant. Inputs
/// are in ideal steps: input x has the ideal code round(x), ties to even.
///
/// code(x) = codes[number of thresholds <= x]. Thresholds ascend strictly and codes on both sides
/// of one differ; codes that no input gives are absent. Codes ascend too unless the converter has a
/// redundant decision or a wired-or encoder.
struct Transfer {
    std::vector<double> thresholds;
    std::vector<std::int32_t> codes;  ///< one more than thresholds

    [[nodiscard]] std::int32_t code(double input_lsb) const;
    [[nodiscard]] bool is_monotone() const;

    /// The lowest input whose code is at least k, for k = 1 .. levels - 1; infinite if there is
    /// none. For a monotone transfer the code is the number of these that are <= x.
    [[nodiscard]] std::vector<double> first_inputs(std::int64_t levels) const;
};

/// The least float that is not below each value: comparing a float with it gives the same answer as
/// comparing with the double. For kernels in single precision.
std::vector<float> rounded_up(const std::vector<double>& values);

}  // namespace ohmgrid
