#include "sim/montecarlo/study.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <limits>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/journal.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/unit/montecarlo/analytic_study.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

std::vector<double> evaluate_analytic(const VirtualChip& chip, const RunContext&) {
    return analytic_values(chip);
}

std::string id_of(const Error& error) { return error.messages().front().id; }

class Study : public ::testing::Test {
  protected:
    TrialValues run(const StudyHead& head, Earlier earlier = Earlier::refuse,
                    const ChipFunction& evaluate = evaluate_analytic, RunContext context = {},
                    Shard shard = {}) {
        Ranks alone;
        const Preparation prepare = [&evaluate](const RunContext&) { return evaluate; };
        return run_study(head, prepare, {out, earlier}, shard, alone, context);
    }
    std::filesystem::path journal() const { return out.string() + ".journal"; }

    /// Runs until `trials` chips are finished, then is asked to stop.
    void run_interrupted(const StudyHead& head, int trials, Earlier earlier = Earlier::refuse) {
        std::stop_source stop;
        std::atomic<int> evaluated = 0;
        const ChipFunction stopping = [&](const VirtualChip& chip, const RunContext&) {
            if (++evaluated == trials) stop.request_stop();
            return analytic_values(chip);
        };
        EXPECT_THROW(run(head, earlier, stopping, {.stop = stop.get_token()}), Interrupted);
    }

    TemporaryFolder folder;
    const std::filesystem::path out = folder.path() / "trials.h5";
};

TEST_F(Study, GivesTheSameBitsForAnyNumberOfThreads) {
    StudyHead head = analytic_head(23);
    head.spec.attribution = true;
    const TrialValues one = run(head);
    EXPECT_GT(one.size(), 23U);
    for (const int threads : {2, 3, 7}) {
        remove_journals(out);
        EXPECT_EQ(run(head, Earlier::refuse, evaluate_analytic, {.threads = threads}), one);
    }
}

TEST_F(Study, ReportsWhatTheTrialsSay) {
    StudyHead head = analytic_head(2000);
    head.spec.threshold = "0";
    const StudyReport report = report_of(head, run(head));
    // y = 1 + z1 + z2 / 2 + z1 z2 / 10: mean 1, variance 1.26; y^2: mean 2.26.
    EXPECT_EQ(report.trials, 2000);
    EXPECT_NEAR(report.summaries[0].mean, 1, 5 * std::sqrt(1.26 / 2000));
    EXPECT_NEAR(report.summaries[0].standard_deviation, std::sqrt(1.26), 0.1);
    EXPECT_NEAR(report.summaries[1].mean, 2.26, 5 * report.summaries[1].standard_error);
    EXPECT_GT(report.yield->share, 0.7);
    EXPECT_EQ(report.values[0].size(), 2000U);
}

TEST_F(Study, GoesOnAfterInterruptionsToTheSameBits) {
    StudyHead head = analytic_head(20);
    head.spec.attribution = true;
    const TrialValues straight = run(head);
    remove_journals(out);
    run_interrupted(head, 5);
    EXPECT_EQ(read_trials(journal()).values.size(), 5U);
    run_interrupted(head, 9, Earlier::go_on);
    EXPECT_EQ(read_trials(journal()).values.size(), 14U);
    EXPECT_EQ(run(head, Earlier::go_on), straight);
}

TEST_F(Study, PreparesNothingWhenAllTrialsAreKnown) {
    const StudyHead head = analytic_head(5);
    const TrialValues five = run(head);
    const Preparation refusing = [](const RunContext&) -> ChipFunction {
        throw std::logic_error("prepared");
    };
    Ranks alone;
    EXPECT_EQ(run_study(head, refusing, {out, Earlier::go_on}, {}, alone, {}), five);
}

TEST_F(Study, EvaluatesNoFinishedTrialAgain) {
    const StudyHead head = analytic_head(10);
    run_interrupted(head, 4);
    int evaluated = 0;
    run(head, Earlier::go_on, [&](const VirtualChip& chip, const RunContext&) {
        ++evaluated;
        return analytic_values(chip);
    });
    EXPECT_EQ(evaluated, 6);
}

