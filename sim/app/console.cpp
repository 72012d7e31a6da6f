#include "sim/app/console.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>

namespace ohmgrid {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto redraw_every = std::chrono::milliseconds(100);
constexpr std::int64_t bar_width = 30;

std::string clock_time(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

struct Bar {
    std::ostream& err;
    std::string task = {};
    Clock::time_point began = {};
    Clock::time_point drawn = {};

    void show(const Progress& progress) {
        const auto now = Clock::now();
        if (task != progress.task) {
            task = progress.task;
            began = now;
            drawn = {};
        }
        const bool finished = progress.done >= progress.total;
        if (!finished && now - drawn < redraw_every) return;
        drawn = now;
        const double elapsed = std::chrono::duration<double>(now - began).count();
        const double rate = elapsed > 0 ? static_cast<double>(progress.done) / elapsed : 0;
        const double left =
            rate > 0 ? static_cast<double>(progress.total - progress.done) / rate : 0;
        const auto filled = static_cast<std::size_t>(
            progress.total > 0 ? bar_width * progress.done / progress.total : 0);
        err << fmt::format("\r{} [{:<{}}] {}/{} {}  {:.3g}/s  {} left  {}\x1b[K", task,
                           std::string(filled, '='), bar_width, progress.done, progress.total,
                           progress.unit, rate, clock_time(left), progress.state);
        if (finished) err << "\r\x1b[K";
        err.flush();
    }
};

}  // namespace

std::string command_line_of(const Console& console) {
    std::string line = "ohmgrid";
    for (const std::string& word : console.words) {
        if (!word.empty() && word.find_first_of(" \t\n'\"\\$`*?;&|<>()#") == std::string::npos) {
            line += ' ' + word;
            continue;
        }
        line += " '";
        for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += '\'';
    }
    return line;
}

std::function<void(const Progress&)> progress_bar(const Console& console) {
    if (!console.err_is_terminal) return {};
    return [bar = std::make_shared<Bar>(Bar{console.err})](const Progress& p) { bar->show(p); };
}

}  // namespace ohmgrid
