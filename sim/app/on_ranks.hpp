#pragma once

#include <functional>
#include <string>

#include "sim/app/command_line.hpp"
#include "sim/app/console.hpp"
#include "sim/core/run_context.hpp"
#include "sim/parallel/ranks.hpp"

namespace ohmgrid {

/// A verb whose work the ranks of an MPI launcher share; without one there is one rank.
struct RankedVerb {
    /// Reads the input. Every rank does; the first that cannot says why, the later ones are silent.
    std::function<void(Ranks&, const RunContext&)> prepare;
    /// The work. Ranks other than 0 have a console that shows nothing.
    std::function<void(Ranks&, const RunContext&, Console&)> work;
    std::string when_stopped;  ///< line for the user who interrupts
};

/// Ranks on one machine share its processors unless --threads says otherwise. A rank that fails
/// names itself and ends the others.
/// @throws whatever the verb does
ExitCode run_on_ranks(const RankedVerb& verb, const Arguments& arguments, Console& console);

}  // namespace ohmgrid
