#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string example = source_file("docs/examples/run.toml");

std::vector<std::vector<std::string>> csv_rows(const std::string& text) {
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        auto& row = rows.emplace_back();
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    }
    return rows;
}

TEST(CostVerb, GivesOneCsvRowPerLayerAndATotalThatIsTheirSum) {
    const Outcome outcome = run_ohmgrid({"cost", example, "--format", "csv"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto rows = csv_rows(outcome.out);
    const auto& head = rows.front();
    EXPECT_EQ((std::vector<std::string>(head.begin(), head.begin() + 4)),
              (std::vector<std::string>{"layer", "type", "arrays", "tiles"}));
    for (const char* column : {"area_m2", "latency_second", "energy_joule", "leakage_watt",
                               "area_m2.adc", "energy_joule.array", "latency_second.buffer"}) {
        const auto at = std::find(head.begin(), head.end(), column);
        ASSERT_NE(at, head.end()) << column;
        const auto index = static_cast<std::size_t>(at - head.begin());
        double sum = 0;
        for (std::size_t r = 1; r + 1 < rows.size(); ++r) sum += std::stod(rows[r][index]);
        EXPECT_NEAR(std::stod(rows.back()[index]), sum, 1e-12 * sum) << column;
    }
    EXPECT_EQ(rows.back().front(), "total");
}

TEST(CostVerb, AppliesOverridesToOneLayerOnly) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "run.toml";
    write_file(path, read_file(example) +
                         "\n[[layer]]\nname = \"conv2\"\nadc.bits = 8\ncolumn_sharing = 16\n");
    const auto base = nlohmann::json::parse(run_ohmgrid({"cost", example, "--format", "json"}).out);
    const Outcome changed = run_ohmgrid({"cost", path.string(), "--format", "json"});
    ASSERT_EQ(changed.code, ExitCode::done) << changed.err;
    const auto other = nlohmann::json::parse(changed.out);
    EXPECT_NE(base["layers"][1]["area_m2.adc"], other["layers"][1]["area_m2.adc"]);
    EXPECT_EQ(base["layers"][2]["area_m2.adc"], other["layers"][2]["area_m2.adc"]);
    for (const char* key : {"tops_per_watt", "tops_per_mm2", "edap"}) EXPECT_GT(base[key], 0);
}

// One switch: the same table as its parts set one by one; what is set after it wins.
TEST(CostVerb, AProfileSetsConvertersAndChip) {
    const auto table = [](std::vector<std::string> settings) {
        std::vector<std::string> words{"cost", example, "--format", "csv"};
        for (std::string& setting : settings) {
            words.emplace_back("--set");
            words.push_back(std::move(setting));
        }
        const Outcome outcome = run_ohmgrid(words);
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        return outcome.out;
    };
    const std::string profile = table({"cost.profile=neurosim"});
    EXPECT_EQ(profile, table({"chip.base=chip/neurosim.toml", "adc.cost.model=neurosim"}));
    EXPECT_NE(profile, table({"cost.profile=survey"}));
    EXPECT_EQ(table({"cost.profile=neurosim", "adc.cost.model=survey"}),
              table({"chip.base=chip/neurosim.toml"}));
}

TEST(CostVerb, AProfileOfARunFileLiesBelowItsOwnKeys) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "run.toml";
    const std::string own = read_file(example);
    const std::string without_chip = own.substr(0, own.find("[chip]"));
    const auto csv = [&](const std::string& text) {
        write_file(path, text);
        const Outcome outcome = run_ohmgrid({"cost", path.string(), "--format", "csv"});
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        return outcome.out;
    };
    const std::string profile = "\n[cost]\nprofile = \"neurosim\"\n";
    const std::string model = "\n[adc.cost]\nmodel = \"neurosim\"\n";
    const std::string chip = "\n[chip]\nbase = \"chip/neurosim.toml\"\n";
    EXPECT_EQ(csv(without_chip + profile), csv(without_chip + model + chip));
    EXPECT_EQ(csv(without_chip + profile + chip + "overlap = \"overlapped\"\n"),
              csv(without_chip + model + chip + "overlap = \"overlapped\"\n"));
}

