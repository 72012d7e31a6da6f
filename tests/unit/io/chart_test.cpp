#include "sim/io/chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <regex>
#include <stdexcept>

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<std::smatch> matches(const std::string& text, const std::string& pattern) {
    static std::vector<std::string> kept;  // smatch points into the text it was found in
    kept.push_back(text);
    const std::regex expression(pattern);
    return {std::sregex_iterator(kept.back().begin(), kept.back().end(), expression),
            std::sregex_iterator()};
}

double number(const std::smatch& match, std::size_t group) { return std::stod(match.str(group)); }

/// Every tag that is opened is closed, in the order XML wants.
std::string first_unbalanced_tag(const std::string& xml) {
    std::vector<std::string> open;
    for (const auto& tag : matches(xml, "<(/?)([a-z]+)[^<>]*?(/?)>")) {
        if (tag.str(3) == "/") continue;
        if (tag.str(1).empty()) {
            open.push_back(tag.str(2));
        } else if (open.empty() || open.back() != tag.str(2)) {
            return tag.str(0);
        } else {
            open.pop_back();
        }
    }
    return open.empty() ? "" : open.back();
}

XyPlot powers() {
    return {.title = "powers <of> ten & \"more\"",
            .x = {.name = "n", .scale = Scale::logarithmic},
            .y = {.name = "energy", .unit = "J"},
            .series = {{.name = "a",
                        .x = {1, 10, 100, 1000},
                        .y = {0, 1e-6, 2e-6, 4e-6},
                        .labels = {"one", "two", "three", "four"},
                        .mark = Mark::points}}};
}

std::vector<Chart> one_of_each() {
    return {powers(),
            BarChart{.title = "bars",
                     .value = {.name = "energy", .unit = "J"},
                     .rows = {"conv1", "fc"},
                     .parts = {{.name = "adc", .values = {3e-9, 1e-9}},
                               {.name = "array", .values = {1e-9, 2e-9}}}},
            Histogram{.title = "histogram",
                      .x = {.name = "accuracy", .unit = "%"},
                      .counted = "chips",
                      .values = {90, 91, 91, 92, 92, 92, 93, 93, 94},
                      .interval = Histogram::Interval{"95 % interval", 90.5, 93.5},
                      .markers = {{"mean", 92}}},
            HeatMap{.title = "map",
                    .row_name = "row",
                    .column_name = "column",
                    .unit = "V",
                    .rows = 2,
                    .columns = 3,
                    .values = {0, 1, 2, 3, 4, 5}}};
}

TEST(Chart, IsWellFormedAndNeedsNoOtherFile) {
    for (const Chart& chart : one_of_each()) {
        const std::string svg = svg_file(chart);
        EXPECT_EQ(first_unbalanced_tag(svg), "") << title_of(chart);
        EXPECT_THAT(svg, Not(HasSubstr("<script")));
        EXPECT_THAT(svg, Not(HasSubstr("url(")));
        EXPECT_THAT(svg, Not(HasSubstr("href")));
        EXPECT_THAT(svg, HasSubstr("prefers-color-scheme:dark"));
        EXPECT_THAT(svg, HasSubstr("<desc id=\"desc\">"));
    }
    EXPECT_THAT(svg_file(powers()), HasSubstr("powers &lt;of&gt; ten &amp; &quot;more&quot;"));
}

