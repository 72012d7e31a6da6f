#include "sim/io/table.hpp"

#include <gtest/gtest.h>

#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

const Table sample{{"layer", "arrays", "area"},
                   {{std::string("conv1"), std::int64_t{4}, 1.25e-7},
                    {std::string("a,\"b\""), std::int64_t{18}, 0.1}}};

TEST(Table, QuotesCsvWhereNeededAndKeepsAllDigits) {
    EXPECT_EQ(to_csv(sample), "layer,arrays,area\nconv1,4,1.25e-07\n\"a,\"\"b\"\"\",18,0.1\n");
}

TEST(Table, AlignsTextLeftAndNumbersRight) {
    EXPECT_EQ(to_text(sample),
              "layer  arrays      area\n"
              "conv1       4  1.25e-07\n"
              "a,\"b\"      18       0.1\n");
}

TEST(Table, GivesJsonObjectsInColumnOrder) {
    EXPECT_EQ(to_json({{"b", "a"}, {{std::int64_t{1}, 0.5}}}),
              "[\n  {\n    \"b\": 1,\n    \"a\": 0.5\n  }\n]\n");
}

/// FIPS 180-2, appendix B.1.
TEST(Sha256, GivesThePublishedAnswer) {
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace ohmgrid