// Published by XPert: VGG16, eight columns per converter.
TEST(CostVerb, TheXpertSurrogateGivesThePublishedFigures) {
    const auto network = [](const char* adc) {
        const Outcome outcome =
            run_ohmgrid({"cost", example, "--set",
                         "network=" + source_file("netlists/networks/vgg16_cifar10.csv"), "--set",
                         "cost.profile=xpert-surrogate", "--set", std::string("adc.type=") + adc,
                         "--format", "csv"});
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        const auto rows = csv_rows(outcome.out);
        EXPECT_EQ(rows.size(), 1U + 13U + 1U);
        return rows.back();
    };
    const auto flash = network("flash");
    EXPECT_NEAR(std::stod(flash[2]), 100.5, 0.05);
    EXPECT_NEAR(std::stod(flash[3]), 117.0, 0.05);
    const auto sar = network("sar");
    EXPECT_NEAR(std::stod(sar[2]), 58.1, 0.05);
    EXPECT_NEAR(std::stod(sar[3]), 448.1, 0.05);
    const Outcome stored = run_ohmgrid(
        {"cost", example, "--set", "cost.profile=xpert-surrogate", "--out", "unused.h5"});
    EXPECT_EQ(stored.code, ExitCode::bad_input);
    EXPECT_THAT(stored.err, HasSubstr("COST012"));
    const Outcome whole = run_ohmgrid({"run", example, "--set", "cost.profile=xpert-surrogate"});
    EXPECT_EQ(whole.code, ExitCode::bad_input);
    EXPECT_THAT(whole.err, HasSubstr("COST012"));
}

TEST(CostVerb, NodesBetweenTheShippedOnesLieBetweenThem) {
    const auto area = [](const std::string& setting) {
        const Outcome outcome =
            run_ohmgrid({"cost", example, "--format", "json", "--set", setting});
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        return nlohmann::json::parse(outcome.out)["total"]["area_m2"].get<double>();
    };
    EXPECT_EQ(area("technology.node=45 nm"), area("technology.base=technology/45nm.toml"));
    EXPECT_LT(area("technology.node=22 nm"), area("technology.node=28 nm"));
    EXPECT_LT(area("technology.node=28 nm"), area("technology.node=32 nm"));
    for (const char* node : {"3 nm", "180 nm"}) {
        const Outcome outside =
            run_ohmgrid({"cost", example, "--set", std::string("technology.node=") + node});
        EXPECT_EQ(outside.code, ExitCode::bad_input);
        EXPECT_THAT(outside.err, HasSubstr("COST011"));
    }
    EXPECT_EQ(run_ohmgrid({"cost", example, "--set", "technology.node=28 fF"}).code,
              ExitCode::bad_input);
}

TEST(CostVerb, OverridesOfComponentsMustBeFactors) {
    const Outcome wrong =
        run_ohmgrid({"cost", example, "--set", "cost.override.array.energy=5 pJ"});
    EXPECT_EQ(wrong.code, ExitCode::bad_input);
    EXPECT_THAT(wrong.err, HasSubstr("cost.override.array.energy"));
    const auto array = [](const char* factor) {
        const Outcome outcome = run_ohmgrid({"cost", example, "--format", "json", "--set",
                                             std::string("cost.override.array.energy=") + factor});
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        const auto json = nlohmann::json::parse(outcome.out);
        EXPECT_LT(json["activity"]["energy_joule_zeros"], json["activity"]["energy_joule_ones"]);
        return json["total"]["energy_joule.array"].get<double>();
    };
    EXPECT_NEAR(array("2.5"), 2.5 * array("1"), 1e-9 * array("1"));
}

