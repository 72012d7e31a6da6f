#include "tests/architecture/source_rules.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <regex>

namespace ohmgrid {
namespace {

/// The modules in the order of the flow. A file may include its own module and those of the lines
/// above, but no neighbour on its own line.
const std::vector<std::vector<std::string>> layers{
    {"sim/core"},       {"sim/random", "sim/parallel", "sim/io"},
    {"sim/device"},     {"sim/circuit"},
    {"sim/converter"},  {"sim/network"},
    {"sim/mapping"},    {"sim/inference", "sim/cost"},
    {"sim/montecarlo"}, {"sim/app"},
    {"search/space"},   {"search/objective", "search/archive"},
    {"search/solver"},  {"search/app"},
};

/// Third-party headers that one module hides from all others.
const std::vector<std::pair<std::string, std::string>> hidden_headers{
    {"hdf5.h", "sim/io"},         {"toml++/", "sim/io"},     {"openssl/", "sim/io"},
    {"Random123/", "sim/random"}, {"omp.h", "sim/parallel"}, {"onnx/", "sim/network"},
    {"mpi.h", "sim/parallel"},
};

/// "sim/core/error.hpp" -> "sim/core".
std::string module_of(const std::string& path) {
    return path.substr(0, path.find('/', path.find('/') + 1));
}

bool is_app(const std::string& module) { return module.ends_with("/app"); }

std::optional<std::size_t> layer_of(const std::string& module) {
    const auto layer = std::ranges::find_if(
        layers, [&](const auto& modules) { return std::ranges::count(modules, module) > 0; });
    if (layer == layers.end()) return std::nullopt;
    return static_cast<std::size_t>(layer - layers.begin());
}

/// What is wrong with `#include "header"` in a file of `module`; empty if nothing is.
std::string complaint_about_own(const std::string& module, const std::string& header) {
    const std::string other = module_of(header);
    if (!layer_of(other)) return "is not a path from the repository's root to a known module";
    if (!layer_of(module)) return "stands in a module that the table of layers does not know";
    if (module == other) return "";
    if (header.starts_with(other + "/detail/")) return "is a detail of another module";
    if (is_app(other) && !is_app(module)) return "belongs to an app, which only apps may use";
    if (*layer_of(other) >= *layer_of(module)) return "comes after " + module + " in the flow";
    return "";
}

std::string complaint_about_third_party(const std::string& module, const std::string& header) {
    for (const auto& [prefix, owner] : hidden_headers) {
        if (header.starts_with(prefix) && module != owner) return "is hidden inside " + owner;
    }
    return "";
}

/// The line without literals and without a comment that begins in it.
std::string code_of(const std::string& line) {
    static const std::regex literal(R"('(\\.|[^'\\])'|"(\\.|[^"\\])*")");
    const std::string code = std::regex_replace(line, literal, "");
    return code.substr(0, code.find("//"));
}

template <class Check>  // std::string check(line): empty if the line is as it should be
std::vector<std::string> check_lines(const SourceFile& file, const Check& check) {
    std::vector<std::string> offences;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        if (const std::string complaint = check(file.lines[i]); !complaint.empty()) {
            offences.push_back(file.path + ":" + std::to_string(i + 1) + ": " + complaint);
        }
    }
    return offences;
}

}  // namespace

std::vector<SourceFile> read_sources(const std::filesystem::path& root) {
    std::vector<SourceFile> files;
    for (const char* top : {"sim", "search"}) {
        if (!std::filesystem::exists(root / top)) continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / top)) {
            const auto extension = entry.path().extension();
            if (extension != ".hpp" && extension != ".cpp") continue;
            SourceFile file{.path = entry.path().lexically_relative(root).generic_string(),
                            .lines = {}};
            std::ifstream text(entry.path());
            for (std::string line; std::getline(text, line);) file.lines.push_back(line);
            files.push_back(std::move(file));
        }
    }
    std::ranges::sort(files, {}, &SourceFile::path);
    return files;
}

std::vector<std::string> forbidden_includes(const SourceFile& file) {
    static const std::regex include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    const std::string module = module_of(file.path);
    return check_lines(file, [&](const std::string& line) {
        std::smatch match;
        if (!std::regex_search(line, match, include)) return std::string();
        const std::string header = match[2];
        const std::string complaint = match[1] == "\""
                                          ? complaint_about_own(module, header)
                                          : complaint_about_third_party(module, header);
        return complaint.empty() ? complaint : "includes " + header + ", which " + complaint;
    });
}

std::vector<std::string> forbidden_calls(const SourceFile& file) {
    static const std::regex call(
        R"(#\s*include\s*<iostream>|\bstd::(cout|cerr|clog)\b|\bfmt::print\b|)"
        R"(\b(v?f?printf|f?puts|putchar|_?[eE]xit|quick_exit|abort|terminate)\s*\()");
    if (is_app(module_of(file.path))) return {};
    return check_lines(file, [&](const std::string& line) {
        std::smatch match;
        const std::string code = code_of(line);
        if (!std::regex_search(code, match, call)) return std::string();
        return "a library uses " + match.str();
    });
}

}  // namespace ohmgrid
