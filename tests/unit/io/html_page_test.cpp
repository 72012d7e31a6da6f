#include "sim/io/html_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

std::ptrdiff_t occurrences(const std::string& text, const std::string& pattern) {
    const std::regex expression(pattern);
    return std::distance(std::sregex_iterator(text.begin(), text.end(), expression),
                         std::sregex_iterator());
}

HeatMap ramp_of(std::int64_t rows, std::int64_t columns) {
    HeatMap map{"title", "row", "column", "V", rows, columns, {}};
    for (std::int64_t i = 0; i < rows * columns; ++i) map.values.push_back(static_cast<double>(i));
    return map;
}

TEST(HtmlPage, DrawsOneTilePerValueWithItsNumber) {
    HtmlPage page("a & b");
    page.add_heat_map(ramp_of(2, 3));
    EXPECT_EQ(occurrences(page.text(), "<title>row"), 6);
    EXPECT_THAT(page.text(), HasSubstr("<title>row 1, column 2: 5 V</title>"));
    EXPECT_THAT(page.text(), HasSubstr("a &amp; b"));
}

/// 200 x 200 values in tiles of 3 x 3 (96 tiles at most): 67 x 67; the first is the mean of 0, 1,
/// 2, 200, 201, 202, 400, 401, 402 = 201.
TEST(HtmlPage, AveragesLargeMapsAndSaysSo) {
    HtmlPage page("large");
    page.add_heat_map(ramp_of(200, 200));
    EXPECT_EQ(occurrences(page.text(), "<title>row"), 67 * 67);
    EXPECT_THAT(page.text(), HasSubstr("row 0, column 0: 201 V"));
    EXPECT_THAT(page.text(), HasSubstr("mean of 3 x 3 values"));
}

TEST(HtmlPage, ShortensLongTablesAndSaysSo) {
    HtmlPage page("table");
    Table table{{"n"}, {}};
    for (std::int64_t i = 0; i < 7; ++i) table.rows.push_back({i});
    page.add_table("numbers", table, 5);
    EXPECT_EQ(occurrences(page.text(), "<td>"), 5);
    EXPECT_THAT(page.text(), HasSubstr("5 of 7 rows"));
}

}  // namespace
}  // namespace ohmgrid