TEST(RunVerb, WritesEverythingNeededToRepeatTheRun) {
    const TemporaryFolder folder;
    const std::string out = (folder.path() / "results.h5").string();
    const Outcome outcome = run_ohmgrid({"run", example, "--set", "data.limit=40", "--set",
                                         "data.calibration_limit=20", "--out", out});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("accuracy   digital"));
    EXPECT_THAT(outcome.out, HasSubstr("TOPS/W"));
    const Hdf5Reader file(out);
    EXPECT_EQ(file.text_attribute("/", "filetype"), "ohmgrid.run");
    EXPECT_EQ(file.text_attribute("/", "seed"), "1");
    const auto keys = file.read_texts("/provenance/parameters/key");
    const auto at = std::find(keys.begin(), keys.end(), "data.limit") - keys.begin();
    ASSERT_LT(at, std::ssize(keys));
    EXPECT_EQ(file.read_texts("/provenance/parameters/value")[static_cast<std::size_t>(at)], "40");
    EXPECT_EQ(file.read_texts("/provenance/parameters/origin")[static_cast<std::size_t>(at)],
              "--set data.limit");
    EXPECT_EQ(file.read<std::int64_t>("/accuracy/predictions").values.size(), 40U);
    for (const std::string& hash : file.read_texts("/provenance/inputs/sha256")) {
        EXPECT_EQ(hash.size(), 64U);
    }
    EXPECT_THAT(run_ohmgrid({"convert", out}).out, HasSubstr("/layers/relative_rms_error"));
    EXPECT_THAT(run_ohmgrid({"convert", out, "--dataset", "/layers/name", "--format", "csv"}).out,
                HasSubstr("0,conv1"));
}

TEST(RunVerb, LeavesNothingBehindWhenInterrupted) {
    const TemporaryFolder folder;
    std::stop_source stop;
    stop.request_stop();
    const Outcome outcome =
        run_ohmgrid({"run", example, "--out", (folder.path() / "r.h5").string()}, stop.get_token());
    EXPECT_EQ(outcome.code, ExitCode::interrupted);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

/// Two rows of 0.2 V on ideal wires: column currents are 0.2 V times the column sums of g.
TEST(SolveVerb, GivesOhmsLawOnIdealWires) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "array.csv";
    write_file(path, "1e-6, 2e-6, 0\n3e-6, 4e-6, 1e-6\n");
    const auto rows = csv_rows(run_ohmgrid({"solve", path.string(), "--format", "csv"}).out);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_NEAR(std::stod(rows[1][2]), 0.8e-6, 1e-18);
    EXPECT_NEAR(std::stod(rows[2][2]), 1.2e-6, 1e-18);
    EXPECT_NEAR(std::stod(rows[3][2]), 0.2e-6, 1e-18);
}

/// One cell of 1 ms between 1 kohm of word-line wire and 2 kohm of bit-line wire:
/// 1 V / (1 + 1 + 2 kohm) = 0.25 mA, and G_eff = 0.25 mS.
TEST(SolveVerb, WritesTheMachineContract) {
    const TemporaryFolder folder;
    const auto in = folder.path() / "in.h5";
    const auto out = folder.path() / "out.h5";
    {
        Hdf5Writer file(in);
        file.write<double>("/conductance_siemens", {{1, 1}, {1e-3}}, "siemens", "g");
        file.write<double>("/input_volt", {{2, 1}, {1.0, -0.5}}, "volt", "v");
        file.attribute("/", "row_wire_ohm", 1000.0);
        file.attribute("/", "column_wire_ohm", 2000.0);
        file.commit();
    }
    for (const char* backend : {"fast", "reference"}) {
        const Outcome outcome = run_ohmgrid({"solve", in.string(), "--out", out.string(),
                                             "--effective", "--nodes", "--backend", backend});
        ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
        const Hdf5Reader file(out);
        const auto current = file.read<double>("/column_current_ampere");
        EXPECT_THAT(current.extents, ElementsAre(2, 1));
        EXPECT_NEAR(current.values[0], 0.25e-3, 1e-15);
        EXPECT_NEAR(current.values[1], -0.125e-3, 1e-15);
        EXPECT_NEAR(file.read<double>("/effective_conductance_siemens").values[0], 0.25e-3, 1e-15);
        EXPECT_NEAR(file.read<double>("/row_node_volt").values[0], 0.75, 1e-12);
        EXPECT_NEAR(file.read<double>("/column_node_volt").values[0], 0.5, 1e-12);
        EXPECT_TRUE(file.number_attribute("/", "residual").has_value());
    }
}

