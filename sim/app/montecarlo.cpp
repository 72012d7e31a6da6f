#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/app/on_ranks.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/report_page.hpp"
#include "sim/app/study_results.hpp"
#include "sim/app/study_subject.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

/// The options that stand for tunables of section [montecarlo].
std::vector<std::string> assignments_of(const Arguments& arguments, const RunContext& context) {
    std::vector<std::string> all = arguments.texts("set");
    if (arguments.has("trials")) {
        all.push_back(fmt::format("montecarlo.trials={}", arguments.text("trials")));
    }
    for (const char* name : {"measure", "threshold", "until"}) {
        if (arguments.has(name)) {
            all.push_back(fmt::format("montecarlo.{}=\"{}\"", name, arguments.text(name)));
        }
    }
    if (arguments.has("attribution")) all.emplace_back("montecarlo.attribution=true");
    if (arguments.has("seed")) all.push_back(fmt::format("montecarlo.seed={}", context.seed));
    return all;
}

/// "2/4". @throws InputError MCS009
Shard shard_of(const Arguments& arguments) {
    Shard shard;
    if (!arguments.has("shard")) return shard;
    const std::string text = arguments.text("shard");
    const std::size_t slash = text.find('/');
    const auto whole = [](const std::string& digits) -> std::int64_t {
        constexpr std::size_t most_digits = 6;
        const bool good = !digits.empty() && digits.size() <= most_digits &&
                          digits.find_first_not_of("0123456789") == std::string::npos;
        return good ? std::stoll(digits) : 0;
    };
    if (slash != std::string::npos) {
        shard = {.number = whole(text.substr(0, slash)), .of = whole(text.substr(slash + 1))};
    }
    if (slash == std::string::npos || shard.number < 1 || shard.number > shard.of) {
        throw InputError(Message{.place = "--shard",
                                 .id = "MCS009",
                                 .what = fmt::format("'{}' is no part of a whole", text),
                                 .remedy = "Write K/N with K from 1 to N, such as 2/4"});
    }
    return shard;
}

/// "trials.h5" -> "trials.2-of-4.h5", so that shards do not get in each other's way.
std::filesystem::path out_of(const Arguments& arguments, Shard shard) {
    const std::filesystem::path out = arguments.text("out");
    if (shard.of == 1) return out;
    std::filesystem::path own = out;
    own.replace_extension(
        fmt::format("{}-of-{}{}", shard.number, shard.of, out.extension().string()));
    return own;
}

void refuse_until_in_shards(const StudySpec& spec, Shard shard) {
    if (shard.of == 1 || spec.until.empty()) return;
    throw InputError(Message{.place = "--shard",
                             .id = "MCS010",
                             .what = "a shard cannot tell when the whole study may end",
                             .remedy = "Leave out montecarlo.until, or use mpirun"});
}

void print_study(const StudyHead& head, const StudyReport& report, Format format,
                 Console& console) {
    switch (format) {
        case Format::table:
            console.out << study_text(head, report);
            break;
        case Format::csv:
            console.out << to_csv(summary_table(head, report));
            break;
        case Format::json:
            console.out << study_json(head, report).dump(2) << '\n';
            break;
    }
}

/// The finished study: result file, page, answer.
void conclude(const Arguments& arguments, const StudyHead& head, const TrialValues& values,
              const Provenance& record, Console& console) {
    const StudyReport report = report_of(head, values);
    Hdf5Writer file(arguments.text("out"));
    write_trials(file, head, values);
    write_study(file, head, report);
    write_provenance(file, "ohmgrid.montecarlo", record);
    file.commit();
    if (arguments.has("report")) {
        write_file(arguments.text("report"), report_page(arguments.text("out")).text());
    }
    print_study(head, report, format_of(arguments), console);
}

Provenance record_of(const StudySubject& subject, const RunContext& context,
                     const Console& console) {
    return {.command_line = command_line_of(console),
            .seed = subject.head.spec.seed,
            .threads = context.threads,
            .started_at = utc_now(),
            .parameters = subject.parameters,
            .sha256_of = subject.sha256_of};
}

void conclude_shard(const std::filesystem::path& out, const StudyHead& head,
                    const TrialValues& values, const Provenance& record) {
    Hdf5Writer file(out);
    write_trials(file, head, values);
    write_provenance(file, "ohmgrid.montecarlo.shard", record);
    file.commit();
}

