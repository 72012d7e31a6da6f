#include "sim/io/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JournalFile : public ::testing::Test {
  protected:
    void fill() const {
        Journal journal = Journal::begin(path, "head");
        journal.append("one");
        journal.append("two and \"more\"");
        journal.append("");
        journal.sync();
    }
    void replace_bytes(const std::string& bytes) const {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    }

    TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "a.journal";
};

TEST_F(JournalFile, GivesBackWhatWasAppended) {
    fill();
    const JournalText text = read_journal(path);
    EXPECT_EQ(text.head, "head");
    EXPECT_THAT(text.entries, ElementsAre("one", "two and \"more\"", ""));
    EXPECT_EQ(text.damaged_bytes, 0U);
    EXPECT_FALSE(std::filesystem::exists(part_of(path)));
}

/// Whatever byte a dying process has come to: all whole entries are there, none is made up, and the
/// journal can be gone on with.
TEST_F(JournalFile, KeepsAllWholeEntriesWhereverItIsCutOff) {
    fill();
    const std::string whole = read_file(path);
    const std::size_t head_end = whole.find('\n') + 1;
    for (std::size_t length = head_end; length <= whole.size(); ++length) {
        replace_bytes(whole.substr(0, length));
        const JournalText cut = read_journal(path);
        const auto lines = static_cast<std::size_t>(
            std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
        ASSERT_EQ(cut.entries.size(), lines - 1) << length;
        ASSERT_EQ(cut.whole_bytes + cut.damaged_bytes, length);
        Journal::go_on(path).append("again");
        const JournalText gone_on = read_journal(path);
        ASSERT_EQ(gone_on.damaged_bytes, 0U);
        ASSERT_EQ(gone_on.entries.size(), lines);
        ASSERT_EQ(gone_on.entries.back(), "again");
    }
}

TEST_F(JournalFile, RefusesAFileWithoutAWholeHead) {
    fill();
    const std::string whole = read_file(path);
    for (std::size_t length = 0; length < whole.find('\n') + 1; ++length) {
        replace_bytes(whole.substr(0, length));
        try {
            (void)read_journal(path);
            FAIL() << length;
        } catch (const InputError& error) {
            EXPECT_EQ(error.messages().front().id, "JRN001");
        }
    }
}

/// A flipped bit anywhere in an entry makes that entry, and what follows, count as damaged.
TEST_F(JournalFile, NoticesEveryFlippedBit) {
    fill();
    const std::string whole = read_file(path);
    const std::size_t first = whole.find('\n') + 1;
    const std::size_t second = whole.find('\n', first) + 1;
    for (std::size_t at = first; at < second; ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
            replace_bytes(bytes);
            const JournalText text = read_journal(path);
            ASSERT_THAT(text.entries, IsEmpty()) << at << ' ' << bit;
            ASSERT_EQ(text.whole_bytes, first);
        }
    }
}

TEST_F(JournalFile, LetsOneProcessWriteAtATime) {
    fill();
    const Journal held = Journal::go_on(path);
    try {
        (void)Journal::go_on(path);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.messages().front().id, "JRN002");
    }
}

TEST_F(JournalFile, SaysWhereItCannotWrite) {
    try {
        (void)Journal::begin(folder.path() / "absent" / "a.journal", "head");
        FAIL();
    } catch (const IoError& error) {
        EXPECT_THAT(error.what(), HasSubstr("absent"));
    }
}

}  // namespace
}  // namespace ohmgrid
