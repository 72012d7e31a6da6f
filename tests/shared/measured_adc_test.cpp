// The shipped files of measured converters against the survey they cite
// (../shared/reference/silicon/adc_survey.csv).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/app/adc_design.hpp"
#include "tests/support/reference_table.hpp"
#include "tests/support/shared_folder.hpp"

namespace ohmgrid {
namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// What follows `before` up to one of `ends`; empty if it is absent.
std::string between(const std::string& text, const std::string& before, const char* ends) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos) return "";
    const std::size_t from = at + before.size();
    return text.substr(from, text.find_first_of(ends, from) - from);
}

/// Power, rate, area and SNDR are the survey's; three digits are given in the files.
TEST(SharedMeasuredConverters, HaveTheFiguresOfTheSurvey) {
    OHMGRID_NEEDS_SHARED();
    const auto survey = reference_table("silicon/adc_survey.csv");
    const std::filesystem::path root = OHMGRID_SOURCE_DIR;
    int compared = 0;
    for (const auto& entry : std::filesystem::directory_iterator(root / "devices/adc")) {
        const std::string text = text_of(entry.path());
        if (text.find("# A measured converter") == std::string::npos) continue;
        const std::string name = entry.path().filename();
        // "# ISSCC 2016, 27.3, doi ...": conference, year and paper.
        const std::string conference =
            text.find("\n# VLSI ") == std::string::npos ? "ISSCC" : "VLSI";
        const std::string paper = between(text, "\n# " + conference + ' ', ";\n");
        const auto row = std::find_if(survey.begin(), survey.end(), [&](const CsvRow& r) {
            return r.text("conf") == conference && r.text("YEAR") == paper.substr(0, 4) &&
                   r.text("ID") == between(paper + ',', ", ", ",");
        });
        ASSERT_NE(row, survey.end()) << name;
        const AdcCostSpec cost =
            design_of(
                read_adc_file(entry.path(), "technology/32nm.toml", "reram/hfox-1t1r.toml", {}), {})
                .cost;
        const auto near = [&](double ours, double theirs, const char* what) {
            EXPECT_NEAR(ours / theirs, 1, 0.006) << name << ' ' << what;
        };
        const double hertz = row->number("fsnyq [Hz]");
        near(cost.energy_joule.value(), row->number("P [W]") / hertz, "energy");
        near(cost.latency_second.value(), 1 / hertz, "time of a conversion");
        near(cost.area_m2.value(), row->number("AREA [mm^2]") * 1e-6, "area");
        const std::string enob = between(text, "measured ENOB of ", "\n");
        EXPECT_NEAR(std::stod(enob), (row->number("SNDR_plot [dB]") - 1.76) / 6.02, 0.006) << name;
        ++compared;
    }
    EXPECT_EQ(compared, 8);
}

}  // namespace
}  // namespace ohmgrid
