#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "sim/core/run_context.hpp"
#include "sim/montecarlo/attribution.hpp"
#include "sim/montecarlo/statistics.hpp"
#include "sim/montecarlo/trial_file.hpp"
#include "sim/parallel/ranks.hpp"

namespace ohmgrid {

/// The measures of one chip, in the order of the head's. Called from several threads at once; must
/// depend on the chip alone, not on the context's threads.
using ChipFunction = std::function<std::vector<double>(const VirtualChip&, const RunContext&)>;

/// Computes what all chips have in common and gives the function of one chip. Called at most once,
/// on all threads, when it is known that there is something to evaluate.
using Preparation = std::function<ChipFunction(const RunContext&)>;

/// One of several processes that know nothing of each other and share a study: `--shard 2/4`.
struct Shard {
    std::int64_t number = 1;
    std::int64_t of = 1;
};

/// What to do with trials that an earlier run has left behind.
enum class Earlier { refuse, go_on };

/// Where a study keeps its trials: in `out` once it is finished, until then in the journal
/// `out.journal` (of other ranks `out.journal.rank-N`).
struct StudyFiles {
    std::filesystem::path out;
    Earlier earlier = Earlier::refuse;
};

/// Draws and evaluates the chips of a study (those of `shard`) and returns all values known.
///
/// Every value is a function of its point alone, and whether the study goes on is decided at fixed
/// numbers of trials. The result is therefore the same for any number of threads, ranks and shards,
/// and after any number of interruptions. Each evaluated point is in the journal before the next
/// one begins. Trials run side by side, one per thread; those left over when their number does not
/// divide by the threads run one after the other, each on all threads.
///
/// @throws InputError MCS004 if there are trials of an earlier run and `earlier` is refuse,
/// MCF003 if they are of another configuration; NumericalError MCS005 if a measure is not finite;
/// whatever the chip function throws, with the trial named. Finished trials stay in the journals.
TrialValues run_study(const StudyHead& head, const Preparation& prepare, const StudyFiles& files,
                      Shard shard, Ranks& ranks, const RunContext& context);

/// Removes what `run_study` has left beside the finished file.
void remove_journals(const std::filesystem::path& out);

/// What the trials say.
struct StudyReport {
    std::int64_t trials = 0;
    std::optional<double> asked_width = {};  ///< of the interval, if the study had `until`
    bool settled = true;                  ///< false: `trials` ran out before the width was reached
    std::vector<Summary> summaries = {};  ///< by measure
    std::optional<Yield> yield = {};      ///< of the first measure
    std::vector<ConvergencePoint> curve = {};  ///< of the first measure
    std::vector<SourceEffect> effects = {};    ///< on the first measure; empty without attribution
    std::vector<std::vector<double>> values = {};  ///< by measure and trial
};

/// @throws InputError MCS006 if trials are missing, saying which
StudyReport report_of(const StudyHead& head, const TrialValues& values);

}  // namespace ohmgrid
