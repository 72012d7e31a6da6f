#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "sim/core/error_sources.hpp"
#include "sim/inference/evaluation.hpp"
#include "sim/montecarlo/point.hpp"

namespace ohmgrid {

/// A number with its 95 % interval.
struct Estimate {
    double value = 0;
    Interval interval_95;
};

/// What one source of error does to a scalar.
///
/// One at a time: `alone` is the mean change from the perfect chip to one with this source only,
/// `removed` the mean change from the full chip to one without it; intervals are Student's, over
/// chips that share all other random numbers. Where errors mask or add to one another the two
/// differ.
///
/// Shares of the variance between chips (Sobol indices): `first_order` by this source alone,
/// `total` with all its interactions. Half the mean square difference of two chips is the variance
/// if they share nothing, and the part of it that is not common if they share one source or all
/// others (Jansen, Comput. Phys. Commun. 117, 1999); all three are taken from the same chips, so
/// that a source that does everything has 1 and one that does nothing 0 whatever the chips.
/// Intervals are bootstrap percentiles over chips. Empty for sources that are the same on every
/// chip, and if no two chips differ.
struct SourceEffect {
    ErrorSource source = ErrorSource::programming;
    Estimate alone = {};
    Estimate removed = {};
    std::optional<Estimate> first_order = {};
    std::optional<Estimate> total = {};
};

/// False for sources that act on every chip alike: wires, nonlinear cells, multiplexers.
bool differs_between_chips(ErrorSource source);

/// The chips to be evaluated for `trials` base chips, the plain trials 0 .. trials - 1 included.
std::set<Point> attribution_points(ErrorSources present, std::int64_t trials);

/// @param value of the scalar at each of `attribution_points(present, trials)`
/// @param seed  of the bootstrap's resampling
std::vector<SourceEffect> attribute(ErrorSources present, std::int64_t trials,
                                    const std::function<double(const Point&)>& value,
                                    std::uint64_t seed);

}  // namespace ohmgrid
