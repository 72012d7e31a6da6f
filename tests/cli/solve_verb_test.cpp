#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "sim/circuit/ngspice.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Write = std::function<void(Hdf5Writer&)>;

/// An array of 4 x 3 cells, one of them open, with wires and ends, two input vectors, and
/// capacitances; `more` adds to the file.
class SolvedArray : public ::testing::Test {
  protected:
    std::string array(const Write& more = [](Hdf5Writer&) {}) const {
        const std::string path = (folder_.path() / "array.h5").string();
        Hdf5Writer file(path);
        file.write<double>(
            "/conductance_siemens",
            {{4, 3}, {9e-5, 2e-5, 3e-5, 1e-5, 5e-5, 6e-5, 7e-5, 0, 4e-5, 8e-5, 9e-5, 3e-5}},
            "siemens", "g");
        file.write<double>("/input_volt", {{2, 4}, {0.2, 0.1, 0.3, 0.25, 0.15, 0.2, 0.3, 0.3}},
                           "volt", "v");
        for (const auto& [name, value] : {std::pair{"row_wire_ohm", 5.0},
                                          {"column_wire_ohm", 8.0},
                                          {"driver_ohm", 120.0},
                                          {"sense_ohm", 60.0},
                                          {"row_wire_farad", 3e-16},
                                          {"column_wire_farad", 2e-16}}) {
            file.attribute("/", name, value);
        }
        more(file);
        file.commit();
        return path;
    }
    std::string result() const { return (folder_.path() / "out.h5").string(); }
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

    /// The column currents that `ohmgrid solve` writes.
    std::vector<double> currents(const std::string& file, std::vector<std::string> options) const {
        options.insert(options.begin(), {"solve", file, "--out", result()});
        const Outcome outcome = run_ohmgrid(std::move(options));
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        return Hdf5Reader(result()).read<double>("/column_current_ampere").values;
    }

    TemporaryFolder folder_;
};

void expect_near(const std::vector<double>& a, const std::vector<double>& b, double share) {
    ASSERT_EQ(a.size(), b.size());
    double largest = 0;
    for (const double x : b) largest = std::max(largest, std::abs(x));
    for (std::size_t k = 0; k < a.size(); ++k) EXPECT_NEAR(a[k], b[k], share * largest);
}

struct LawOption {
    const char* name;
    std::vector<std::string> options;
};

/// Every law that the program knows.
std::vector<LawOption> all_laws() {
    const std::string table = source_file("netlists/cells/sram8t_read.iv.csv");
    return {
        {"linear", {}},
        {"sinh", {"--set", "device.law.kind=sinh", "--set", "device.law.sinh_b_per_volt=4"}},
        {"cubic",
         {"--set", "device.law.kind=cubic", "--set", "device.law.cubic_k2_per_volt=0.3", "--set",
          "device.law.cubic_k3_per_volt2=0.8"}},
        {"table", {"--cell", table}},
        {"square-law 1T1R", {"--set", "device.law.kind=1t1r"}},
        {"alpha-power 1T1R",
         {"--set", "device.law.kind=1t1r", "--set", "device.law.transistor.alpha=1.4", "--set",
          "device.law.transistor.gate=1.0 V"}},
    };
}

TEST_F(SolvedArray, FastAndReferenceAgreeUnderEveryLawAndForEveryKindOfEnd) {
    const std::string file = array();
    for (const LawOption& law : all_laws()) {
        for (const char* ends : {"left", "right", "both"}) {
            SCOPED_TRACE(law.name);
            SCOPED_TRACE(ends);
            std::vector<std::string> options = law.options;
            options.insert(options.end(), {"--set", std::string("array.drive=") + ends, "--set",
                                           "array.sense_end=both"});
            const std::vector<double> fast = currents(file, options);
            options.insert(options.end(), {"--backend", "reference"});
            expect_near(fast, currents(file, options), 1e-11);
        }
    }
}

/// ngspice rounds numbers in behavioural sources to 11 digits, hence 1e-9.
TEST_F(SolvedArray, AgreesWithNgspiceUnderEveryLawAndWithFloatingColumns) {
    if (!ngspice_version()) GTEST_SKIP() << "skipped: ngspice absent (apt install ngspice)";
    const std::string file = array();
    for (const LawOption& law : all_laws()) {
        SCOPED_TRACE(law.name);
        std::vector<std::string> words{"solve",     file,
                                       "--backend", "ngspice",
                                       "--format",  "json",
                                       "--set",     "array.unselected=floating",
                                       "--set",     "array.column_sharing=2"};
        words.insert(words.end(), law.options.begin(), law.options.end());
        const Outcome outcome = run_ohmgrid(words);
        ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
        std::vector<double> ours;
        std::vector<double> spice;
        for (const auto& row : nlohmann::json::parse(outcome.out)) {
            ours.push_back(row["current_ampere"]);
            spice.push_back(row["ngspice_ampere"]);
        }
        ASSERT_EQ(ours.size(), 6U);
        expect_near(ours, spice, 1e-9);
    }
}

