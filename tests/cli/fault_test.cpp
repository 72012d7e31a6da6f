#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

/// Something that goes wrong around the program, and how it must end. docs/reliability.md holds a
/// row of its table for each, which this test compares.
struct Fault {
    std::string name;
    std::string script;  ///< bash, in an empty folder; $ohmgrid is the program, $run a run file
    std::set<int> exit_codes;
    std::string error_id;  ///< on standard error; empty: none is expected
    std::string outcome;   ///< in words
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

const std::vector<Fault>& faults() {
    // The long run takes seconds; it is interrupted while it computes.
    static const std::string slow =
        "\"$ohmgrid\" run \"$run\" --quiet --set 'array.row_wire=1 ohm' --set "
        "'array.column_wire=1 ohm'";
    static const std::string quick = "\"$ohmgrid\" run \"$run\" --quiet --set data.limit=20";
    static const std::string no_results = "; code=$?; test ! -e results.h5 || code=99; exit $code";
    static const std::vector<Fault> all{
        {"full disk",
         "trap '' XFSZ; ulimit -f 4; " + quick + no_results,
         {5},
         "FIL002",
         "one message; no results file, nothing half-written"},
        {"full disk below standard output",
         "\"$ohmgrid\" cost \"$run\" --format csv > /dev/full",
         {5},
         "FIL002",
         "one message"},
        {"results folder cannot be written to",
         quick + " --out /proc/results.h5",
         {5},
         "",
         "refused before the computation begins"},
        {"interrupted (Ctrl-C)",
         "timeout --preserve-status -s INT 0.5 " + slow + no_results,
         {130},
         "",
         "no results file"},
        {"killed (SIGKILL)",
         "timeout -s KILL 0.5 " + slow + no_results,
         {137},
         "",
         "no results file under its name"},
        {"killed, then run again",
         "(timeout -s KILL 0.5 " + slow + ") 2>/dev/null; " + quick +
             " >/dev/null && test -s results.h5 && test ! -e results.h5.part",
         {0},
         "",
         "complete results, nothing left over"},
        {"no memory left",
         "ulimit -v 150000; " + slow + no_results,
         {3, 2},
         "",
         "one message; no results file"},
        {"reader of the output goes away",
         "\"$ohmgrid\" explain --format csv | head -1 > first; test "
         "-s first",
         {0},
         "",
         "ends quietly"},
        {"endless input", "\"$ohmgrid\" solve /dev/zero", {2, 5}, "", "one message"},
        {"run file is a folder", "\"$ohmgrid\" run .", {5}, "FIL001", "one message"}};
    return all;
}

class Reliability : public ::testing::TestWithParam<Fault> {
  protected:
    ProcessResult run(const std::string& script) const {
        return run_process(
            {.command = {"env", std::string("ohmgrid=") + OHMGRID_PROGRAM,
                         "run=" + source_file("docs/examples/run.toml"), "bash", "-c", script},
             .folder = folder.path(),
             .timeout = std::chrono::seconds(120)});
    }
    const TemporaryFolder folder;
};

std::string code_list(const std::set<int>& codes) {
    std::string text;
    for (const int code : codes) text += (text.empty() ? "" : " or ") + std::to_string(code);
    return text;
}

TEST_P(Reliability, EndsAsDocumented) {
    const Fault& fault = GetParam();
    const ProcessResult result = run(fault.script);
    EXPECT_EQ(fault.exit_codes.count(result.exit_code), 1U)
        << "exit code " << result.exit_code << "\n"
        << result.errors;
    if (!fault.error_id.empty()) {
        EXPECT_THAT(result.errors, HasSubstr("error[" + fault.error_id + "]"));
    }
    EXPECT_THAT(read_file(source_file("docs/reliability.md")),
                HasSubstr("| " + fault.name + " | " + code_list(fault.exit_codes) + " | " +
                          fault.outcome + " |"));
}

INSTANTIATE_TEST_SUITE_P(Faults, Reliability, ::testing::ValuesIn(faults()), [](const auto& fault) {
    std::string name;
    for (const char c : fault.param.name) name += std::isalnum(c) != 0 ? c : '_';
    return name;
});

/// Exit codes that a damaged file may lead to: harmless damage, refused, a number out of range.
const std::set<int> survivable{0, 2, 3, 4, 5};

struct Victim {
    std::string name;
    std::string file;     ///< of the source tree, or "results" for one made by the test
    std::string command;  ///< bash; $file is the damaged file
};

void PrintTo(const Victim& victim, std::ostream* out) { *out << victim.name; }

class DamagedFile : public ::testing::TestWithParam<Victim> {
  protected:
    void SetUp() override {
        if (GetParam().file != "results") {
            whole = read_file(source_file(GetParam().file));
            return;
        }
        const std::string results = (folder.path() / "results.h5").string();
        ASSERT_EQ(
            run_ohmgrid({"cost", source_file("docs/examples/run.toml"), "--out", results}).code,
            ExitCode::done);
        whole = read_file(results);
    }

