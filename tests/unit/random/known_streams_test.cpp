#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// 64-bit FNV-1a over the words, low byte first.
std::uint64_t hash_of(Purpose purpose) {
    const RandomStream stream(20261126, purpose, TrialId{3}, 17);
    std::uint64_t value = 0xcbf29ce484222325;
    for (std::uint32_t draw = 0; draw < 1024; ++draw) {
        for (std::uint32_t word : stream.block(draw)) {
            for (int byte = 0; byte < 4; ++byte, word >>= 8U) {
                value = (value ^ (word & 0xffU)) * 0x100000001b3;
            }
        }
    }
    return value;
}

/// tests/golden/random_streams.csv comes from another implementation of Philox. A new purpose adds
/// a line; a line that no longer holds means that results of earlier versions have moved.
TEST(KnownStreams, AreStillTheSame) {
    std::ifstream file(std::string(OHMGRID_SOURCE_DIR) + "/tests/golden/random_streams.csv");
    ASSERT_TRUE(file) << "tests/golden/random_streams.csv is missing";
    std::string line;
    std::getline(file, line);
    std::uint32_t count = 0;
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string number, name, hash;
        std::getline(fields, number, ',');
        std::getline(fields, name, ',');
        std::getline(fields, hash, ',');
        ++count;
        ASSERT_EQ(std::stoul(number), count) << "purposes are numbered without gaps";
        EXPECT_EQ(hash_of(static_cast<Purpose>(count)), std::stoull(hash, nullptr, 16)) << name;
    }
    // The last purpose of the list in random_stream.hpp has the last line.
    EXPECT_EQ(count, static_cast<std::uint32_t>(last_purpose));
}

}  // namespace
}  // namespace ohmgrid