/// A journal cut off at any byte behind its head: the whole trials are kept, the rest is computed
/// again, and a note says so.
TEST_F(Study, RecoversFromAJournalCutOffAnywhere) {
    const StudyHead head = analytic_head(3);
    const TrialValues straight = run(head);
    const std::string whole = read_file(journal());
    for (std::size_t length = whole.find('\n') + 1; length < whole.size(); ++length) {
        std::ofstream(journal(), std::ios::binary | std::ios::trunc) << whole.substr(0, length);
        std::string notes;
        RunContext context;
        context.note = [&notes](std::string_view note) { notes += note; };
        ASSERT_EQ(run(head, Earlier::go_on, evaluate_analytic, context), straight) << length;
        if (whole[length - 1] != '\n') {
            ASSERT_THAT(notes, HasSubstr("no whole trial")) << length;
        }
    }
}

TEST_F(Study, RefusesToDropTrialsOfAnUnfinishedStudy) {
    run_interrupted(analytic_head(10), 4);
    try {
        run(analytic_head(10));
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(id_of(error), "MCS004");
        EXPECT_THAT(error.what(), HasSubstr("4 finished trials"));
        EXPECT_THAT(error.what(), HasSubstr("--resume"));
    }
}

TEST_F(Study, RefusesTrialsOfAnotherConfigurationAndListsTheDifferences) {
    run_interrupted(analytic_head(10), 4);
    StudyHead other = analytic_head(10);
    other.configuration["device.sigma"] = "6 %";
    other.configuration.erase("montecarlo.seed");
    other.configuration["adc.bits"] = "5";
    try {
        run(other, Earlier::go_on);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(id_of(error), "MCF003");
        EXPECT_THAT(error.what(), HasSubstr("device.sigma: 5 % in the file, 6 % now"));
        EXPECT_THAT(error.what(), HasSubstr("montecarlo.seed: 11 in the file, (absent) now"));
        EXPECT_THAT(error.what(), HasSubstr("adc.bits: (absent) in the file, 5 now"));
    }
}

TEST_F(Study, RefusesTrialsOfAnotherVersion) {
    const StudyHead head = analytic_head(10);
    std::string text = head_text(head);
    const std::string key = "\"results_version\":";
    text.insert(text.find(key) + key.size(), "9");
    (void)Journal::begin(journal(), text);
    try {
        run(head, Earlier::go_on);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(id_of(error), "MCF002");
        EXPECT_THAT(error.what(), HasSubstr("results version 9"));
    }
}

TEST_F(Study, KeepsFinishedTrialsWhenOneFailsAndNamesIt) {
    const ChipFunction failing = [](const VirtualChip& chip, const RunContext&) {
        if (chip.trial.value == 7) {
            throw NumericalError(Message{.place = {}, .id = "XXX", .what = "broke", .remedy = ""});
        }
        return analytic_values(chip);
    };
    try {
        run(analytic_head(10), Earlier::refuse, failing);
        FAIL();
    } catch (const NumericalError& error) {
        EXPECT_THAT(error.what(), HasSubstr("trial 7"));
    }
    EXPECT_GE(read_trials(journal()).values.size(), 7U);
}

TEST_F(Study, RefusesAMeasureThatIsNotFinite) {
    const ChipFunction bad = [](const VirtualChip&, const RunContext&) {
        return std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()};
    };
    try {
        run(analytic_head(4), Earlier::refuse, bad);
        FAIL();
    } catch (const NumericalError& error) {
        EXPECT_EQ(id_of(error), "MCS005");
        EXPECT_THAT(error.what(), HasSubstr("square"));
        EXPECT_THAT(error.what(), HasSubstr("trial 0"));
    }
}

TEST_F(Study, EndsOnceTheIntervalIsNarrowAtTheSameTrialForAnyThreads) {
    StudyHead head = analytic_head(10000);
    head.spec.until = "interval=0.5";
    const StudyReport report = report_of(head, run(head));
    EXPECT_TRUE(report.settled);
    EXPECT_LT(report.trials, 10000);
    EXPECT_EQ(report.trials % head.spec.batch, 0);
    const Interval interval = report.summaries[0].student;
    EXPECT_LE(interval.high - interval.low, 0.5);
    // 95 % intervals of n values with variance 1.26 are 2 * 1.96 * sqrt(1.26 / n) wide.
    EXPECT_NEAR(static_cast<double>(report.trials), 1.26 * std::pow(2 * 1.96 / 0.5, 2), 40);
    for (const int threads : {2, 5}) {
        remove_journals(out);
        EXPECT_EQ(
            report_of(head, run(head, Earlier::refuse, evaluate_analytic, {.threads = threads}))
                .values,
            report.values);
    }
}

