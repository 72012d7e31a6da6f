#pragma once

#include <stop_token>
#include <thread>

namespace ohmgrid {

/// Turns Ctrl-C and SIGTERM into a stop request while it lives. Must be made before any other
/// thread starts. The first signal asks to finish cleanly, a second one ends the process at once.
class InterruptWatch {
  public:
    InterruptWatch();

    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

  private:
    std::stop_source stop_;
    std::jthread watcher_;
};

}  // namespace ohmgrid
