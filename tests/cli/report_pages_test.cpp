#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/io/atomic_file.hpp"
#include "sim/io/html_page.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/browser.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A verb that writes results, and what its page must show.
struct Kind {
    std::string name;
    std::vector<std::string> words;
    int pictures;
    std::vector<std::string> texts;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

const std::vector<Kind>& kinds() {
    static const std::string example = source_file("docs/examples/run.toml");
    static const std::string array = source_file("docs/examples/array_4x3.csv");
    static const std::vector<Kind> all{
        {"run",
         {"run", example, "--set", "data.limit=20"},
         5,
         {"Accuracy lost", "Energy per image of every layer", "Latency of every layer", "conv3"}},
        {"infer", {"infer", example, "--set", "data.limit=20"}, 2, {"Accuracy lost", "conv3"}},
        {"compensated",
         {"infer", example, "--set", "data.limit=20", "--set", "array.row_wire=1 ohm", "--set",
          "array.column_wire=1 ohm", "--set", "mapping.column_gain=ir-drop", "--set",
          "mapping.row_order=by-magnitude"},
         4,
         {"Accuracy with and without compensation", "without column_gain", "without row_order",
          "without all", "Error of every layer with and without compensation", "as designed"}},
        {"cost", {"cost", example}, 3, {"Area of every layer, by component"}},
        {"solve",
         {"solve", array, "--nodes", "--effective", "--set", "array.row_wire=2 ohm"},
         5,
         {"Voltage lost on the way", "Where the power", "Effective conductance"}},
        {"adc",
         {"adc", source_file("devices/adc/sar_6b_neurosim.toml"), "--instances", "20", "--samples",
          "512", "--sweep", "adc.bits=4,5"},
         10,
         {"Integral nonlinearity", "Transfer curve", "Energy of a conversion"}},
        {"montecarlo",
         {"montecarlo", source_file("docs/examples/array_study.toml"), "--trials", "20",
          "--attribution", "--threshold", "6 %"},
         6,
         {"virtual chips", "Convergence", "Which source of error costs how much", "programming"}},
        {"settling",
         {"solve", array, "--settling", "--set", "array.row_wire=2 ohm"},
         2,
         {"Settling time of every column", "stays within"}}};
    return all;
}

class ReportOf : public ::testing::TestWithParam<Kind> {
  protected:
    void SetUp() override {
        std::vector<std::string> words = GetParam().words;
        words.insert(words.end(), {"--out", results});
        const Outcome made = run_ohmgrid(words);
        ASSERT_EQ(made.code, ExitCode::done) << made.err;
        const Outcome reported = run_ohmgrid({"report", results, "-o", page});
        ASSERT_EQ(reported.code, ExitCode::done) << reported.err;
    }

