#include "sim/app/interrupt.hpp"

#include <csignal>
#include <ctime>

namespace ohmgrid {
namespace {

sigset_t watched_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

}  // namespace

InterruptWatch::InterruptWatch() {
    const sigset_t signals = watched_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    watcher_ = std::jthread([this, signals](const std::stop_token& end) {
        constexpr timespec look_again{.tv_sec = 0, .tv_nsec = 100'000'000};
        while (!end.stop_requested()) {
            if (sigtimedwait(&signals, nullptr, &look_again) < 0) continue;
            if (stop_.stop_requested()) {
                pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
                std::signal(SIGINT, SIG_DFL);
                raise(SIGINT);
            }
            stop_.request_stop();
        }
    });
}

}  // namespace ohmgrid
