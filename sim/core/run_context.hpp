#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

namespace ohmgrid {

/// How far a long task has come; `done` out of `total` units named by `unit` ("images").
struct Progress {
    std::string_view task;
    std::string_view unit;
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string_view state = {};  ///< what has been found so far, in words
};

/// What a computation needs to know about the run it is part of. Passed in, never looked up.
struct RunContext {
    int threads = 1;            ///< OpenMP threads; results do not depend on it
    std::uint64_t seed = 1;     ///< of every random stream
    std::stop_token stop = {};  ///< asked to stop: finish cleanly, keep results
    std::function<void(std::string_view)> note =
        {};  ///< one line for the user; empty means silence
    std::function<void(const Progress&)> progress = {};  ///< called from one thread at a time

    void say(std::string_view line) const {
        if (note) note(line);
    }
    void report(const Progress& p) const {
        if (progress) progress(p);
    }
    /// @throws Interrupted if the user asked to stop.
    void throw_if_stopped() const;
};

}  // namespace ohmgrid