TEST_F(Study, SaysWhenTrialsRanOutBeforeTheIntervalWasNarrow) {
    StudyHead head = analytic_head(12);
    head.spec.until = "interval=0.01";
    const StudyReport report = report_of(head, run(head));
    EXPECT_FALSE(report.settled);
    EXPECT_EQ(report.trials, 12);
}

/// Looking again and again lets an interval look narrow by chance; at the sizes used here its
/// coverage must stay near 95 %: 400 studies, 5 sigma below 0.93.
TEST_F(Study, StoppingEarlyHardlyCostsCoverage) {
    int covered = 0;
    constexpr int studies = 400;
    for (std::uint64_t seed = 0; seed < studies; ++seed) {
        StudyHead head = analytic_head(400);
        head.spec.seed = seed;
        head.spec.batch = 16;
        head.spec.until = "interval=0.6";
        TrialValues values;
        for (std::int64_t trial = 0; trial < 400; ++trial) {
            const Point point = study_point(Sampling::independent, trial);
            values[point] = analytic_values(chip_at(point, seed));
        }
        const Interval interval = report_of(head, values).summaries[0].student;
        covered += interval.low <= 1 && 1 <= interval.high ? 1 : 0;
    }
    EXPECT_GT(covered, studies * (0.93 - 5 * std::sqrt(0.93 * 0.07 / studies)));
}

TEST_F(Study, OfShardsIsTheStudyOfOneProcess) {
    StudyHead head = analytic_head(20);
    head.spec.attribution = true;
    const TrialValues whole = run(head);
    remove_journals(out);
    for (const std::int64_t of : {2, 3}) {
        TrialValues merged;
        std::size_t sum = 0;
        for (std::int64_t number = 1; number <= of; ++number) {
            TrialValues part =
                run(head, Earlier::refuse, evaluate_analytic, {}, {.number = number, .of = of});
            remove_journals(out);
            sum += part.size();
            merged.merge(part);
        }
        EXPECT_EQ(merged, whole);
        EXPECT_EQ(sum, whole.size()) << "shards repeat each other's work";
    }
}

TEST_F(Study, NamesTheTrialsThatAreMissing) {
    const StudyHead head = analytic_head(9);
    const TrialValues part =
        run(head, Earlier::refuse, evaluate_analytic, {}, {.number = 1, .of = 3});
    try {
        (void)report_of(head, part);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(id_of(error), "MCS006");
        EXPECT_THAT(error.what(), HasSubstr("6 of 9 chips are missing (trials 1, 2, 4, 5, 7, 8)"));
    }
}

TEST_F(Study, AddsTrialsToAFinishedResultFile) {
    StudyHead head = analytic_head(6);
    const TrialValues six = run(head);
    {
        Hdf5Writer file(out);
        write_trials(file, head, six);
        file.commit();
    }
    remove_journals(out);
    const StoredTrials stored = read_trials(out);
    EXPECT_EQ(stored.values, six);
    EXPECT_EQ(stored.head.configuration, head.configuration);
    head.spec.trials = 10;
    int evaluated = 0;
    const TrialValues ten =
        run(head, Earlier::go_on, [&](const VirtualChip& chip, const RunContext&) {
            ++evaluated;
            return analytic_values(chip);
        });
    EXPECT_EQ(evaluated, 4);
    EXPECT_EQ(ten.size(), 10U);
}

TEST_F(Study, DrawsAntitheticPairs) {
    StudyHead head = analytic_head(6);
    head.spec.sampling = Sampling::antithetic;
    const std::vector<double> found = report_of(head, run(head)).values[0];
    const VirtualChip chip{.seed = 11, .trial = TrialId{1}};
    const double linear = drawn_normal(chip, ErrorSource::programming) +
                          0.5 * drawn_normal(chip, ErrorSource::faults);
    EXPECT_NEAR(found[2] - found[3], 2 * linear, 1e-12);
}

TEST(StudyFiles, ThatAreNoneOfOursAreRefused) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "x.h5";
    {
        Hdf5Writer file(path);
        file.write("/other", Dataset<double>{{1}, {1}}, "", "");
        file.commit();
    }
    EXPECT_THROW((void)read_trials(path), InputError);
    write_file(path, "text");
    EXPECT_THROW((void)read_trials(path), InputError);
    (void)Journal::begin(path, "{}");
    try {
        (void)read_trials(path);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(id_of(error), "MCF001");
    }
}

}  // namespace
}  // namespace ohmgrid
