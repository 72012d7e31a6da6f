#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ohmgrid {

/// What a journal holds up to its last whole entry.
struct JournalText {
    std::string head;                  ///< what the entries belong to
    std::vector<std::string> entries;  ///< in the order in which they were appended
    std::uint64_t whole_bytes = 0;     ///< length of what is whole
    std::uint64_t damaged_bytes = 0;   ///< what follows it: an entry that was being written
};

/// Reads a journal that may have been cut off or damaged at any byte.
///
/// One line per text: 16 hexadecimal digits (the first of the SHA-256 of the text), a blank, the
/// text. Whatever follows the first line that is incomplete or does not match its digits is counted
/// as damaged and left out.
/// @throws InputError (JRN001) if not even the head is whole; IoError (FIL001)
JournalText read_journal(const std::filesystem::path& path);

/// A file of texts that survives the end of the process at any moment: once `append` has returned,
/// the entry outlives the process (kill -9), and within 0.1 s of appending, or with the next
/// `sync`, also the machine (power failure). One process at a time may write.
class Journal {
  public:
    /// Begins a new journal; one of the same name is replaced in one step.
    /// @throws IoError (FIL002)
    static Journal begin(const std::filesystem::path& path, std::string_view head);
    /// Goes on with a journal, behind its last whole entry; damaged bytes are cut off.
    /// @throws InputError (JRN001), JRN002 while another process writes to it; IoError (FIL002)
    static Journal go_on(const std::filesystem::path& path);

    ~Journal();
    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;

    /// A text without line breaks. @throws IoError (FIL002), e.g. when the disk is full
    void append(std::string_view text);
    /// Waits until the disk holds everything appended. @throws IoError (FIL002)
    void sync();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    explicit Journal(std::filesystem::path path);

    std::filesystem::path path_;
    int file_ = -1;
    std::chrono::steady_clock::time_point synced_ = {};
};

}  // namespace ohmgrid
