#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/inference/experiment.hpp"

namespace ohmgrid {

/// One cause of error and what it does by itself to every layer.
struct ErrorCause {
    std::string name;  ///< "quantisation", "conversion", an ErrorSource's name, or "all"
    std::vector<double> relative_rms_error = {};  ///< by layer
};

/// How the column sums of one weight slice of a layer lie in the range of its converters.
struct SumHistogram {
    double range_low = 0;  ///< of the first row part's converters; both 0 if there are none
    double range_high = 0;
    double below = 0;  ///< share of the sums below the range
    double above = 0;
    double first_edge = 0;  ///< of the bins, which hold all sums
    double bin_width = 0;
    std::vector<double> share = {};
};

struct LayerDiagnosis {
    std::string name;
    std::vector<SumHistogram> sums = {};  ///< by slice
};

/// Which cause loses what, and where.
struct Diagnosis {
    std::vector<ErrorCause> causes;  ///< those with any effect; "all" comes last
    std::vector<LayerDiagnosis> layers;
    std::optional<std::size_t> first_broken;  ///< layer, if one loses more than broken_error
};

/// A layer whose error exceeds half of its signal (6 dB) is called broken. Assumed.
inline constexpr double broken_error = 0.5;

/// 20 log10(1 / relative_rms_error): signal-to-noise ratio in decibels.
double signal_to_noise_db(double relative_rms_error);

/// Runs the first `images` test images with one cause of error at a time: weights and inputs
/// quantised on exact arrays ("quantisation"); that and the converters' rounding ("conversion");
/// quantisation and one ErrorSource without converters, those of the converters with them; all
/// together ("all"). Causes that change nothing are left out. Column sums are taken on the chip.
Diagnosis diagnose(const Experiment& experiment, const VirtualChip& chip, std::int64_t images,
                   const RunContext& context);

}  // namespace ohmgrid
