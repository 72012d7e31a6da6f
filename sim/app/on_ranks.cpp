#include "sim/app/on_ranks.hpp"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <ostream>

#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

/// Ranks on one machine share its processors, unless the launcher has given each its own.
void share_processors(const Arguments& arguments, const Ranks& ranks, RunContext& context) {
    if (arguments.has("threads") || ranks.count() == 1) return;
    const auto online = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
    if (context.threads < online) return;
    context.threads = std::max(1, context.threads / ranks.on_this_machine());
}

/// False if a rank before this one has the same to complain about.
bool all_are_prepared(const RankedVerb& verb, Ranks& ranks, const RunContext& context) {
    std::exception_ptr failure;
    std::string complaint;
    try {
        verb.prepare(ranks, context);
    } catch (const Error& error) {
        complaint = error.what();
        failure = std::current_exception();
    }
    const std::vector<std::string> all = ranks.exchange(complaint, context.stop);
    for (int rank = 0; rank < ranks.count(); ++rank) {
        if (all[static_cast<std::size_t>(rank)].empty()) continue;
        if (rank == ranks.rank()) std::rethrow_exception(failure);
        return false;
    }
    return true;
}

/// Among several ranks the message has to be out before the others are ended.
void end_ranks(const Ranks& ranks, const Error& error, ExitCode code, Console& console) {
    if (ranks.count() == 1) return;
    console.err << "rank " << ranks.rank() << ": " << error.what() << std::endl;
    ranks.end_all(static_cast<int>(code));
}

}  // namespace

ExitCode run_on_ranks(const RankedVerb& verb, const Arguments& arguments, Console& console) {
    Ranks ranks;
    std::ostream silent(nullptr);
    Console own{.out = ranks.rank() == 0 ? console.out : silent,
                .err = ranks.rank() == 0 ? console.err : silent,
                .err_is_terminal = console.err_is_terminal,
                .words = console.words,
                .stop = console.stop};
    RunContext context = context_of(arguments, own);
    share_processors(arguments, ranks, context);
    if (!all_are_prepared(verb, ranks, context)) return ExitCode::bad_input;
    try {
        verb.work(ranks, context, own);
    } catch (const Interrupted&) {
        own.err << verb.when_stopped
                << (ranks.count() > 1 ? " (asked to stop, or another rank has died)" : "")
                << std::endl;
        ranks.end_all(static_cast<int>(ExitCode::interrupted));
        throw;
    } catch (const InputError& error) {
        end_ranks(ranks, error, ExitCode::bad_input, console);
        throw;
    } catch (const IoError& error) {
        end_ranks(ranks, error, ExitCode::file_system, console);
        throw;
    } catch (const Error& error) {
        end_ranks(ranks, error, ExitCode::computation_failed, console);
        throw;
    }
    return ExitCode::done;
}

}  // namespace ohmgrid
