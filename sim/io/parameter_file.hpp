#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// A parameter file with everything it builds on.
struct ParameterFile {
    ParameterSet values;  ///< dotted keys; those of base files are included, this file's win
    std::map<std::string, std::vector<ParameterSet>> tables;  ///< [[layer]] etc., one set per entry
    std::map<std::string, std::string> sha256_of;             ///< every file read -> its hash
};

/// KIND of the first line `schema = "ohmgrid.KIND/1"` of a parameter file's text; empty if there is
/// none.
std::string schema_kind(std::string_view text);

/// Reads a TOML parameter file.
///
/// * `schema = "ohmgrid.KIND/1"` must be the file's first key and match `kind`.
/// * A key `base` inside a table names another file whose keys come below that table; at the top it
///   names a file of the same kind. The naming file wins. In [device] the base must be a device
///   file (schema ohmgrid.device/1), and so on. Relative paths count from the naming file, then
///   from each of `libraries`.
/// * Lists hold numbers or texts.
///
/// @throws InputError (TOM001 syntax, TOM002 schema, TOM003 value, TOM004 base) with
/// file:line:column
/// @throws IoError    if the file itself cannot be read
ParameterFile read_parameter_file(const std::filesystem::path& path, std::string_view kind,
                                  const std::vector<std::filesystem::path>& libraries);

/// Puts one `key=value` from the command line into the set; the value is read as in a file, and a
/// bare word counts as a text.
/// @throws InputError (CLI003) if there is no '='.
void set_from_command_line(ParameterSet& set, std::string_view assignment);

/// `written` if absolute or found beside `naming_file`, else the first hit in `libraries`.
/// @throws IoError (FIL003) listing the places looked at.
std::filesystem::path find_file(const std::string& written,
                                const std::filesystem::path& naming_file,
                                const std::vector<std::filesystem::path>& libraries);

}  // namespace ohmgrid