    /// Exit code of the victim's command on these bytes.
    int code_with(const std::string& bytes, std::string& errors) const {
        const std::filesystem::path file =
            folder.path() /
            ("damaged" + std::filesystem::path(GetParam().file).extension().string() +
             (GetParam().file == "results" ? ".h5" : ""));
        write_file(file, bytes);
        const ProcessResult result = run_process(
            {.command = {"env", std::string("ohmgrid=") + OHMGRID_PROGRAM, "file=" + file.string(),
                         "run=" + source_file("docs/examples/run.toml"), "bash", "-c",
                         "ulimit -v 4000000; " + GetParam().command},
             .folder = folder.path(),
             .timeout = std::chrono::seconds(60)});
        errors = result.errors;
        return result.exit_code;
    }

    const TemporaryFolder folder;
    std::string whole;
};

TEST_P(DamagedFile, IsRefusedWhenTruncated) {
    for (const double share : {0.0, 0.1, 0.5, 0.9, 0.999}) {
        const auto kept = static_cast<std::size_t>(share * static_cast<double>(whole.size()));
        std::string errors;
        const int code = code_with(whole.substr(0, kept), errors);
        EXPECT_EQ(survivable.count(code), 1U) << kept << " bytes: exit code " << code << errors;
    }
}

/// Twenty copies, each with one bit of another value; positions from a fixed linear congruence.
TEST_P(DamagedFile, IsReadOrRefusedWithAFlippedBit) {
    std::uint64_t state = 12345;
    for (int copy = 0; copy < 20; ++copy) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        std::string bytes = whole;
        // most of the first kilobytes are structure, where damage is worst
        const std::size_t range =
            copy % 2 == 0 ? std::min<std::size_t>(2048, bytes.size()) : bytes.size();
        char& byte = bytes[(state >> 20U) % range];
        byte = static_cast<char>(byte ^ (1 << (state >> 60U & 7U)));
        std::string errors;
        const int code = code_with(bytes, errors);
        EXPECT_EQ(survivable.count(code), 1U)
            << "copy " << copy << ": exit code " << code << errors;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Readers, DamagedFile,
    ::testing::Values(
        Victim{"network", "netlists/networks/example_cnn.onnx",
               "\"$ohmgrid\" cost \"$run\" --set network=\"$file\""},
        Victim{"results", "results", "\"$ohmgrid\" report \"$file\" -o page.html"},
        Victim{"run_file", "docs/examples/run.toml", "\"$ohmgrid\" validate \"$file\""},
        Victim{"device_file", "devices/reram/hfox-1t1r.toml", "\"$ohmgrid\" validate \"$file\""},
        Victim{"shape_table", "netlists/networks/vgg8_cifar10.csv",
               "\"$ohmgrid\" cost \"$run\" --set network=\"$file\""},
        Victim{"iv_table", "netlists/cells/sram8t_read.iv.csv",
               "\"$ohmgrid\" solve " + source_file("docs/examples/array_4x3.csv") +
                   " --cell \"$file\""}),
    [](const auto& victim) { return victim.param.name; });

}  // namespace
}  // namespace ohmgrid
