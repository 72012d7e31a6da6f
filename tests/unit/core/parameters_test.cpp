#include "sim/core/parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

enum class Ends { clamped, floating };

struct Spec {
    std::int64_t rows = -1;
    double g_max_siemens = -1;
    double sigma = -1;
    Ends unselected = Ends::clamped;
    bool shared = false;
    std::vector<double> levels_siemens;
};

const ParamTable<Spec>& table() {
    static const ParamTable<Spec> rows{
        "array",
        {
            param::count("rows", &Spec::rows,
                         {.fallback = "128", .low = 1, .high = 8192, .doc = "word lines"}),
            param::quantity(
                "g_max", &Spec::g_max_siemens, dimension::conductance,
                {.fallback = {}, .low = 1e-9, .high = 1.0, .doc = "largest conductance"}),
            param::number("sigma", &Spec::sigma,
                          {.fallback = "2 %", .low = 0, .high = 1, .doc = "spread"}),
            param::choice("unselected", &Spec::unselected,
                          {{"clamped", Ends::clamped}, {"floating", Ends::floating}},
                          {.fallback = "clamped", .doc = "unselected columns"}),
            param::flag("shared", &Spec::shared, {.fallback = "false", .doc = "a flag"}),
            param::quantities("levels", &Spec::levels_siemens, dimension::conductance,
                              {.fallback = "", .low = 0, .high = 1, .doc = "a list"}),
        }};
    return rows;
}

ParameterSet set_of(std::initializer_list<std::pair<std::string, ParamValue>> values) {
    ParameterSet set;
    std::int64_t line = 1;
    for (const auto& [key, value] : values) set.set(key, {value, {"run.toml", line++, 1}});
    return set;
}

std::string complaint_about(std::initializer_list<std::pair<std::string, ParamValue>> values) {
    Complaints complaints;
    (void)table().read(set_of(values), complaints);
    std::string all;
    for (const Message& m : complaints.messages()) all += m.text() + '\n';
    return all;
}

TEST(ParamTable, FillsMembersAndDefaults) {
    Complaints complaints;
    const Spec spec =
        table().read(set_of({{"array.g_max", std::string("100 uS")},
                             {"array.unselected", std::string("floating")},
                             {"array.shared", true},
                             {"array.levels", std::vector<std::string>{"1 uS", "2 uS"}}}),
                     complaints);
    EXPECT_TRUE(complaints.empty());
    EXPECT_EQ(spec.rows, 128);
    EXPECT_DOUBLE_EQ(spec.g_max_siemens, 1e-4);
    EXPECT_DOUBLE_EQ(spec.sigma, 0.02);
    EXPECT_EQ(spec.unselected, Ends::floating);
    EXPECT_TRUE(spec.shared);
    EXPECT_EQ(spec.levels_siemens, (std::vector<double>{1e-6, 2e-6}));
}

TEST(ParamTable, NamesPlaceAndExpectationForEveryMistakeAtOnce) {
    const std::string all =
        complaint_about({{"array.rows", std::int64_t{0}}, {"array.g_max", std::string("100 us")}});
    EXPECT_THAT(all, HasSubstr("run.toml:1:1: error[PAR003]: array.rows: 0 is outside 1 .. 8192"));
    EXPECT_THAT(all, HasSubstr("run.toml:2:1: error[PAR003]: array.g_max: \"100 us\" is a time "
                               "(second), expected a conductance (siemens)"));
}

TEST(ParamTable, RefusesNumbersWithoutTheirUnit) {
    EXPECT_THAT(complaint_about({{"array.g_max", 1e-4}}), HasSubstr("has no unit"));
}

TEST(ParamTable, RefusesFractionsWhereWholeNumbersAreMeant) {
    const std::pair<std::string, ParamValue> g{"array.g_max", std::string("1 uS")};
    EXPECT_THAT(complaint_about({g, {"array.rows", 12.5}}), HasSubstr("not a whole number"));
    EXPECT_THAT(complaint_about({g, {"array.rows", std::string("-1")}}), HasSubstr("outside"));
}

TEST(ParamTable, SaysWhichRequiredValueIsMissing) {
    EXPECT_THAT(complaint_about({}), HasSubstr("array.g_max is missing (largest conductance)"));
}

TEST(ParamTable, OffersTheNearestWordOfAChoice) {
    EXPECT_THAT(complaint_about({{"array.g_max", std::string("1 uS")},
                                 {"array.unselected", std::string("floting")}}),
                HasSubstr("Did you mean 'floating'?"));
}

TEST(RefuseUnknownKeys, OffersTheNearestKey) {
    Complaints complaints;
    refuse_unknown_keys(set_of({{"array.row", std::int64_t{3}}}), table().infos(), complaints);
    ASSERT_EQ(complaints.messages().size(), 1U);
    EXPECT_EQ(complaints.messages()[0].text(),
              "run.toml:1:1: error[PAR002]: unknown key array.row. Did you mean 'array.rows'?");
}

TEST(Resolve, TellsValueAndOriginOfEveryTunable) {
    const auto resolved = resolve(table().infos(), set_of({{"array.g_max", std::string("1 uS")}}));
    ASSERT_EQ(resolved.size(), 6U);
    EXPECT_EQ(resolved[0].origin, "default");
    EXPECT_EQ(resolved[1].value, "\"1 uS\"");
    EXPECT_EQ(resolved[1].origin, "run.toml:1:1");
}

}  // namespace
}  // namespace ohmgrid
