#include "sim/montecarlo/study.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/io/journal.hpp"
#include "sim/montecarlo/plan.hpp"
#include "sim/parallel/parallel_for.hpp"

namespace ohmgrid {
namespace {

constexpr std::string_view journal_suffix = ".journal";

std::filesystem::path journal_of(const std::filesystem::path& out, int rank) {
    std::filesystem::path path = out;
    path += journal_suffix;
    if (rank > 0) path += fmt::format(".rank-{}", rank);
    return path;
}

/// The journals of all ranks of earlier runs, by name.
std::set<std::filesystem::path> journals_beside(const std::filesystem::path& out) {
    std::set<std::filesystem::path> found;
    const std::filesystem::path folder = std::filesystem::absolute(out).parent_path();
    const std::string start = out.filename().string() + std::string(journal_suffix);
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        const std::string name = entry.path().filename().string();
        if (name == start || name.starts_with(start + ".rank-")) {
            if (!name.ends_with(".part")) found.insert(entry.path());
        }
    }
    return found;
}

/// Everything earlier runs of the same study have left.
TrialValues earlier_trials(const StudyHead& head, const StudyFiles& files,
                           const RunContext& context) {
    std::set<std::filesystem::path> paths = journals_beside(files.out);
    if (files.earlier == Earlier::go_on && std::filesystem::exists(files.out)) {
        paths.insert(files.out);
    }
    TrialValues all;
    for (const std::filesystem::path& path : paths) {
        StoredTrials stored = read_trials(path);
        if (files.earlier == Earlier::refuse && !stored.values.empty()) {
            throw InputError(Message{
                .place = path.string(),
                .id = "MCS004",
                .what = fmt::format("holds {} finished trials of a study that was not completed",
                                    stored.values.size()),
                .remedy = "Go on with --resume, or remove the file to begin again"});
        }
        if (files.earlier == Earlier::refuse) continue;
        refuse_other_configuration(stored.head, head, path.string());
        if (stored.damaged_bytes > 0) {
            context.say(fmt::format("{}: {} bytes at its end are no whole trial and are dropped",
                                    path.string(), stored.damaged_bytes));
        }
        all.merge(stored.values);
    }
    return all;
}

/// The values of one study as far as this process knows them, and the journal they go to.
class Trials {
  public:
    Trials(const StudyHead& head, const Preparation& prepare, Ranks& ranks,
           const RunContext& context)
        : head_(head), prepare_(prepare), ranks_(ranks), context_(context) {}

    void begin(const StudyFiles& files) {
        std::string known;
        if (ranks_.rank() == 0) {
            for (const auto& [point, values] : earlier_trials(head_, files, context_)) {
                known += trial_text(point, values) + '\n';
            }
        }
        learn(ranks_.exchange(known, context_.stop));
        const std::filesystem::path path = journal_of(files.out, ranks_.rank());
        const bool exists = std::filesystem::exists(path);
        journal_.emplace(files.earlier == Earlier::go_on && exists
                             ? Journal::go_on(path)
                             : Journal::begin(path, head_text(head_)));
        if (!values_.empty() && ranks_.rank() == 0) {
            context_.say(fmt::format("going on from {} finished trials", values_.size()));
        }
    }

    /// Evaluates what is not known yet; the ranks share it.
    void evaluate(const std::vector<Point>& points) {
        std::vector<Point> mine;
        std::size_t missing = 0;
        for (const Point& point : points) {
            if (values_.contains(point)) continue;
            if (missing++ % static_cast<std::size_t>(ranks_.count()) ==
                static_cast<std::size_t>(ranks_.rank())) {
                mine.push_back(point);
            }
        }
        done_ = 0;
        fresh_.clear();
        std::exception_ptr failure;
        try {
            evaluate_mine(mine);
        } catch (const Interrupted&) {
            throw;
        } catch (...) {
            failure = std::current_exception();
        }
        journal_->sync();
        agree(failure);
    }

    [[nodiscard]] const TrialValues& values() const { return values_; }

