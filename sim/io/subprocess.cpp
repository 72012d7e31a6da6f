#include "sim/io/subprocess.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/run_context.hpp"

namespace ohmgrid {
namespace {

using Clock = std::chrono::steady_clock;

/// How often a running program is looked at for timeout and stop.
constexpr int look_every_millisecond = 50;

IoError not_started(const std::string& program, int error) {
    return IoError({.place = program,
                    .id = "PRC001",
                    .what = fmt::format("the program cannot be started ({})", std::strerror(error)),
                    .remedy = "Check that it is installed and on PATH"});
}

/// Both ends of a pipe that close themselves.
class Pipe {
  public:
    Pipe() {
        if (pipe2(ends_.data(), O_CLOEXEC) != 0) throw not_started("pipe", errno);
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int read_end() const { return ends_[0]; }
    [[nodiscard]] int write_end() const { return ends_[1]; }
    [[nodiscard]] bool at_end() const { return ends_[0] < 0; }
    void close_write_end() { close_end(1); }

    /// Takes what is there; closes itself at the end of the stream.
    void drain_into(std::string& text) {
        std::array<char, 65536> buffer{};
        const ssize_t count = read(ends_[0], buffer.data(), buffer.size());
        if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
        if (count == 0 || (count < 0 && errno != EINTR)) close_end(0);
    }

  private:
    void close_end(std::size_t end) {
        if (ends_[end] >= 0) close(std::exchange(ends_[end], -1));
    }
    std::array<int, 2> ends_{-1, -1};
};

/// A running program in a process group of its own; killed if not waited for.
class Process {
  public:
    Process(const ProcessRequest& request, const Pipe& output, const Pipe& errors) {
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        posix_spawn_file_actions_addchdir_np(&actions, request.folder.c_str());
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, output.write_end(), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, errors.write_end(), STDERR_FILENO);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        std::vector<std::string> words = request.command;
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const int failure =
            posix_spawnp(&id_, arguments.front(), &actions, &attributes, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
        if (failure != 0) throw not_started(request.command.front(), failure);
    }
    ~Process() {
        if (id_ <= 0) return;
        kill(-id_, SIGKILL);
        wait();
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    int wait() {
        int status = 0;
        while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
        }
        id_ = -1;
        constexpr int ended_by_signal = 128;  // the shells' convention
        return WIFEXITED(status) ? WEXITSTATUS(status) : ended_by_signal + WTERMSIG(status);
    }

  private:
    pid_t id_ = -1;
};

}  // namespace

ProcessResult run_process(const ProcessRequest& request) {
    const auto begin = Clock::now();
    Pipe output;
    Pipe errors;
    Process process(request, output, errors);
    output.close_write_end();
    errors.close_write_end();

    ProcessResult result;
    while (!output.at_end() || !errors.at_end()) {
        std::array<pollfd, 2> streams{pollfd{output.read_end(), POLLIN, 0},
                                      pollfd{errors.read_end(), POLLIN, 0}};
        poll(streams.data(), streams.size(), look_every_millisecond);
        if (streams[0].revents != 0) output.drain_into(result.output);
        if (streams[1].revents != 0) errors.drain_into(result.errors);
        if (request.stop.stop_requested()) throw Interrupted();
        if (request.timeout.count() > 0 && Clock::now() - begin > request.timeout) {
            throw IoError({.place = request.command.front(),
                           .id = "PRC002",
                           .what = fmt::format("not finished after {}", request.timeout),
                           .remedy = "Allow more time or give it a smaller problem"});
        }
    }
    result.exit_code = process.wait();
    return result;
}

std::optional<std::filesystem::path> find_program(const std::string& program) {
    const char* search = std::getenv("PATH");
    std::string folders = search != nullptr ? search : "";
    for (std::size_t begin = 0; begin < folders.size();) {
        const std::size_t end = std::min(folders.find(':', begin), folders.size());
        const auto candidate = std::filesystem::path(folders.substr(begin, end - begin)) / program;
        if (access(candidate.c_str(), X_OK) == 0) return candidate;
        begin = end + 1;
    }
    return std::nullopt;
}

TemporaryFolder::TemporaryFolder() {
    std::error_code failure;
    std::string name = (std::filesystem::temp_directory_path(failure) / "ohmgrid-XXXXXX").string();
    if (failure || mkdtemp(name.data()) == nullptr) {
        throw IoError({.place = name,
                       .id = "PRC003",
                       .what = "no temporary folder can be made here",
                       .remedy = "Let TMPDIR name a writable folder"});
    }
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;  // a destructor cannot report; the folder is in the temporary area
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace ohmgrid
