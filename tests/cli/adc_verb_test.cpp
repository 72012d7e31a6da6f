#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/app/sweep.hpp"
#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string sar_file = source_file("devices/adc/sar_8b.toml");

/// What `ohmgrid adc FILE OPTIONS --format json` answers, quickly.
nlohmann::json answer(std::vector<std::string> options, const std::string& file = sar_file) {
    std::vector<std::string> words{"adc", file, "--format", "json", "--samples", "512"};
    words.insert(words.end(), options.begin(), options.end());
    const Outcome outcome = run_ohmgrid(words);
    EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
    return nlohmann::json::parse(outcome.out);
}

TEST(Sweep, TakesListsAndRanges) {
    EXPECT_THAT(parse_sweep("bits=3..6,8").values, ElementsAre("3", "4", "5", "6", "8"));
    EXPECT_THAT(parse_sweep("type=sar, flash").values, ElementsAre("sar", "flash"));
    EXPECT_THAT(parse_sweep("sigma=0.5 %,1 %").values, ElementsAre("0.5 %", "1 %"));
    EXPECT_THAT(combinations({parse_sweep("a=1,2"), parse_sweep("b=x,y")}),
                ElementsAre(ElementsAre("1", "x"), ElementsAre("1", "y"), ElementsAre("2", "x"),
                            ElementsAre("2", "y")));
}

TEST(Sweep, RefusesWhatIsNoList) {
    for (const char* wrong : {"bits", "=3", "bits=", "bits=3,,4", "bits=8..3"}) {
        EXPECT_THROW(parse_sweep(wrong), InputError) << wrong;
    }
}

TEST(AdcVerb, FindsNothingWrongWithAPerfectConverter) {
    const auto design = answer({"--instances", "3"})["designs"][0];
    EXPECT_EQ(design["bits"], 8);
    EXPECT_NEAR(design["worst_inl_lsb"], 0, 1e-9);
    EXPECT_EQ(design["missing_codes"], 0);
    EXPECT_EQ(design["yield"], 1);
    EXPECT_NEAR(design["enob_sine"], 8, 0.1);
    EXPECT_NEAR(design["enob_density"], 8, 1e-6);
}

TEST(AdcVerb, SharesConvertersAsACircuitDoes) {
    const auto designs =
        answer({"--instances", "1", "--sweep", "column_sharing=1,8,48"})["designs"];
    ASSERT_EQ(designs.size(), 3U);
    const auto number = [&](std::size_t i, const char* name) {
        return designs[i][name].get<double>();
    };
    // 128 columns: 128, 16 and 3 converters (the last with 32 columns), 1, 8 and 48 phases.
    EXPECT_EQ(number(1, "converters"), 16);
    EXPECT_EQ(number(2, "converters"), 3);
    EXPECT_EQ(number(2, "last_converter_columns"), 32);
    EXPECT_EQ(number(2, "phases"), 48);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(number(i, "area_m2"), number(i, "converters") * number(0, "converter_area_m2"),
                    1e-12);
        EXPECT_EQ(number(i, "energy_joule"), number(0, "energy_joule"));
        EXPECT_NEAR(number(i, "read_second"), number(i, "phases") * number(i, "phase_second"),
                    1e-15);
    }
}

TEST(AdcVerb, SweepsEveryCombination) {
    const auto designs = answer({"--instances", "2", "--sweep", "type=sar,flash", "--sweep",
                                 "bits=3..5", "--set", "comparator_offset_sigma=5 mV"})["designs"];
    ASSERT_EQ(designs.size(), 6U);
    EXPECT_EQ(designs[4]["type"], "flash");
    EXPECT_EQ(designs[4]["bits"], 4);
    // One comparator shifts a SAR; each its own threshold bends a flash.
    EXPECT_NEAR(designs[2]["worst_inl_lsb"], 0, 1e-9);
    EXPECT_GT(designs[5]["worst_inl_lsb"], 0.05);
}

TEST(AdcVerb, ReadsTheConverterOfARunFile) {
    const std::string run = source_file("docs/examples/run.toml");
    const auto design = answer({"--instances", "1"}, run)["designs"][0];
    EXPECT_EQ(design["bits"], 5);
    EXPECT_EQ(design["columns_per_converter"], 8);
}

