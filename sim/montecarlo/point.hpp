#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/montecarlo/study_spec.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// One chip that a study evaluates. Most points are plain trials; attribution also leaves sources
/// out or exchanges them with those of the trial's donor, an independent chip of its own.
struct Point {
    std::uint32_t trial = 0;
    Side side = Side::plain;
    ErrorSources exchanged = ErrorSources::none();
    ErrorSources sources = ErrorSources::all();

    friend auto operator<=>(const Point&, const Point&) = default;
};

/// What was found at the points evaluated so far: one value per measure.
using TrialValues = std::map<Point, std::vector<double>>;

/// Trials have numbers below this one; the donor of trial t is chip t + donor_offset.
inline constexpr std::uint32_t donor_offset = std::uint32_t{1} << 31U;

inline VirtualChip chip_at(const Point& point, std::uint64_t seed) {
    return {.seed = seed,
            .trial = TrialId{point.trial},
            .sources = point.sources,
            .exchanged = point.exchanged,
            .donor = TrialId{std::int64_t{point.trial} + donor_offset},
            .side = point.side};
}

/// The chip of a study's trial: antithetic trials 2k and 2k + 1 are chip k and its mirror image.
inline Point study_point(Sampling sampling, std::int64_t trial) {
    if (sampling == Sampling::independent) return {.trial = static_cast<std::uint32_t>(trial)};
    return {.trial = static_cast<std::uint32_t>(trial / 2),
            .side = trial % 2 == 0 ? Side::plain : Side::mirrored};
}

}  // namespace ohmgrid
