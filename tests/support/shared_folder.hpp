#pragma once

#include <filesystem>
#include <optional>

namespace ohmgrid {

/// The folder of reference data beside the project, if it is there: real images, trained networks
/// and numbers from other tools. Tests that need it say that they are skipped where it is absent.
inline std::optional<std::filesystem::path> shared_folder() {
    const auto folder = std::filesystem::path(OHMGRID_SOURCE_DIR).parent_path() / "shared";
    if (!std::filesystem::is_directory(folder / "data")) return std::nullopt;
    return folder;
}

}  // namespace ohmgrid

/// Skips the running test, saying so, unless the reference data is there.
#define OHMGRID_NEEDS_SHARED()                                                               \
    if (!::ohmgrid::shared_folder()) {                                                       \
        GTEST_SKIP() << "skipped: the folder 'shared' with reference data is absent beside " \
                     << OHMGRID_SOURCE_DIR;                                                  \
    }