TEST(AdcVerb, StoresCurvesAndDrawsThem) {
    const TemporaryFolder folder;
    const std::string results = (folder.path() / "adc.h5").string();
    const std::string page = (folder.path() / "adc.html").string();
    const Outcome outcome =
        run_ohmgrid({"adc", sar_file, "--set", "sar.capacitor_sigma=2 %", "--instances", "12",
                     "--samples", "256", "--out", results, "--report", page});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("worst_inl_lsb"));
    EXPECT_THAT(outcome.out, HasSubstr("of 12 with |INL| < 1/2 LSB"));
    const Hdf5Reader file(results);
    EXPECT_EQ(file.extents("/design_0/inl_lsb_mean"), std::vector<std::int64_t>{255});
    EXPECT_EQ(file.extents("/design_0/enob_sine"), std::vector<std::int64_t>{12});
    EXPECT_TRUE(file.has("/provenance/parameters/key"));
    const std::string html = read_file(page);
    for (const char* what : {"Integral nonlinearity", "Differential nonlinearity", "Effective bits",
                             "Transfer curve", "<svg"}) {
        EXPECT_THAT(html, HasSubstr(what));
    }
}

TEST(AdcVerb, DoesNotDependOnTheNumberOfThreads) {
    const std::vector<std::string> sigma{"--set", "sar.capacitor_sigma=2 %", "--instances", "9"};
    const auto with = [&](const char* threads) {
        std::vector<std::string> options = sigma;
        options.insert(options.end(), {"--threads", threads});
        return answer(options);
    };
    EXPECT_EQ(with("1"), with("3"));
}

TEST(AdcVerb, WarnsWhereTheSurveyIsExtrapolated) {
    const Outcome outcome = run_ohmgrid(
        {"adc", sar_file, "--set", "adc.bits=4", "--instances", "1", "--samples", "64"});
    EXPECT_THAT(outcome.err, HasSubstr("ENOB 2.50 lies 2.52 bit below"));
    const auto design = answer({"--set", "adc.bits=4", "--instances", "1"})["designs"][0];
    EXPECT_THAT(design["warning"].get<std::string>(), HasSubstr("2.52 bit below"));
}

// The files' noise was set to give this ENOB, so this shows that they do, and validates no model.
// ENOB from B. Murmann's ADC performance survey: (SNDR - 1.76 dB) / 6.02 dB.
TEST(AdcVerb, ShippedMeasuredConvertersHaveTheirMeasuredEnob) {
    for (const auto& [name, enob] :
         {std::pair{"sar_6b_isscc2016", 5.46}, std::pair{"sar_7b_isscc2017", 6.36},
          std::pair{"sar_8b_vlsi2012", 6.90}, std::pair{"sar_8b_kull2013", 6.24},
          std::pair{"sar_10b_isscc2010", 9.01}, std::pair{"flash_4b_isscc2006", 3.66},
          std::pair{"flash_6b_vlsi2012", 5.21}, std::pair{"flash_6b_vlsi2013", 4.84}}) {
        const auto design =
            answer({"--instances", "2"}, source_file("devices/adc/" + std::string(name) + ".toml"));
        EXPECT_NEAR(design["designs"][0]["enob_sine"].get<double>(), enob, 0.12) << name;
    }
}

TEST(AdcVerb, ShippedTextbookConvertersAreGood) {
    for (const char* name :
         {"textbook_sar_4b", "textbook_sar_10b", "textbook_flash_3b", "textbook_flash_6b"}) {
        const auto design = answer({"--instances", "20"},
                                   source_file("devices/adc/" + std::string(name) + ".toml"));
        const double bits = design["designs"][0]["bits"].get<double>();
        const double enob = design["designs"][0]["enob_sine"].get<double>();
        EXPECT_LT(enob, bits) << name;
        EXPECT_GT(enob, bits - 1) << name;
    }
}

TEST(AdcVerb, RunsTheNetworkOfARunFileOnSeveralChips) {
    const std::string run = source_file("docs/examples/run.toml");
    const auto designs =
        answer({"--instances", "1", "--chips", "2", "--set", "data.limit=40", "--set",
                "data.calibration_limit=10", "--sweep", "sar.capacitor_sigma=0 %,20 %"},
               run)["designs"];
    ASSERT_EQ(designs.size(), 2U);
    EXPECT_EQ(designs[0]["images"], 40);
    EXPECT_EQ(designs[0]["accuracy_standard_deviation"], 0) << "nothing differs between chips";
    EXPECT_GT(
        designs[1]["accuracy_standard_deviation"].get<double>() +
            std::abs(designs[1]["accuracy"].get<double>() - designs[0]["accuracy"].get<double>()),
        0);
    EXPECT_GT(designs[0]["image_energy_joule"], 0);
    EXPECT_GT(designs[0]["image_energy_joule"], designs[0]["image_adc_energy_joule"]);
}

