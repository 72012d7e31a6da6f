#include "sim/app/data_folders.hpp"

#include <dlfcn.h>

namespace ohmgrid {
namespace {

/// The file this code lies in: the program, or the Python module.
std::filesystem::path own_file() {
    Dl_info found{};
    const bool is_known = dladdr(reinterpret_cast<const void*>(&data_folders), &found) != 0;
    if (is_known && std::filesystem::path(found.dli_fname).extension() == ".so") {
        return found.dli_fname;
    }
    std::error_code failure;
    return std::filesystem::read_symlink("/proc/self/exe", failure);
}

/// The folder that holds devices/ and netlists/, or an empty path.
std::filesystem::path data_root() {
    const auto holds_data = [](const std::filesystem::path& folder) {
        return std::filesystem::is_directory(folder / "devices" / "technology");
    };
    for (auto folder = own_file().parent_path(); folder != folder.parent_path();
         folder = folder.parent_path()) {
        const auto installed = folder / "share" / "ohmgrid";
        if (holds_data(installed)) return installed;
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