    const TemporaryFolder folder;
    const std::string results = (folder.path() / "results.h5").string();
    const std::string page = (folder.path() / "page.html").string();
};

TEST_P(ReportOf, ShowsItsPicturesTablesAndOrigin) {
    const std::string text = read_file(page);
    for (const std::string& expected : GetParam().texts) EXPECT_THAT(text, HasSubstr(expected));
    EXPECT_THAT(text, HasSubstr("<dt>Command</dt><dd>ohmgrid " + GetParam().words.front()));
    EXPECT_THAT(text, HasSubstr("<dt>Version of ohmgrid</dt>"));
    EXPECT_THAT(text, HasSubstr("SHA-256"));
    EXPECT_THAT(text, Not(HasSubstr("http")));
}

/// A phone in dark mode is the narrowest case: pictures must be there, whole, and the page must not
/// scroll sideways.
TEST_P(ReportOf, IsShownByABrowserOnAPhone) {
    if (!has_browser()) GTEST_SKIP() << "skipped: chromium is absent (apt-get install chromium)";
    const PageLook look = look_at(page, 500, true);
    EXPECT_EQ(look.console, "");
    EXPECT_EQ(look.pictures, GetParam().pictures);
    EXPECT_EQ(look.pictures_without_size, 0);
    EXPECT_GE(look.tables, look.pictures);
    EXPECT_THAT(look.cut_texts, IsEmpty());
    EXPECT_LE(look.page_width, look.window_width);
    EXPECT_EQ(look.background, "rgb(21, 24, 28)");
}

INSTANTIATE_TEST_SUITE_P(EveryKind, ReportOf, ::testing::ValuesIn(kinds()),
                         [](const auto& kind) { return kind.param.name; });

/// A search writes a folder with its page in it; `report` draws the same one from the file beside
/// it.
TEST(ReportOfASearch, IsShownByABrowserWithFrontBestDesignAndProof) {
    const TemporaryFolder folder;
    const Outcome made =
        run_ohmgrid({"search", source_file("docs/examples/search.toml"), "--compare", "--budget",
                     "500", "--out", folder.path().string()});
    ASSERT_EQ(made.code, ExitCode::done) << made.err;
    const std::string again = (folder.path() / "again.html").string();
    ASSERT_EQ(run_ohmgrid({"report", (folder.path() / "front.h5").string(), "-o", again}).code,
              ExitCode::done);
    const std::string text = read_file(again);
    EXPECT_EQ(read_file(folder.path() / "front.html"), text);
    for (const char* expected : {"Pareto front", "Best design", "column_sharing", "proven",
                                 "TOPS/W", "nsga2", "SHA-256", "<dt>Command</dt>"}) {
        EXPECT_THAT(text, HasSubstr(expected));
    }
    if (!has_browser()) GTEST_SKIP() << "skipped: chromium is absent (apt-get install chromium)";
    const PageLook look = look_at(again, 500, false);
    EXPECT_EQ(look.console, "");
    EXPECT_EQ(look.pictures, 1);
    EXPECT_EQ(look.pictures_without_size, 0);
    EXPECT_THAT(look.cut_texts, IsEmpty());
    EXPECT_LE(look.page_width, look.window_width);
}

TEST(ReportPage, IsShownByABrowserWithEveryChart) {
    if (!has_browser()) GTEST_SKIP() << "skipped: chromium is absent (apt-get install chromium)";
    HtmlPage page("every chart");
    page.add_chart(XyPlot{.title = "lines",
                          .x = {.name = "ADC", .unit = "bit"},
                          .y = {.name = "accuracy", .unit = "%"},
                          .series = {{.name = "a network with quite a long name",
                                      .x = {4, 5, 6},
                                      .y = {61, 88, 92},
                                      .low = {60, 87, 91},
                                      .high = {62, 89, 93}}}});
    page.add_chart(XyPlot{.title = "points",
                          .x = {.name = "energy", .unit = "J", .scale = Scale::logarithmic},
                          .y = {.name = "area", .unit = "mm2", .scale = Scale::logarithmic},
                          .series = {{.name = "designs",
                                      .x = {1e-9, 3e-7, 1e-6},
                                      .y = {0.1, 20, 10000},
                                      .mark = Mark::points}}});
    page.add_chart(Histogram{.title = "histogram",
                             .x = {.name = "accuracy", .unit = "%"},
                             .counted = "chips",
                             .values = {90, 91, 92, 91, 92, 93, 91},
                             .interval = Histogram::Interval{"95 % of the chips", 90, 93},
                             .markers = {{"mean", 91.4}, {"least allowed", 89}}});
    const TemporaryFolder folder;
    const auto path = folder.path() / "page.html";
    write_file(path, page.text());
    const PageLook look = look_at(path, 1000, false);
    EXPECT_EQ(look.console, "");
    EXPECT_EQ(look.pictures, 3);
    EXPECT_THAT(look.cut_texts, IsEmpty());
    EXPECT_EQ(look.background, "rgb(255, 255, 255)");
}

TEST(ReportVerb, RefusesOtherHdf5FilesAndOtherFiles) {
    const TemporaryFolder folder;
    const std::string images = (folder.path() / "images.h5").string();
    ASSERT_EQ(run_ohmgrid({"convert", "example:test", "--out", images}).code, ExitCode::done);
    const Outcome other = run_ohmgrid({"report", images, "-o", images + ".html"});
    EXPECT_EQ(other.code, ExitCode::bad_input);
    EXPECT_THAT(other.err, HasSubstr("error[RPT001]"));
    const Outcome text = run_ohmgrid({"report", source_file("README.md"), "-o", images + ".html"});
    EXPECT_EQ(text.code, ExitCode::bad_input);
    EXPECT_THAT(text.err, HasSubstr("error[H5F002]"));
}

TEST(ReportPage, QuotesWordsOfTheCommandThatAShellWouldSplit) {
    const TemporaryFolder folder;
    const std::string page = (folder.path() / "page.html").string();
    ASSERT_EQ(run_ohmgrid({"solve", source_file("docs/examples/array_4x3.csv"), "--set",
                           "array.row_wire=2 ohm", "--report", page, "--format", "csv"})
                  .code,
              ExitCode::done);
    EXPECT_THAT(read_file(page), HasSubstr("--set 'array.row_wire=2 ohm' --report"));
}

TEST(ReportOption, WritesThePageThatTheReportVerbWrites) {
    const TemporaryFolder folder;
    const std::string results = (folder.path() / "results.h5").string();
    const std::string page = (folder.path() / "page.html").string();
    const Outcome cost = run_ohmgrid({"cost", source_file("docs/examples/run.toml"), "--out",
                                      results, "--report", page, "--format", "csv"});
    ASSERT_EQ(cost.code, ExitCode::done) << cost.err;
    ASSERT_EQ(run_ohmgrid({"report", results, "-o", page + "2"}).code, ExitCode::done);
    EXPECT_EQ(read_file(page), read_file(page + "2"));
}

}  // namespace
}  // namespace ohmgrid
