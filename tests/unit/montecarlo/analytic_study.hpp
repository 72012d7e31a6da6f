#pragma once

#include <cmath>
#include <functional>

#include "sim/montecarlo/study.hpp"

namespace ohmgrid {

/// A standard normal number that `source` draws on the chip; 0 if the source does not act.
inline double drawn_normal(const VirtualChip& chip, ErrorSource source, std::uint32_t draw = 0) {
    if (!chip.sources.has(source)) return 0;
    return chip.stream(source, Purpose::test, static_cast<std::uint32_t>(source)).normal(draw);
}

/// A study of analytic functions of a chip's random numbers: y = 1 + z1 + 0.5 z2 + 0.1 z1 z2 of the
/// sources programming and faults, and its square.
inline StudyHead analytic_head(std::int64_t trials) {
    StudyHead head;
    head.spec = {.trials = trials,
                 .seed = 11,
                 .measure = "",
                 .threshold = "",
                 .until = "",
                 .batch = 4,
                 .attribution_trials = 8};
    head.measures = {{.name = "value"}, {.name = "square", .better = Better::lower}};
    head.sources = ErrorSources::only(ErrorSource::programming)
                       .with(ErrorSource::faults)
                       .with(ErrorSource::wires);
    head.configuration = {{"device.sigma", "5 %"}, {"montecarlo.seed", "11"}};
    return head;
}

inline std::vector<double> analytic_values(const VirtualChip& chip) {
    const double z1 = drawn_normal(chip, ErrorSource::programming);
    const double z2 = drawn_normal(chip, ErrorSource::faults);
    const double y = 1 + z1 + 0.5 * z2 + 0.1 * z1 * z2;
    return {y, y * y};
}

}  // namespace ohmgrid