TEST(SolveVerb, DrawsOneSelfContainedPage) {
    const TemporaryFolder folder;
    const std::string page = (folder.path() / "page.html").string();
    const Outcome outcome =
        run_ohmgrid({"solve", source_file("docs/examples/array_4x3.csv"), "--report", page});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const std::string text = read_file(page);
    EXPECT_THAT(text, HasSubstr("Voltage lost on the way to each cell"));
    EXPECT_THAT(text, HasSubstr("Column current lost"));
    EXPECT_EQ(text.find("http"), std::string::npos);
    EXPECT_EQ(text.find("<script"), std::string::npos);
}

TEST(DevicesVerb, ListsFilesThatAllValidate) {
    const auto list = csv_rows(run_ohmgrid({"devices", "--format", "csv"}).out);
    ASSERT_GT(list.size(), 15U);
    for (std::size_t i = 1; i < list.size(); ++i) {
        const Outcome outcome = run_ohmgrid({"validate", source_file("devices/" + list[i][0])});
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
    }
    EXPECT_THAT(run_ohmgrid({"devices", "reram/hfox-1t1r", "--values"}).out,
                HasSubstr("states.g_max"));
    EXPECT_THAT(run_ohmgrid({"devices", "reram/hfo-1t1r.toml"}).err,
                HasSubstr("Did you mean 'reram/hfox-1t1r.toml'?"));
}

/// Joshi et al. (2020): 0.28639 + 0.07586 G - 0.0017877 G^2 uS at 25 uS is 1.066 uS.
TEST(DevicesVerb, ShowsStatesErrorsAndDrift) {
    const auto joshi = csv_rows(run_ohmgrid({"devices", "pcm/joshi2020", "--format", "csv"}).out);
    ASSERT_EQ(joshi.size(), 10U);
    EXPECT_EQ(joshi[0][2], "written_siemens");
    EXPECT_NEAR(std::stod(joshi[9][1]), 25e-6, 1e-15);
    EXPECT_NEAR(std::stod(joshi[9][2]), 1.0655e-6, 1e-10);
    // 1 h after 20 s with an exponent of 0.049 on average: a factor 180^-0.049 and a little more.
    const auto drift =
        csv_rows(run_ohmgrid({"devices", "pcm/nandakumar2019", "--format", "csv"}).out);
    ASSERT_EQ(drift[0][7], "mean_siemens.3600s");
    EXPECT_NEAR(std::stod(drift[9][7]) / 25e-6, std::pow(180, -0.049), 2e-3);
    const Outcome table = run_ohmgrid({"devices", "reram/mnsim"});
    EXPECT_THAT(table.out, HasSubstr("stuck low 0.1 %"));
    const TemporaryFolder folder;
    const std::string page = (folder.path() / "page.html").string();
    ASSERT_EQ(run_ohmgrid({"devices", "charge-trap/sonos-40nm", "--report", page}).code,
              ExitCode::done);
    EXPECT_THAT(read_file(page), HasSubstr("Standard deviation of a cell over its conductance"));
    EXPECT_THAT(read_file(page), HasSubstr("Conductance after writing"));
}

