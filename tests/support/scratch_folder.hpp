#pragma once

#include <filesystem>
#include <random>
#include <string>

namespace ohmgrid {

/// A fresh folder for one test, removed with everything in it at the end.
class ScratchFolder {
  public:
    ScratchFolder() {
        std::random_device entropy;
        path_ = std::filesystem::temp_directory_path() /
                ("ohmgrid-test-" + std::to_string(entropy()) + std::to_string(entropy()));
        std::filesystem::create_directories(path_);
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace ohmgrid