TEST_F(SolvedArray, ReadsTheSameFromAttributesAsFromOptions) {
    const std::vector<double> by_option =
        currents(array(), {"--set", "device.law.kind=cubic", "--set",
                           "device.law.cubic_k3_per_volt2=0.5", "--set", "array.drive=right"});
    const std::vector<double> by_attribute =
        currents(array([](Hdf5Writer& file) {
                     file.attribute("/", "cell_law", std::string("cubic"));
                     file.attribute("/", "cubic_k3_per_volt2", 0.5);
                     file.attribute("/", "drive", std::string("right"));
                 }),
                 {});
    EXPECT_EQ(by_option, by_attribute);
}

/// Three columns, two of them on the first converter: column 1 is read while 0 and 2 float.
TEST_F(SolvedArray, ReadsEveryColumnInItsOwnPhase) {
    const std::vector<double> all = currents(
        array(), {"--set", "array.unselected=floating", "--set", "array.column_sharing=2"});
    const auto with_floating = [](std::vector<double> mask) {
        return [mask](Hdf5Writer& file) {
            file.write<double>("/floating_columns", {{3}, mask}, "", "not clamped");
        };
    };
    const std::vector<double> first = currents(array(with_floating({0, 1, 0})), {});
    const std::vector<double> second = currents(array(with_floating({1, 0, 1})), {});
    EXPECT_EQ(all,
              (std::vector<double>{first[0], second[1], first[2], first[3], second[4], first[5]}));
    const std::vector<double> chosen =
        currents(array(), {"--set", "array.unselected=floating", "--set", "array.column_sharing=2",
                           "--phase", "1", "--vector", "1"});
    EXPECT_EQ(chosen, (std::vector<double>{0, second[4], 0}));
    EXPECT_THAT(run_ohmgrid({"solve", array(), "--power", "--set", "array.unselected=floating",
                             "--set", "array.column_sharing=2"})
                    .err,
                AllOf(HasSubstr("CIR026"), HasSubstr("--phase 0")));
}

TEST_F(SolvedArray, DissipatesThePowerItDelivers) {
    for (const LawOption& law : all_laws()) {
        SCOPED_TRACE(law.name);
        std::vector<std::string> words{"solve", array(), "--power", "--format",
                                       "json",  "--out", result()};
        words.insert(words.end(), law.options.begin(), law.options.end());
        const Outcome outcome = run_ohmgrid(words);
        ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
        const auto rows = nlohmann::json::parse(outcome.out);
        ASSERT_EQ(rows.size(), 2U);
        const Hdf5Reader file(result());
        for (std::size_t v = 0; v < 2; ++v) {
            double dissipated = 0;
            for (const char* part : {"cells", "wires", "drivers", "sense"}) {
                const double watt =
                    file.read<double>(std::string("/power_watt/") + part).values.at(v);
                EXPECT_GT(watt, 0) << part;
                EXPECT_EQ(watt, rows[v][std::string(part) + "_watt"]);
                dissipated += watt;
            }
            const double delivered = file.read<double>("/power_watt/delivered").values.at(v);
            EXPECT_NEAR(dissipated, delivered, 1e-10 * delivered);
        }
    }
    EXPECT_THAT(run_ohmgrid({"solve", array(), "--power"}).out, HasSubstr("power delivered"));
}

