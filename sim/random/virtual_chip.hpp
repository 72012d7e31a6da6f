#pragma once

#include <cstdint>

#include "sim/core/error_sources.hpp"
#include "sim/core/ids.hpp"

namespace ohmgrid {

/// One manufactured chip of a Monte-Carlo study: everything random on it is a pure function of
/// (seed, trial) and of its place on the chip, so the same chip can be drawn again anywhere.
/// Arrays and converters are numbered through the whole network; these numbers are the `element` of
/// their RandomStream.
struct VirtualChip {
    std::uint64_t seed = 1;
    TrialId trial = {};
    ErrorSources sources = ErrorSources::all();  ///< the others have no effect
};

}  // namespace ohmgrid
