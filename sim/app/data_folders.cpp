#include "sim/app/data_folders.hpp"

namespace ohmgrid {
namespace {

/// The folder that holds devices/ and netlists/, or an empty path.
std::filesystem::path data_root() {
    std::error_code failure;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", failure);
    if (failure) return {};
    const auto holds_data = [](const std::filesystem::path& folder) {
        return std::filesystem::is_directory(folder / "devices" / "technology");
    };
    const auto installed = program.parent_path().parent_path() / "share" / "ohmgrid";
    if (holds_data(installed)) return installed;
    for (auto folder = program.parent_path(); folder != folder.root_path();
         folder = folder.parent_path()) {
        if (holds_data(folder)) return folder;
    }
    return {};
}

}  // namespace

std::vector<std::filesystem::path> data_folders() {
    const std::filesystem::path root = data_root();
    if (root.empty()) return {};
    return {root / "devices", root / "netlists", root / "netlists" / "networks"};
}

}  // namespace ohmgrid
