#include "sim/io/html_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::ptrdiff_t occurrences(const std::string& text, const std::string& pattern) {
    const std::regex expression(pattern);
    return std::distance(std::sregex_iterator(text.begin(), text.end(), expression),
                         std::sregex_iterator());
}

BarChart bars(std::size_t rows) {
    BarChart chart{.title = "a & b",
                   .value = {.name = "v"},
                   .rows = {},
                   .parts = {{.name = "p", .values = {}}}};
    for (std::size_t i = 0; i < rows; ++i) {
        chart.rows.push_back("row " + std::to_string(i));
        chart.parts[0].values.push_back(static_cast<double>(i));
    }
    return chart;
}

TEST(HtmlPage, ShowsEveryChartWithItsDataBelow) {
    HtmlPage page("a < b");
    page.add_chart(bars(3));
    page.add_chart(bars(30));
    EXPECT_THAT(page.text(), HasSubstr("<h1>a &lt; b</h1>"));
    EXPECT_THAT(page.text(), HasSubstr("<figcaption>a &amp; b</figcaption>"));
    EXPECT_THAT(page.text(), HasSubstr("<details open><summary>Data (3 rows)</summary>"));
    EXPECT_THAT(page.text(), HasSubstr("<details><summary>Data (30 rows)</summary>"));
    EXPECT_THAT(page.text(), HasSubstr("<td>row 29</td><td>29</td>"));
}

TEST(HtmlPage, GivesEveryChartIdsOfItsOwn) {
    HtmlPage page("ids");
    page.add_chart(bars(1));
    page.add_chart(bars(1));
    EXPECT_EQ(occurrences(page.text(), "id=\"chart1-title\""), 1);
    EXPECT_EQ(occurrences(page.text(), "id=\"chart2-title\""), 1);
}

TEST(HtmlPage, RefersToNoOtherFileAndRunsNoScript) {
    HtmlPage page("alone");
    page.add_chart(bars(2));
    page.add_facts({{"command", "ohmgrid run <x>"}});
    EXPECT_THAT(page.text(), HasSubstr("<dt>command</dt><dd>ohmgrid run &lt;x&gt;</dd>"));
    EXPECT_EQ(occurrences(page.text(), "href|src=|<script|<link|url\\(|@import"), 0);
}

TEST(HtmlPage, ShortensLongTablesAndSaysSo) {
    HtmlPage page("table");
    Table table{{"n"}, {}};
    for (std::int64_t i = 0; i < 7; ++i) table.rows.push_back({i});
    page.add_table("numbers", table, 5);
    EXPECT_EQ(occurrences(page.text(), "<td>"), 5);
    EXPECT_THAT(page.text(), HasSubstr("5 of 7 rows"));
    EXPECT_THAT(page.text(), Not(HasSubstr("<td>6</td>")));
}

}  // namespace
}  // namespace ohmgrid