void run_subject(const Arguments& arguments, const StudySubject& subject, Ranks& ranks,
                 const RunContext& context, Console& console) {
    const Shard shard = shard_of(arguments);
    refuse_until_in_shards(subject.head.spec, shard);
    const std::filesystem::path out = out_of(arguments, shard);
    const Provenance record = record_of(subject, context, console);
    const auto began = std::chrono::steady_clock::now();
    const TrialValues values = run_study(
        subject.head, subject.prepare,
        {out, arguments.has("resume") ? Earlier::go_on : Earlier::refuse}, shard, ranks, context);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    if (ranks.rank() == 0) {
        if (shard.of > 1) {
            conclude_shard(out, subject.head, values, record);
        } else {
            conclude(arguments, subject.head, values, record, console);
        }
        remove_journals(out);
        context.say(fmt::format(
            "wrote      {} ({}; {} chips, seed {}, {:.1f} s{})", out.string(), subject.about,
            values.size(), subject.head.spec.seed, seconds.count(),
            ranks.count() > 1 ? fmt::format(" by {} ranks", ranks.count()) : std::string()));
    }
}

ExitCode run_ranks(const Arguments& arguments, Console& console) {
    std::optional<StudySubject> subject;
    return run_on_ranks(
        {.prepare =
             [&](Ranks&, const RunContext& context) {
                 subject =
                     study_subject(arguments.files().front(), assignments_of(arguments, context));
             },
         .work = [&](Ranks& ranks, const RunContext& context,
                     Console& own) { run_subject(arguments, *subject, ranks, context, own); },
         .when_stopped = "finished trials are kept; go on with --resume"},
        arguments, console);
}

/// The study of several files of shards.
ExitCode merge(const Arguments& arguments, Console& console) {
    const std::vector<std::string> files(arguments.files().begin() + 1, arguments.files().end());
    if (files.empty()) {
        throw InputError(Message{.place = "ohmgrid montecarlo merge",
                                 .id = "CLI006",
                                 .what = "names no files to be merged",
                                 .remedy = "Name the files of all shards"});
    }
    Provenance record{.command_line = command_line_of(console), .started_at = utc_now()};
    std::optional<StudyHead> head;
    TrialValues values;
    for (const std::string& name : files) {
        StoredTrials stored = read_trials(name);
        if (!head) head = stored.head;
        refuse_other_configuration(stored.head, *head, name);
        if (stored.damaged_bytes > 0 && !arguments.has("quiet")) {
            console.err << fmt::format(
                "{}: {} bytes at its end are no whole trial and are dropped\n", name,
                stored.damaged_bytes);
        }
        values.merge(stored.values);
        record.sha256_of[name] = sha256(read_file(name));
    }
    record.seed = head->spec.seed;
    for (const auto& [key, value] : head->configuration) {
        record.parameters.push_back({key, value, files.front()});
    }
    conclude(arguments, *head, values, record, console);
    return ExitCode::done;
}

ExitCode montecarlo(const Arguments& arguments, Console& console) {
    (void)format_of(arguments);
    return arguments.files().front() == "merge" ? merge(arguments, console)
                                                : run_ranks(arguments, console);
}

}  // namespace

Verb montecarlo_verb() {
    return {
        .name = "montecarlo",
        .sentence = "Many virtual chips: mean with interval, yield, which error costs how much.",
        .example = "ohmgrid montecarlo docs/examples/array_study.toml --trials 50 --attribution",
        .files = "RUN.toml|STUDY.toml|merge SHARD.h5...",
        .files_least = 1,
        .files_most = 100000,
        .options = {{"trials", "N", "chips to be drawn, or with --until the most"},
                    {"until", "interval=WIDTH", "end once the 95 % interval is so narrow"},
                    {"measure", "LIST", "scalars such as accuracy,energy,error.conv1"},
                    {"threshold", "VALUE",
                     "what a good chip reaches, such as '90 %'; gives the yield"},
                    {"attribution", "", "also find which source of error costs how much"},
                    {"resume", "", "go on from the trials that an earlier run has finished"},
                    {"shard", "K/N", "only the K-th of N parts; 'merge' makes one study of them"},
                    option::set(),
                    option::out("trials.h5"),
                    {"report", "FILE.html", "a page with histogram, convergence and attribution"},
                    option::format(),
                    option::threads(),
                    option::seed(),
                    option::quiet()},
        .action = montecarlo};
}

}  // namespace ohmgrid
