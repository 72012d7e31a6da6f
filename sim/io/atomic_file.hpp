#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ohmgrid {

/// The whole file as bytes.
/// @throws IoError (FIL001) if it cannot be opened or read, is a device, or is larger than 4 GiB.
std::string read_file(const std::filesystem::path& path);

/// Writes `name.part` and renames it, so that `path` holds either the old or the complete new text.
/// @throws IoError (FIL002) if the folder is not writable or the disk is full; nothing is left.
void write_file(const std::filesystem::path& path, std::string_view text);

/// The name a result has until it is complete: "results.h5" -> "results.h5.part".
std::filesystem::path part_of(const std::filesystem::path& path);

/// Creates an empty `part_of(path)`, so that a place that cannot be written to is found out before
/// the work that fills it. @throws IoError (FIL002)
void claim(const std::filesystem::path& path);

/// Makes a complete `part_of(path)` visible under its final name.
/// @throws IoError (FIL002).
void publish(const std::filesystem::path& path);

}  // namespace ohmgrid