/// One row, one cell: the driver's 1 kohm charges 1 pF beside the cell's 0.1 mS: a single pole of
/// 1 pF / 1.1 mS, which needs tau ln(2 * 256) to come within half of 1 / 256 of its end.
TEST_F(SolvedArray, TellsWhenASinglePoleHasSettled) {
    const std::string file = path("one.csv");
    write_file(file, "1e-4\n");
    const Outcome outcome = run_ohmgrid(
        {"solve", file, "--settling", "--adc-bits", "8", "--set", "array.driver=1 kohm", "--set",
         "array.row_wire_capacitance=1 pF", "--out", result(), "--format", "json"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const double tau = 1e-12 / 1.1e-3;
    const Hdf5Reader stored(result());
    EXPECT_NEAR(stored.read<double>("/time_constant_second").values.at(0), tau, 1e-8 * tau);
    EXPECT_NEAR(stored.read<double>("/settling_second").values.at(0), tau * std::log(512),
                2e-3 * tau);
    EXPECT_EQ(nlohmann::json::parse(outcome.out)[0]["settling_second"],
              stored.read<double>("/settling_second").values.at(0));
}

TEST_F(SolvedArray, FollowsAPulseInTimeAndDrawsIt) {
    const std::string page = path("page.html");
    const Outcome outcome =
        run_ohmgrid({"solve", array(), "--transient", "--pulse", "2 ps", "--rise", "1 ps", "--stop",
                     "8 ps", "--points", "81", "--out", result(), "--report", page, "--plot",
                     path("plot.svg"), "--format", "csv"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("second,column_0_ampere,column_1_ampere"));
    const Hdf5Reader file(result());
    const auto second = file.read<double>("/transient/second").values;
    const auto current = file.read<double>("/transient/column_current_ampere");
    ASSERT_THAT(current.extents, ElementsAre(81, 3));
    EXPECT_DOUBLE_EQ(second[80], 8e-12);
    EXPECT_EQ(current.values[0], 0);
    EXPECT_GT(current.values[3 * 30], 0.5 * currents(array(), {})[0]);
    EXPECT_LT(std::abs(current.values[3 * 80]), 0.01 * current.values[3 * 30]);
    EXPECT_THAT(read_file(page), HasSubstr("Column currents over time"));
    EXPECT_THAT(read_file(path("plot.svg")), HasSubstr("xmlns=\"http://www.w3.org/2000/svg\""));
}

TEST_F(SolvedArray, AgreesWithNgspiceInTime) {
    if (!ngspice_version()) GTEST_SKIP() << "skipped: ngspice absent (apt install ngspice)";
    const Outcome outcome =
        run_ohmgrid({"solve", array(), "--transient", "--rise", "1 ps", "--backend", "ngspice",
                     "--set", "device.law.kind=1t1r", "--out", result()});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const Hdf5Reader file(result());
    expect_near(file.read<double>("/transient/column_current_ampere").values,
                file.read<double>("/transient/ngspice_column_current_ampere").values, 2e-4);
}

/// Ideal wires: a column's current is the sum of its cells', here of 1T1R cells that saturate.
TEST_F(SolvedArray, SweepsAllRowsTogether) {
    const std::string file = path("two.csv");
    write_file(file, "1e-4, 1e-6\n1e-4, 1e-6\n");
    const Outcome outcome = run_ohmgrid(
        {"solve", file, "--sweep", "1 V", "--points", "5", "--set", "device.law.kind=1t1r", "--set",
         "device.law.transistor.gate=0.5 V", "--out", result(), "--plot", path("sweep.svg")});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const Hdf5Reader stored(result());
    const auto input = stored.read<double>("/input_volt");
    EXPECT_EQ(input.values, (std::vector<double>{-1, -1, -0.5, -0.5, 0, 0, 0.5, 0.5, 1, 1}));
    const auto current = stored.read<double>("/column_current_ampere").values;
    EXPECT_EQ(current[4], 0);
    // Overdrive 0.1 V: each transistor saturates at 400 uA/V^2 (0.1 V)^2 = 4 uA.
    EXPECT_NEAR(current[8], 8e-6, 1e-12);
    EXPECT_THAT(read_file(path("sweep.svg")), HasSubstr("Column currents over the voltage"));
}

TEST_F(SolvedArray, DrawsTheEffectiveConductanceBesideTheCells) {
    const Outcome outcome = run_ohmgrid(
        {"solve", array(), "--effective", "--out", result(), "--plot", path("share.svg")});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    EXPECT_THAT(read_file(path("share.svg")), HasSubstr("relative to its own"));
    EXPECT_TRUE(Hdf5Reader(result()).has("/conductance_siemens"));
}

TEST_F(SolvedArray, SaysWhichOptionsExcludeEachOther) {
    EXPECT_THAT(run_ohmgrid({"solve", array(), "--settling", "--transient"}).err,
                HasSubstr("CLI010"));
    EXPECT_THAT(
        run_ohmgrid({"solve", source_file("docs/examples/array_4x3.csv"), "--transient"}).err,
        AllOf(HasSubstr("CIR027"), HasSubstr("array.column_wire_capacitance")));
    EXPECT_THAT(run_ohmgrid({"solve", array(), "--effective", "--set", "device.law.kind=sinh"}).err,
                HasSubstr("CIR023"));
}

TEST_F(SolvedArray, WritesDecksOfEveryLawAtRestAndInTime) {
    for (const LawOption& law : all_laws()) {
        SCOPED_TRACE(law.name);
        std::vector<std::string> words{"netlist", array(), "--vector", "1"};
        words.insert(words.end(), law.options.begin(), law.options.end());
        const Outcome steady = run_ohmgrid(words);
        ASSERT_EQ(steady.code, ExitCode::done) << steady.err;
        EXPECT_THAT(steady.out, HasSubstr("\n.op\n"));
        words.insert(words.end(), {"--transient", "--pulse", "1 ps", "--stop", "5 ps"});
        const Outcome in_time = run_ohmgrid(words);
        ASSERT_EQ(in_time.code, ExitCode::done) << in_time.err;
        EXPECT_THAT(in_time.out, HasSubstr("\n.tran "));
        if (!ngspice_version()) continue;
        EXPECT_NO_THROW(run_ngspice(steady.out));
        EXPECT_NO_THROW(run_ngspice(in_time.out));
    }
}

}  // namespace
}  // namespace ohmgrid
