#include "sim/io/detail/elsewhere.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>

#include "sim/core/error.hpp"

namespace ohmgrid::detail {
namespace {

/// Waiting counts, too, but may be for a slow disk.
constexpr double wall_per_processor_second = 50;

/// The last byte of a copy that came to its end.
constexpr char complete = '!';

void write_all(int out, const std::string& bytes) {
    std::size_t written = 0;
    while (written < bytes.size()) {
        const ssize_t count = write(out, bytes.data() + written, bytes.size() - written);
        if (count < 0 && errno != EINTR) return;
        if (count > 0) written += static_cast<std::size_t>(count);
    }
}

/// A signal that ends this process.
void end_after(__itimer_which_t clock, double second) {
    const double whole = std::floor(second);
    constexpr double micro = 1e6;
    const itimerval timer{.it_interval = {0, 0},
                          .it_value = {static_cast<time_t>(whole),
                                       static_cast<suseconds_t>(micro * (second - whole))}};
    setitimer(clock, &timer, nullptr);
}

/// The copy's life: as plain as a process can be, so that whatever happens ends it at once, and
/// ended so that nothing of what the program would do at its end is done here.
[[noreturn]] void live(const std::function<std::optional<std::string>()>& work,
                       double longest_second, int out) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM, SIGPROF}) {
        ::signal(signal, SIG_DFL);
    }
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    end_after(ITIMER_PROF, longest_second);
    end_after(ITIMER_REAL, wall_per_processor_second * longest_second);
    try {
        if (const auto found = work()) write_all(out, *found + complete);
    } catch (...) {
    }
    for (;;) kill(getpid(), SIGKILL);
}

std::string read_all(int in) {
    std::string bytes;
    std::array<char, 1 << 16> buffer{};
    for (;;) {
        const ssize_t count = read(in, buffer.data(), buffer.size());
        if (count > 0) bytes.append(buffer.data(), static_cast<std::size_t>(count));
        if (count == 0 || (count < 0 && errno != EINTR)) return bytes;
    }
}

}  // namespace

std::optional<std::string> elsewhere(const std::function<std::optional<std::string>()>& work,
                                     double longest_second) {
    std::array<int, 2> ends{};
    const bool joined = pipe2(ends.data(), O_CLOEXEC) == 0;
    const pid_t copy = joined ? fork() : -1;
    if (copy == 0) live(work, longest_second, ends[1]);
    if (joined) close(ends[1]);
    if (copy < 0) {
        if (joined) close(ends[0]);
        throw IoError(Message{.place = "fork",
                              .id = "PRC001",
                              .what = "another process cannot be started",
                              .remedy = "Check the limits on processes and open files"});
    }
    std::string bytes = read_all(ends[0]);
    close(ends[0]);
    while (waitpid(copy, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (bytes.empty() || bytes.back() != complete) return std::nullopt;
    bytes.pop_back();
    return bytes;
}

}  // namespace ohmgrid::detail
