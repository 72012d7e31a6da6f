#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ohmgrid {

/// Another program to be run to its end.
struct ProcessRequest {
    std::vector<std::string> command;      ///< program (searched on PATH) and its arguments
    std::filesystem::path folder = ".";    ///< where it runs
    std::chrono::milliseconds timeout{0};  ///< 0: as long as it takes
    std::stop_token stop = {};             ///< asked to stop: the program is killed
};

/// What it left behind. `exit_code` is 128 + the signal's number if a signal ended it.
struct ProcessResult {
    int exit_code = 0;
    std::string output;  ///< standard output
    std::string errors;  ///< standard error
};

/// Runs a program without a shell and without input, and waits for it. Itself and whatever it
/// started are killed on timeout or stop.
/// @throws IoError PRC001 when it cannot be started, PRC002 after `timeout`; Interrupted on stop.
ProcessResult run_process(const ProcessRequest& request);

/// The executable file that the name `program` stands for on PATH, if there is one.
std::optional<std::filesystem::path> find_program(const std::string& program);

/// A fresh folder for temporary files, removed with everything in it at the end of its life.
class TemporaryFolder {
  public:
    /// @throws IoError (PRC003) when the system's folder for temporary files is not writable.
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace ohmgrid
