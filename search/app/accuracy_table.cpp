#include "search/app/accuracy_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/io/csv_table.hpp"

namespace ohmgrid {
namespace {

constexpr std::size_t least_rows = 8;  // every fourth is left out of the fit

[[noreturn]] void refuse(const std::string& place, const std::string& what,
                         const std::string& remedy) {
    throw InputError(Message{.place = place, .id = "SEA017", .what = what, .remedy = remedy});
}

/// The column that holds the widths of a variable.
std::string column_of(const Space& space, const WidthVariable& variable, const CsvRow& row) {
    for (const NodeId id : variable.nodes) {
        const std::string& name = space.base().network.node(id).name;
        if (row.has(name)) return name;
    }
    refuse(row.place(), fmt::format("no column holds the width of layer '{}'", variable.name),
           "Give one column for every layer whose width is searched");
}

int place_of(const WidthVariable& variable, const std::string& column, const CsvRow& row) {
    const double width = row.number(column);
    const auto at = std::ranges::find(
        variable.choices, width, [](std::int64_t choice) { return static_cast<double>(choice); });
    if (at == variable.choices.end()) {
        refuse(row.place(), fmt::format("{}: the space has no width {}", column, width),
               "Leave the row out, or add the width to space.widths");
    }
    return static_cast<int>(at - variable.choices.begin());
}

}  // namespace

std::vector<ScoredNetwork> read_accuracy_table(const Space& space,
                                               const std::filesystem::path& path) {
    std::vector<ScoredNetwork> all;
    for (const CsvRow& row : read_csv_table(path)) {
        ScoredNetwork network{.design = space.first_design(), .score = row.number("score")};
        for (std::size_t v = 0; v < space.variables().size(); ++v) {
            const WidthVariable& variable = space.variables()[v];
            if (variable.choices.size() < 2) continue;
            network.design.widths[v] = place_of(variable, column_of(space, variable, row), row);
        }
        all.push_back(std::move(network));
    }
    if (all.size() < least_rows) {
        refuse(path.string(), fmt::format("{} networks are too few for a predictor", all.size()),
               fmt::format("Give at least {}", least_rows));
    }
    return all;
}

GuidedResult predicted_search(const Space& space, const CostModel& model, Goal goal,
                              const AccuracySpec& spec, const RunContext& context) {
    if (!spec.least || spec.table.empty()) {
        throw InputError(
            Message{.place = {},
                    .id = "SEA007",
                    .what = "accuracy.source = \"table\" needs a file and a least score",
                    .remedy = "Set accuracy.table and accuracy.least"});
    }
    const std::vector<ScoredNetwork> rows = read_accuracy_table(space, spec.table);
    const Guide guide(space, rows);
    goal.quality = guide.table();
    goal.least_quality = *spec.least;
    GuidedResult result;
    result.best = minimise(space, model, goal, context);
    result.least = *spec.least;
    if (!result.best.best) return result;
    result.score = guide.predict(result.best.best->design);
    result.certificate = fmt::format(
        "score {:.6g} predicted, asked {:.6g}. Predictor: fitted to {} networks of {}; on those "
        "left out rms error {:.3g}, largest {:.3g}, rank correlation {:.3f}. Proven: no better "
        "design among those whose prediction is at least {:.6g}",
        result.score, result.least, rows.size(), spec.table, guide.rms_error(),
        guide.largest_error(), guide.rank_correlation(), result.least);
    return result;
}

}  // namespace ohmgrid
