#include <fmt/format.h>

#include <algorithm>

#include "sim/app/images.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/results.hpp"
#include "sim/app/verbs.hpp"
#include "sim/inference/calibration_file.hpp"

namespace ohmgrid {
namespace {

/// One row per layer and slice.
Table range_table(const RunFile& run, const std::vector<LayerRanges>& ranges) {
    Table table{
        {"layer", "slice", "input_low", "input_high", "sum_low", "sum_high", "clipped_share"}, {}};
    const std::vector<NodeId> nodes = run.network.weighted_nodes();
    for (std::size_t l = 0; l < ranges.size(); ++l) {
        const LayerRanges& layer = ranges[l];
        for (std::size_t s = 0; s < layer.sum_of_slice.size(); ++s) {
            table.rows.push_back(
                {run.network.node(nodes[l]).name, static_cast<std::int64_t>(s),
                 static_cast<double>(layer.input.low), static_cast<double>(layer.input.high),
                 static_cast<double>(layer.sum_of_slice[s].low),
                 static_cast<double>(layer.sum_of_slice[s].high), layer.clipped_share[s]});
        }
    }
    return table;
}

ExitCode calibrate_verb_action(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    const RunContext context = context_of(arguments, console);
    const RunFile run = read_run_file(arguments.files().front(), arguments.texts("set"));
    const RunImages images = RunImages::calibration(run);
    const std::vector<LayerSettings> settings = layer_settings(run);
    const std::vector<LayerRanges> ranges = calibrate(
        run.network, images.source(), settings, run.device, context, RangeSearch::least_error);
    const std::string out = arguments.text("out");
    write_calibration(out, run.network, calibration_key(run.network, settings, run.device), ranges);
    print_table(range_table(run, ranges), format, console);
    context.say(fmt::format("wrote      {}: use it with --set data.ranges={}", out, out));
    return ExitCode::done;
}

}  // namespace

Verb calibrate_verb() {
    return {.name = "calibrate",
            .sentence =
                "Find the input and converter ranges of a network that lose least, and "
                "store them.",
            .example =
                "ohmgrid calibrate docs/examples/run.toml --set data.calibration_limit=50 "
                "--out ranges.h5",
            .files = "RUN.toml",
            .files_least = 1,
            .files_most = 1,
            .options = {option::set(), option::out("ranges.h5"), option::format(),
                        option::threads(), option::seed(), option::quiet()},
            .action = calibrate_verb_action};
}

}  // namespace ohmgrid