  private:
    void evaluate_mine(const std::vector<Point>& mine) {
        if (!mine.empty() && !evaluate_) evaluate_ = prepare_(context_);
        const auto threads = static_cast<std::size_t>(context_.threads);
        const std::size_t side_by_side = mine.size() / threads * threads;
        RunContext inside{.threads = 1, .seed = context_.seed, .stop = context_.stop};
        RunContext outside = inside;
        outside.threads = context_.threads;
        parallel_for(outside, static_cast<std::int64_t>(side_by_side), [&](std::int64_t i) {
            evaluate_one(mine[static_cast<std::size_t>(i)], inside, mine.size());
        });
        for (std::size_t i = side_by_side; i < mine.size(); ++i) {
            evaluate_one(mine[i], outside, mine.size());
        }
    }

    void evaluate_one(const Point& point, const RunContext& context, std::size_t total) {
        if (failed_) return;
        std::vector<double> found;
        try {
            found = evaluate_(chip_at(point, head_.spec.seed), context);
            refuse_not_finite(found);
        } catch (Interrupted&) {
            throw;
        } catch (Error& error) {
            failed_ = true;
            error.add_context(fmt::format("trial {}", point.trial));
            throw;
        }
        const std::lock_guard lock(mutex_);
        const std::string text = trial_text(point, found);
        journal_->append(text);
        fresh_ += text + '\n';
        values_[point] = std::move(found);
        ++done_;
        if (ranks_.rank() == 0) {
            context_.report({"trials", "chips", done_, static_cast<std::int64_t>(total)});
        }
    }

    void refuse_not_finite(const std::vector<double>& found) const {
        for (std::size_t m = 0; m < found.size(); ++m) {
            if (std::isfinite(found[m])) continue;
            throw NumericalError(
                Message{.place = {},
                        .id = "MCS005",
                        .what = fmt::format("{} is not a finite number", head_.measures[m].name),
                        .remedy = "Leave it out of montecarlo.measure, or mend the configuration"});
        }
    }

    /// After every share of the work: all ranks learn what the others found, or why one failed.
    void agree(const std::exception_ptr& failure) {
        if (ranks_.count() == 1) {
            if (failure) std::rethrow_exception(failure);
            return;
        }
        constexpr char failed = '!';
        const std::string mine = failure ? failed + text_of(failure) : fresh_;
        const std::vector<std::string> all = ranks_.exchange(mine, context_.stop);
        for (std::size_t rank = 0; rank < all.size(); ++rank) {
            if (!all[rank].starts_with(failed)) continue;
            if (failure) std::rethrow_exception(failure);
            throw NumericalError(Message{
                .place = fmt::format("rank {}", rank),
                .id = "MCS007",
                .what = fmt::format("failed: {}", all[rank].substr(1)),
                .remedy = "Finished trials are kept; go on with --resume once it is mended"});
        }
        learn(all);
    }

    static std::string text_of(const std::exception_ptr& failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            return error.what();
        } catch (...) {
            return "unknown failure";
        }
    }

    void learn(const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
            std::vector<std::string> entries;
            std::istringstream lines(text);
            for (std::string line; std::getline(lines, line);) entries.push_back(line);
            add_trials(entries, "another rank", values_);
        }
    }

    const StudyHead& head_;
    const Preparation& prepare_;
    ChipFunction evaluate_;
    Ranks& ranks_;
    const RunContext& context_;
    std::optional<Journal> journal_;
    std::mutex mutex_;
    TrialValues values_;
    std::string fresh_;  ///< journal entries of this process that the others do not know
    std::int64_t done_ = 0;
    std::atomic<bool> failed_ = false;  ///< no further trial is begun
};

}  // namespace

TrialValues run_study(const StudyHead& head, const Preparation& prepare, const StudyFiles& files,
                      Shard shard, Ranks& ranks, const RunContext& context) {
    Trials trials(head, prepare, ranks, context);
    trials.begin(files);
    for (std::int64_t begun = 0; begun < head.spec.trials;) {
        const std::int64_t end = next_look(head, begun);
        trials.evaluate(part_of_shard(study_points(head, begun, end), shard));
        begun = end;
        if (shard.of == 1 && is_settled(head, trials.values(), end)) break;
    }
    if (head.spec.attribution) {
        const std::int64_t chips =
            shard.of == 1 ? trials_needed(head, trials.values()) : head.spec.trials;
        trials.evaluate(part_of_shard(points_of_attribution(head, chips), shard));
    }
    return trials.values();
}

void remove_journals(const std::filesystem::path& out) {
    std::error_code ignored;
    for (const std::filesystem::path& path : journals_beside(out)) {
        std::filesystem::remove(path, ignored);
    }
}

}  // namespace ohmgrid
