#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/run_context.hpp"

namespace ohmgrid {

/// Where a verb writes: the answer to `out`, everything else to `err`.
struct Console {
    std::ostream& out;
    std::ostream& err;
    bool err_is_terminal = false;
    std::vector<std::string> words = {};  ///< the command line as typed
    std::stop_token stop = {};            ///< requested by Ctrl-C
};

/// "ohmgrid solve a.csv --set 'array.row_wire=2 ohm'": what may be typed again.
std::string command_line_of(const Console& console);

/// Draws one line on a terminal that is redrawn in place: task, bar, rate and time left.
/// Returns an empty function if `console.err` is not a terminal, so that logs stay clean.
std::function<void(const Progress&)> progress_bar(const Console& console);

}  // namespace ohmgrid