/// Relative luminance and contrast as WCAG 2.1 defines them.
double luminance(const std::string& hex) {
    const auto channel = [&](std::size_t at) {
        const double v = std::stoi(hex.substr(at, 2), nullptr, 16) / 255.0;
        return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

double contrast(const std::string& a, const std::string& b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

TEST(Chart, ColoursStandOutFromTheGroundInEveryTheme) {
    const auto themes = matches(chart_style(), ":root\\{([^}]*)\\}");
    ASSERT_THAT(themes, SizeIs(3));  // light, dark, print
    for (const auto& theme : themes) {
        const std::string paper = matches(theme.str(1), "--paper:(#[0-9a-f]{6})").at(0).str(1);
        const auto colours = matches(theme.str(1), "--(ink|c[0-9]+):(#[0-9a-f]{6})");
        ASSERT_THAT(colours, SizeIs(13));
        for (const auto& colour : colours) {
            EXPECT_GE(contrast(colour.str(2), paper), 4.5) << colour.str(0) << " on " << paper;
        }
    }
}

/// 1, 10, 100, 1000 stand at thirds of a logarithmic axis; 0, 1, 2, 4 uJ at quarters of a linear
/// one.
TEST(XyPlot, PutsPointsWhereTheAxesSay) {
    const std::string svg = svg_of(powers(), "p");
    const auto edge = matches(
        svg,
        "class=\"edge\" x=\"([0-9.]+)\" y=\"([0-9.]+)\" width=\"([0-9.]+)\" height=\"([0-9.]+)\"");
    ASSERT_THAT(edge, SizeIs(1));
    const auto points =
        matches(svg, "class=\"point c0\" transform=\"translate\\(([0-9.]+) ([0-9.]+)\\)");
    const double thirds[] = {0, 1. / 3, 2. / 3, 1};
    const double quarters[] = {0, 0.25, 0.5, 1};
    std::size_t seen = 0;
    for (const auto& point : points) {
        if (number(point, 1) < number(edge[0], 1)) continue;  // the legend's
        ASSERT_LT(seen, 4U);
        const double x = (number(point, 1) - number(edge[0], 1)) / number(edge[0], 3);
        const double y = 1 - (number(point, 2) - number(edge[0], 2)) / number(edge[0], 4);
        EXPECT_NEAR(x, thirds[seen], 1e-3);
        EXPECT_NEAR(y, quarters[seen], 1e-3);
        ++seen;
    }
    EXPECT_EQ(seen, 4U);
}

TEST(XyPlot, TellsEveryPointAndWritesUnitsWithPrefixes) {
    const std::string svg = svg_of(powers(), "p");
    EXPECT_THAT(svg, HasSubstr("<title>a, three: 100, 2 uJ</title>"));
    EXPECT_THAT(svg, HasSubstr(">energy (uJ)</text>"));
}

TEST(XyPlot, SaysHowManyValuesHaveNoPlaceAndKeepsThemInTheTable) {
    XyPlot plot = powers();
    plot.series[0].x[0] = 0;  // on a logarithmic axis
    plot.series[0].y[3] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THAT(svg_of(plot, "p"), HasSubstr(">2 values have no place on these axes<"));
    EXPECT_THAT(data_of(plot).rows, SizeIs(4));
}

TEST(XyPlot, TabulatesSeriesWithCommonAbscissaeSideBySide) {
    const XyPlot plot{
        .title = "t",
        .x = {.name = "bits"},
        .y = {.name = "accuracy", .unit = "%"},
        .series = {{.name = "a", .x = {4, 5}, .y = {80, 90}, .low = {79, 89}, .high = {81, 91}},
                   {.name = "b", .x = {4, 5}, .y = {70, 75}}}};
    const Table table = data_of(plot);
    EXPECT_THAT(table.columns, ElementsAre("bits", "a (%)", "a (%), low", "a (%), high", "b (%)"));
    EXPECT_EQ(to_csv(table),
              "bits,a (%),\"a (%), low\",\"a (%), high\",b (%)\n4,80,79,81,70\n5,90,89,91,75\n");
}

/// Widths are proportional to values and parts follow each other without a gap.
TEST(BarChart, StacksPartsEndToEnd) {
    const std::string svg = svg_of(one_of_each()[1], "b");
    const auto bars =
        matches(svg, "class=\"bar c[01]\" x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\"");
    ASSERT_THAT(bars, SizeIs(4));  // conv1: 3 and 1 nJ; fc: 1 and 2 nJ
    const double nanojoule = number(bars[0], 2) / 3;
    EXPECT_NEAR(number(bars[1], 2), nanojoule, 0.02);
    EXPECT_NEAR(number(bars[2], 2), nanojoule, 0.02);
    EXPECT_NEAR(number(bars[3], 2), 2 * nanojoule, 0.02);
    EXPECT_NEAR(number(bars[1], 1), number(bars[0], 1) + number(bars[0], 2), 0.02);
    EXPECT_NEAR(number(bars[2], 1), number(bars[0], 1), 0.02);
    EXPECT_THAT(svg, HasSubstr("<title>conv1, adc: 3 nJ</title>"));
}

TEST(BarChart, PutsNegativeValuesToTheLeftOfZero) {
    const BarChart chart{
        .title = "t",
        .value = {.name = "lost"},
        .rows = {"a", "b"},
        .parts = {{.name = "", .values = {-1, 2}, .low = {-2, 1}, .high = {0, 3}}}};
    const auto bars = matches(svg_of(chart, "b"),
                              "class=\"bar c0\" x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\"");
    ASSERT_THAT(bars, SizeIs(2));
    EXPECT_NEAR(number(bars[0], 1) + number(bars[0], 2), number(bars[1], 1), 0.02);
    EXPECT_NEAR(2 * number(bars[0], 2), number(bars[1], 2), 0.04);
    EXPECT_EQ(to_csv(data_of(chart)), ",lost,\"lost, low\",\"lost, high\"\na,-1,-2,0\nb,2,1,3\n");
}

/// Nine values with quartiles 91 and 93: bins 2 (93 - 91) / 9^(1/3) = 1.92 wide would be 3, and
/// fewer than five are not drawn: 90 .. 94 in steps of 0.8.
TEST(Histogram, CountsEveryValueOnce) {
    const Table table = data_of(one_of_each()[2]);
    ASSERT_THAT(table.rows, SizeIs(5));
    std::vector<std::int64_t> counts;
    for (const auto& row : table.rows) counts.push_back(std::get<std::int64_t>(row[2]));
    EXPECT_THAT(counts, ElementsAre(1, 2, 3, 2, 1));
    EXPECT_DOUBLE_EQ(std::get<double>(table.rows[1][0]), 90.8);
}

TEST(Histogram, NamesItsIntervalAndMarkers) {
    const std::string svg = svg_of(one_of_each()[2], "h");
    EXPECT_THAT(svg, HasSubstr("95 % interval: 90.5 % .. 93.5 %"));
    EXPECT_THAT(svg, HasSubstr("mean: 92 %"));
}

TEST(Histogram, DrawsEqualAndMissingValues) {
    Histogram histogram{.title = "t", .x = {.name = "v"}, .counted = "n", .values = {}};
    EXPECT_EQ(first_unbalanced_tag(svg_file(histogram)), "");
    histogram.values = {3, 3, 3};
    EXPECT_EQ(std::get<std::int64_t>(data_of(histogram).rows.at(0)[2]), 3);
    EXPECT_THAT(svg_file(histogram), Not(HasSubstr("nan")));
}

TEST(HeatMap, DrawsOneTilePerValueWithItsNumber) {
    const std::string svg = svg_of(one_of_each()[3], "m");
    EXPECT_THAT(matches(svg, "<title>row [0-9]+, column"), SizeIs(6));
    EXPECT_THAT(svg, HasSubstr("<title>row 1, column 2: 5 V</title>"));
}

/// 200 x 200 values in tiles of 3 x 3 (96 tiles at most): 67 x 67; the first is the mean of 0, 1,
/// 2, 200, 201, 202, 400, 401, 402 = 201.
TEST(HeatMap, AveragesLargeMapsAndSaysSo) {
    HeatMap map{"title", "row", "column", "%", 200, 200, {}};
    for (int i = 0; i < 200 * 200; ++i) map.values.push_back(i);
    const std::string svg = svg_of(map, "m");
    EXPECT_THAT(matches(svg, "<title>row [0-9]+, column"), SizeIs(67 * 67));
    EXPECT_THAT(svg, HasSubstr("row 0, column 0: 201 %"));
    EXPECT_THAT(svg, HasSubstr("mean of 3 x 3 values"));
}

std::vector<Series> failing(bool fails) {
    if (fails) throw std::runtime_error("no data");
    return {};
}

/// GCC 12 used to destroy the axes twice here (see Scale).
TEST(XyPlot, MayBeLeftHalfMade) {
    const std::string name = "a name too long to be kept inside a std::string";
    EXPECT_THROW((void)data_of(XyPlot{.title = name,
                                      .x = {.name = name, .unit = name},
                                      .y = {.name = name},
                                      .series = failing(true)}),
                 std::runtime_error);
}

TEST(Chart, DrawsWithoutDataAndWithoutSpread) {
    const std::vector<Chart> charts{
        XyPlot{.title = "none", .x = {.name = "x"}, .y = {.name = "y"}, .series = {}},
        XyPlot{.title = "one",
               .x = {.name = "x", .scale = Scale::logarithmic},
               .y = {.name = "y"},
               .series = {{.name = "s", .x = {5}, .y = {7}, .mark = Mark::points}}},
        BarChart{.title = "none", .value = {.name = "v"}, .rows = {}, .parts = {}},
        BarChart{.title = "zero",
                 .value = {.name = "v"},
                 .rows = {"a"},
                 .parts = {{.name = "p", .values = {0}}}},
        HeatMap{.title = "equal",
                .row_name = "r",
                .column_name = "c",
                .unit = "",
                .rows = 1,
                .columns = 2,
                .values = {3, 3}}};
    for (const Chart& chart : charts) {
        EXPECT_THAT(svg_file(chart), Not(HasSubstr("nan"))) << title_of(chart);
        EXPECT_THAT(svg_file(chart), Not(HasSubstr("\"inf"))) << title_of(chart);
    }
}

}  // namespace
}  // namespace ohmgrid
