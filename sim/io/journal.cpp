#include "sim/io/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "sim/core/contract.hpp"
#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

constexpr std::size_t digest_digits = 16;

std::string line_of(std::string_view text) {
    OHMGRID_EXPECT(text.find('\n') == std::string_view::npos);
    return fmt::format("{} {}\n", sha256(text).substr(0, digest_digits), text);
}

/// The text of a whole line (without its line break), if the digits match.
std::optional<std::string> text_of(std::string_view line) {
    if (line.size() <= digest_digits || line[digest_digits] != ' ') return std::nullopt;
    const std::string_view text = line.substr(digest_digits + 1);
    if (sha256(text).compare(0, digest_digits, line.substr(0, digest_digits)) != 0) {
        return std::nullopt;
    }
    return std::string(text);
}

[[noreturn]] void cannot_write(const std::filesystem::path& path) {
    throw IoError(Message{.place = path.string(),
                          .id = "FIL002",
                          .what = fmt::format("cannot be written ({})", std::strerror(errno)),
                          .remedy = "Choose a folder that exists, is writable and has free space"});
}

/// Makes a new name last.
void sync_folder_of(const std::filesystem::path& path) {
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) cannot_write(path);
    fsync(handle);  // some file systems refuse this for folders, which then need it not
    close(handle);
}

}  // namespace

JournalText read_journal(const std::filesystem::path& path) {
    const std::string bytes = read_file(path);
    JournalText journal;
    bool has_head = false;
    for (std::size_t start = 0; start < bytes.size();) {
        const std::size_t end = bytes.find('\n', start);
        if (end == std::string::npos) break;
        std::optional<std::string> text =
            text_of(std::string_view(bytes).substr(start, end - start));
        if (!text) break;
        if (has_head) {
            journal.entries.push_back(std::move(*text));
        } else {
            journal.head = std::move(*text);
            has_head = true;
        }
        start = end + 1;
        journal.whole_bytes = start;
    }
    if (!has_head) {
        throw InputError(Message{.place = path.string(),
                                 .id = "JRN001",
                                 .what = "is no journal, or its first line is damaged",
                                 .remedy = "Remove the file, or name another one with --out"});
    }
    journal.damaged_bytes = bytes.size() - journal.whole_bytes;
    return journal;
}

Journal::Journal(std::filesystem::path path)
    : path_(std::move(path)), file_(open(path_.c_str(), O_RDWR | O_APPEND | O_CLOEXEC)) {
    if (file_ < 0) cannot_write(path_);
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
        close(file_);
        throw InputError(Message{.place = path_.string(),
                                 .id = "JRN002",
                                 .what = "another process is writing to this journal",
                                 .remedy = "Wait for it to end, or name another file with --out"});
    }
}

Journal Journal::begin(const std::filesystem::path& path, std::string_view head) {
    write_file(path, line_of(head));
    Journal journal(path);
    if (fsync(journal.file_) != 0) cannot_write(path);
    sync_folder_of(path);
    return journal;
}

Journal Journal::go_on(const std::filesystem::path& path) {
    Journal journal(path);
    const JournalText text = read_journal(path);
    if (text.damaged_bytes > 0 &&
        (ftruncate(journal.file_, static_cast<off_t>(text.whole_bytes)) != 0 ||
         fsync(journal.file_) != 0)) {
        cannot_write(path);
    }
    return journal;
}

Journal::~Journal() {
    if (file_ >= 0) close(file_);
}

Journal::Journal(Journal&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      synced_(other.synced_) {}

void Journal::append(std::string_view text) {
    const std::string line = line_of(text);
    for (std::size_t written = 0; written < line.size();) {
        const ssize_t count = write(file_, line.data() + written, line.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) cannot_write(path_);
        written += static_cast<std::size_t>(count);
    }
    constexpr auto longest_unsynced = std::chrono::milliseconds(100);
    if (std::chrono::steady_clock::now() - synced_ > longest_unsynced) sync();
}

void Journal::sync() {
    if (fdatasync(file_) != 0) cannot_write(path_);
    synced_ = std::chrono::steady_clock::now();
}

}  // namespace ohmgrid
