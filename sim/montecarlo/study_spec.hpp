#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/core/units.hpp"

namespace ohmgrid {

/// How the chips of a study are drawn.
enum class Sampling {
    independent,  ///< every chip for itself
    antithetic,   ///< in pairs: trials 2k and 2k + 1 share all random numbers, mirrored
};

/// How the 95 % interval of a mean is found.
enum class MeanInterval {
    student,    ///< Student's t; right for means of many or roughly normal values
    bootstrap,  ///< bias-corrected and accelerated bootstrap; for few, skewed values
};

/// Which end of a scalar is the good one.
enum class Better { higher, lower };

/// One scalar that every trial yields.
struct Measure {
    std::string name = {};     ///< "accuracy"
    Dimension dimension = {};  ///< of its values, which are in SI base units
    Better better = Better::higher;
};

/// A Monte-Carlo study: section [montecarlo] of a run file.
struct StudySpec {
    std::int64_t trials = 0;  ///< chips to be drawn; with `until` the most
    std::uint64_t seed = 0;
    std::string measure;     ///< names of scalars, separated by commas; the first one decides
    std::string threshold;   ///< "90 %": what a good chip reaches; empty: no yield
    std::string until;       ///< "interval=0.5%": end when the mean is known so well; empty: never
    std::int64_t batch = 0;  ///< trials between two decisions about ending
    Sampling sampling = Sampling::independent;
    MeanInterval interval = MeanInterval::student;
    bool attribution = false;             ///< also ask which source of error costs how much
    std::int64_t attribution_trials = 0;  ///< chips for that, at most `trials`

    [[nodiscard]] std::vector<std::string> measures() const;
};

/// Section [montecarlo] of a run file.
const ParamTable<StudySpec>& study_parameters();

/// Complains about `until` and antithetic trials that do not come in pairs.
void check(const StudySpec& spec, const ParameterSet& set, Complaints& complaints);

/// The width asked by `until`, in the unit of the measure; empty without `until`.
/// @throws InputError MCS001 if it is not `interval=WIDTH` with the measure's dimension
std::optional<double> asked_width(const StudySpec& spec, const Measure& measure);

/// The threshold in the unit of the measure; empty if none is set.
/// @throws InputError MCS002 if it is not a quantity of the measure's dimension
std::optional<double> threshold_of(const StudySpec& spec, const Measure& measure);

}  // namespace ohmgrid