/// The message of a call that must fail with exit code 2.
std::string refusal(const std::vector<std::string>& assignments) {
    std::vector<std::string> words{"adc", sar_file, "--instances", "1", "--samples", "64"};
    for (const std::string& assignment : assignments) {
        words.insert(words.end(), {"--set", assignment});
    }
    const Outcome outcome = run_ohmgrid(words);
    EXPECT_EQ(outcome.code, ExitCode::bad_input) << outcome.out;
    return outcome.err;
}

TEST(AdcVerb, RefusesBadInputWithOneClearMessage) {
    EXPECT_THAT(refusal({"adc.bits=15"}), HasSubstr("1 .. 14"));
    EXPECT_THAT(refusal({"adc.bits=0"}), HasSubstr("1 .. 14"));
    EXPECT_THAT(refusal({"adc.type=flash", "adc.bits=11"}), HasSubstr("ADC001"));
    EXPECT_THAT(refusal({"adc.range=fixed", "adc.range_low=2", "adc.range_high=1"}),
                HasSubstr("ADC002"));
    EXPECT_THAT(refusal({"adc.bits=1", "adc.sar.polarity=bipolar"}), HasSubstr("ADC003"));
    EXPECT_THAT(refusal({"adc.sar.split_bits=8"}), HasSubstr("ADC004"));
    EXPECT_THAT(refusal({"adc.sar.redundant_bit=1"}), HasSubstr("ADC005"));
    EXPECT_THAT(refusal({"adc.sar.redundant_bit=3", "adc.sar.polarity=bipolar"}),
                HasSubstr("ADC006"));
    EXPECT_THAT(refusal({"adc.type=ideal"}), HasSubstr("ADC007"));
    EXPECT_THAT(refusal({"adc.bits=1"}), HasSubstr("ADC007"));
    EXPECT_THAT(refusal({"array.column_sharing=129"}), HasSubstr("ARR001"));
    EXPECT_THAT(refusal({"array.column_sharing=0"}), HasSubstr("column_sharing"));
    EXPECT_THAT(refusal({"adc.sar.capacitor_sigma=-1 %"}), HasSubstr("capacitor_sigma"));
    EXPECT_THAT(refusal({"adc.comparator_noise=-1 mV"}), HasSubstr("comparator_noise"));
    EXPECT_THAT(refusal({"adc.flash.resistor_sigma=nan"}), HasSubstr("resistor_sigma"));
    EXPECT_THAT(refusal({"adc.flash.encoder=gray"}), HasSubstr("wired-or"));
    EXPECT_THAT(refusal({"adc.full_scale=1 A"}), HasSubstr("voltage"));
    EXPECT_THAT(refusal({"multiplexer.charge_injection=1 fC"}), HasSubstr("MUX001"));
    EXPECT_THAT(refusal({"multiplexer.phase_time=1 ns", "multiplexer.read_time=1 ns"}),
                HasSubstr("MUX002"));
    EXPECT_THAT(refusal({"adc.capacitor_sigma=1 %"}), HasSubstr("adc.sar.capacitor_sigma"));
}

TEST(AdcVerb, SaysWhatTheLastConverterServes) {
    const Outcome outcome = run_ohmgrid({"adc", sar_file, "--set", "array.column_sharing=48",
                                         "--instances", "1", "--samples", "64"});
    EXPECT_EQ(outcome.code, ExitCode::done);
    EXPECT_THAT(outcome.err, HasSubstr("the last converter serves 32"));
    EXPECT_THAT(outcome.err, Not(HasSubstr("error")));
}

TEST(AdcVerb, FindsMistakesOfASweepBeforeItComputes) {
    const Outcome outcome = run_ohmgrid({"adc", sar_file, "--sweep", "bits=8,20"});
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(run_ohmgrid({"adc", sar_file, "--sweep", "bits=8..2"}).code, ExitCode::bad_input);
}

}  // namespace
}  // namespace ohmgrid
