#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ohmgrid {

/// One file of sim/ or search/, by its path from the repository's root ("sim/core/error.hpp").
struct SourceFile {
    std::string path;
    std::vector<std::string> lines;
};

/// Every .hpp and .cpp below sim/ and search/, in alphabetical order.
std::vector<SourceFile> read_sources(const std::filesystem::path& root);

/// "sim/io/table.cpp:3: includes ..." for each include against the arrows of docs/architecture.md:
/// of a module that stands later in the flow, of a neighbour, of another module's detail/ folder,
/// of an app from outside the apps, or of a third-party header that another module hides.
std::vector<std::string> forbidden_includes(const SourceFile& file);

/// The same for each line of a library that prints or ends the program.
std::vector<std::string> forbidden_calls(const SourceFile& file);

}  // namespace ohmgrid
