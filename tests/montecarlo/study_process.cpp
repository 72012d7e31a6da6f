// A process that runs an analytic study, to be killed, interrupted, started by mpirun or in shards.
//
//   study_process OUT [--resume] [--threads N] [--shard K/N] [--kill-at TRIAL] [--fail-at TRIAL]
//
// Prints every value with all its bits. --kill-at: the process that evaluates the trial dies as by
// kill -9; --fail-at: the evaluation throws.

#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>

#include "sim/app/interrupt.hpp"
#include "sim/core/error.hpp"
#include "sim/montecarlo/study.hpp"
#include "tests/unit/montecarlo/analytic_study.hpp"

namespace {

using namespace ohmgrid;

struct Options {
    StudyFiles files;
    Shard shard;
    int threads = 1;
    std::optional<std::int64_t> kill_at, fail_at;
};

Options options_of(int argc, char** argv) {
    Options options;
    options.files.out = argv[1];
    for (int i = 2; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--resume") {
            options.files.earlier = Earlier::go_on;
            continue;
        }
        const std::string value = argv[++i];
        if (word == "--threads") options.threads = std::stoi(value);
        if (word == "--shard") {
            options.shard = {std::stoi(value), std::stoi(value.substr(value.find('/') + 1))};
        }
        if (word == "--kill-at") options.kill_at = std::stoi(value);
        if (word == "--fail-at") options.fail_at = std::stoi(value);
    }
    return options;
}

void print(const TrialValues& values) {
    for (const auto& [point, found] : values) {
        std::printf("%u %d %u %u %a %a\n", point.trial, static_cast<int>(point.side),
                    point.exchanged.bits(), point.sources.bits(), found[0], found[1]);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const InterruptWatch interrupt;
    const Options options = options_of(argc, argv);
    StudyHead head = analytic_head(24);
    head.spec.attribution = true;
    const ChipFunction evaluate = [&options](const VirtualChip& chip, const RunContext&) {
        if (chip.trial.value == options.kill_at) (void)raise(SIGKILL);
        if (chip.trial.value == options.fail_at) {
            throw NumericalError(Message{.id = "TST001", .what = "asked to fail"});
        }
        return analytic_values(chip);
    };
    const Preparation prepare = [&evaluate](const RunContext&) { return evaluate; };
    try {
        Ranks ranks;
        try {
            RunContext context{.threads = options.threads, .stop = interrupt.token()};
            context.note = [](std::string_view line) { std::cerr << line << '\n'; };
            const TrialValues values =
                run_study(head, prepare, options.files, options.shard, ranks, context);
            if (ranks.rank() == 0) print(values);
            return 0;
        } catch (const Interrupted&) {
            std::cerr << "rank " << ranks.rank() << " was asked to stop\n";
            return 130;
        }
    } catch (const Error& error) {
        std::cerr << error.what() << '\n';
        return 3;
    }
}
