#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace ohmgrid {

/// One reader fed with arbitrary bytes, defined once per fuzzer. It may throw InputError, IoError
/// and NumericalError, as it would tell a user; everything else is a finding: another exception, a
/// crash, a hang, memory out of proportion to the file.
void read_hostile(std::string_view bytes);

/// Runs read_hostile and lets only findings out.
void fuzz_one(std::string_view bytes);

/// The bytes as a file with this name, in a folder of this process.
std::filesystem::path hostile_file(std::string_view bytes, const char* name);

}  // namespace ohmgrid
