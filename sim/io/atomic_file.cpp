#include "sim/io/atomic_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

/// Nothing that ohmgrid reads as a whole is nearly as large.
constexpr std::size_t most_file_byte = std::size_t{4} << 30U;

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
    const auto refuse = [&path](const std::string& reason) {
        throw IoError(Message{
            .place = path.string(),
            .id = "FIL001",
            .what = fmt::format("cannot be read ({})", reason),
            .remedy = "Check the path; relative paths count from the file that names them"});
    };
    std::error_code ignored;
    const std::filesystem::file_status status = std::filesystem::status(path, ignored);
    if (std::filesystem::is_directory(status)) refuse("it is a folder");
    if (std::filesystem::is_character_file(status) || std::filesystem::is_block_file(status)) {
        refuse("it is a device, which has no end");
    }
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) refuse(system_reason());
    std::string text;
    constexpr std::size_t chunk_byte = std::size_t{1} << 20U;
    while (in) {
        const std::size_t before = text.size();
        text.resize(before + chunk_byte);
        in.read(text.data() + before, chunk_byte);
        text.resize(before + static_cast<std::size_t>(in.gcount()));
        if (text.size() > most_file_byte) refuse("it is larger than 4 GiB");
    }
    if (in.bad()) refuse(system_reason());
    return text;
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
