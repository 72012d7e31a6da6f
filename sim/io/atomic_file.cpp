#include "sim/io/atomic_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

std::string system_reason() { return errno == 0 ? "unknown reason" : std::strerror(errno); }

[[noreturn]] void cannot_write(const std::filesystem::path& path, const std::string& reason) {
    std::error_code ignored;
    std::filesystem::remove(part_of(path), ignored);
    throw IoError(Message{.place = path.string(),
                          .id = "FIL002",
                          .what = fmt::format("cannot be written ({})", reason),
                          .remedy = "Choose a folder that exists, is writable and has free space"});
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    const bool is_folder = std::filesystem::is_directory(path);
    if (in && !is_folder) text << in.rdbuf();
    if (is_folder || !in) {
        throw IoError(Message{
            .place = path.string(),
            .id = "FIL001",
            .what =
                fmt::format("cannot be read ({})", is_folder ? "it is a folder" : system_reason()),
            .remedy = "Check the path; relative paths count from the file that names them"});
    }
    return std::move(text).str();
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    errno = 0;
    std::ofstream out(part_of(path), std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.close();
    if (!out) cannot_write(path, system_reason());
    publish(path);
}

std::filesystem::path part_of(const std::filesystem::path& path) {
    std::filesystem::path part = path;
    part += ".part";
    return part;
}

void claim(const std::filesystem::path& path) {
    errno = 0;
    if (!std::ofstream(part_of(path), std::ios::binary | std::ios::trunc)) {
        cannot_write(path, system_reason());
    }
}

void publish(const std::filesystem::path& path) {
    std::error_code failure;
    std::filesystem::rename(part_of(path), path, failure);
    if (failure) cannot_write(path, failure.message());
}

}  // namespace ohmgrid