/// The fitted file says what the fit printed and is a device that other verbs take.
TEST(FitVerb, MakesADeviceFileFromMeasuredCells) {
    const TemporaryFolder folder;
    const std::string cells = source_file("docs/examples/measured_cells.csv");
    const std::string device = (folder.path() / "device.toml").string();
    const Outcome fitted = run_ohmgrid({"fit", cells, "--out", device, "--format", "json"});
    ASSERT_EQ(fitted.code, ExitCode::done) << fitted.err;
    const auto report = nlohmann::json::parse(fitted.out);
    EXPECT_EQ(report["levels"].size(), 48U);
    EXPECT_EQ(report["programming"][0]["law"], "polynomial of degree 2");
    // docs/examples/write_measured_cells.py draws exponents of 0.012.
    EXPECT_NEAR(report["drift"][0]["coefficients"][0].get<double>(), 0.012, 0.002);
    const auto states = csv_rows(run_ohmgrid({"devices", device, "--format", "csv"}).out);
    ASSERT_EQ(states[0][2], "written_siemens");
    const auto c = report["programming"][0]["coefficients_siemens"];
    EXPECT_NEAR(std::stod(states[9][2]),
                c[0].get<double>() + c[1].get<double>() + c[2].get<double>(), 1e-12);
    const auto infer = [&](const std::string& set) {
        return run_ohmgrid({"validate", example, "--set", "device.base=" + device, "--set", set});
    };
    EXPECT_EQ(infer("device.drift.time=1 h").code, ExitCode::done);
    EXPECT_THAT(infer("device.drift.time=0.5 s").err, HasSubstr("DEV012"));
}

TEST(FitVerb, CanUseTheMeasuredCellsThemselves) {
    const TemporaryFolder folder;
    const std::string cells = source_file("docs/examples/measured_cells.csv");
    const std::string device = (folder.path() / "device.toml").string();
    ASSERT_EQ(run_ohmgrid({"fit", cells, "--empirical", "--out", device}).code, ExitCode::done);
    const Outcome shown = run_ohmgrid({"devices", device});
    EXPECT_THAT(shown.out, HasSubstr("errors as measured at 16 levels"));
    EXPECT_EQ(run_ohmgrid({"validate", example, "--set", "device.base=" + device}).code,
              ExitCode::done);
    EXPECT_THAT(run_ohmgrid({"fit", cells, "--law", "cubic"}).err, HasSubstr("CLI005"));
}

/// No number without a word on where it comes from; `assumed` is such a word, silence is not.
TEST(ValidateVerb, FindsASourceForEveryShippedValue) {
    const auto list = csv_rows(run_ohmgrid({"devices", "--format", "csv"}).out);
    for (std::size_t i = 1; i < list.size(); ++i) {
        const Outcome outcome = run_ohmgrid({"validate", source_file("devices/" + list[i][0]),
                                             "--sources", "--set", "x=1", "--format", "json"});
        for (const auto& value : nlohmann::json::parse(outcome.out)) {
            const auto written = value["value"].get<std::string>();
            const bool is_number = written.find_first_of("0123456789") <= 1;
            if (!is_number || value["key"] == "name") continue;
            EXPECT_NE(value["source"], "none stated") << list[i][0] << ' ' << value["key"];
        }
    }
}

TEST(ExplainVerb, TellsKindDefaultRangeAndMeaning) {
    const Outcome outcome = run_ohmgrid({"explain", "array.row_wire"});
    EXPECT_THAT(outcome.out, HasSubstr("a resistance (ohm)"));
    EXPECT_THAT(outcome.out, HasSubstr("default  0 ohm"));
    EXPECT_THAT(run_ohmgrid({"explain", "array.row_wir"}).err,
                HasSubstr("Did you mean 'array.row_wire'?"));
}

TEST(ExplainVerb, TracesTheCostOfAComponentToItsSource) {
    const Outcome outcome = run_ohmgrid({"explain", "adc", "--run", example, "--layer", "conv2"});
    EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("layer conv2"));
    EXPECT_THAT(outcome.out, HasSubstr("source"));
    EXPECT_THAT(run_ohmgrid({"explain", "adcc", "--run", example}).err,
                HasSubstr("Did you mean 'adc'?"));
}

TEST(DoctorVerb, FindsTheDataFolders) {
    const Outcome outcome = run_ohmgrid({"doctor"});
    EXPECT_EQ(outcome.code, ExitCode::done);
    EXPECT_THAT(outcome.out, HasSubstr("instruction set"));
}

}  // namespace
}  // namespace ohmgrid
