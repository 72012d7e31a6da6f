#pragma once

#include <cstdint>

#include "sim/core/error_sources.hpp"
#include "sim/core/ids.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {

/// One manufactured chip of a Monte-Carlo study: everything random on it is a pure function of
/// (seed, trial) and of its place on the chip, so the same chip can be drawn again anywhere.
/// Arrays and converters are numbered through the whole network; these numbers are the `element` of
/// their RandomStream.
///
/// Whatever a source of error draws comes from `stream(source, ...)`. Studies that ask how much a
/// source contributes take some sources from a second, independent chip: `exchanged` from `donor`.
struct VirtualChip {
    std::uint64_t seed = 1;
    TrialId trial = {};
    ErrorSources sources = ErrorSources::all();     ///< the others have no effect
    ErrorSources exchanged = ErrorSources::none();  ///< drawn as on the chip `donor`
    TrialId donor = {};
    Side side = Side::plain;  ///< mirrored: every normal negated, every uniform from 1

    /// The trial whose random numbers `source` uses.
    [[nodiscard]] TrialId trial_of(ErrorSource source) const {
        return exchanged.has(source) ? donor : trial;
    }
    /// The random numbers that `source` draws for `element`.
    [[nodiscard]] RandomStream stream(ErrorSource source, Purpose purpose,
                                      std::uint32_t element) const {
        return {seed, purpose, trial_of(source), element, side};
    }
};

}  // namespace ohmgrid
