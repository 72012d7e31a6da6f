#include "sim/montecarlo/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

[[noreturn]] void refuse_missing(const std::vector<Point>& missing, std::size_t of) {
    constexpr std::size_t shown = 8;
    std::string list;
    for (std::size_t i = 0; i < std::min(shown, missing.size()); ++i) {
        list += fmt::format("{}{}", i == 0 ? "" : ", ", missing[i].trial);
    }
    throw InputError(
        Message{.place = "merge",
                .id = "MCS006",
                .what = fmt::format("{} of {} chips are missing (trials {}{})", missing.size(), of,
                                    list, missing.size() > shown ? ", ..." : ""),
                .remedy = "Name the files of all shards; a shard that was interrupted goes on with "
                          "--resume"});
}

/// Values of one measure at `points`, in their order. @throws InputError MCS006
std::vector<double> values_at(const std::vector<Point>& points, const TrialValues& values,
                              std::size_t measure) {
    std::vector<double> found;
    std::vector<Point> missing;
    for (const Point& point : points) {
        const auto it = values.find(point);
        if (it == values.end()) {
            missing.push_back(point);
        } else {
            found.push_back(it->second[measure]);
        }
    }
    if (!missing.empty()) refuse_missing(missing, points.size());
    return found;
}

}  // namespace

std::int64_t next_look(const StudyHead& head, std::int64_t begun) {
    if (head.spec.until.empty()) return head.spec.trials;
    return std::min(head.spec.trials, begun + (begun == 0 ? 2 : 1) * head.spec.batch);
}

bool is_settled(const StudyHead& head, const TrialValues& values, std::int64_t trials) {
    const std::optional<double> width = asked_width(head.spec, head.measures.front());
    if (!width) return false;
    const std::vector<double> first = values_at(study_points(head, 0, trials), values, 0);
    const std::vector<double> units = independent_units(first, head.spec.sampling);
    const Interval interval = head.spec.interval == MeanInterval::student
                                  ? student_interval(units)
                                  : bootstrap_interval(units, head.spec.seed);
    return interval.high - interval.low <= *width;
}

std::int64_t trials_needed(const StudyHead& head, const TrialValues& values) {
    for (std::int64_t looked = 0; looked < head.spec.trials;) {
        looked = next_look(head, looked);
        if (is_settled(head, values, looked)) return looked;
    }
    return head.spec.trials;
}

std::vector<Point> study_points(const StudyHead& head, std::int64_t begin, std::int64_t end) {
    std::vector<Point> points;
    for (std::int64_t trial = begin; trial < end; ++trial) {
        points.push_back(study_point(head.spec.sampling, trial));
    }
    return points;
}

std::int64_t attribution_chips(const StudyHead& head, std::int64_t trials) {
    const std::int64_t chips = head.spec.sampling == Sampling::antithetic ? trials / 2 : trials;
    return std::min(chips, head.spec.attribution_trials);
}

std::vector<Point> points_of_attribution(const StudyHead& head, std::int64_t trials) {
    std::set<Point> points = attribution_points(head.sources, attribution_chips(head, trials));
    for (const Point& point : study_points(head, 0, trials)) points.erase(point);
    return {points.begin(), points.end()};
}

std::vector<Point> part_of_shard(const std::vector<Point>& points, Shard shard) {
    std::vector<Point> part;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (static_cast<std::int64_t>(i) % shard.of == shard.number - 1) part.push_back(points[i]);
    }
    return part;
}

StudyReport report_of(const StudyHead& head, const TrialValues& values) {
    StudyReport report{.trials = trials_needed(head, values),
                       .asked_width = asked_width(head.spec, head.measures.front())};
    report.settled = !report.asked_width || is_settled(head, values, report.trials);
    const std::vector<Point> points = study_points(head, 0, report.trials);
    for (std::size_t m = 0; m < head.measures.size(); ++m) {
        report.values.push_back(values_at(points, values, m));
        report.summaries.push_back(
            summarise(report.values.back(), head.spec.sampling, head.spec.seed));
    }
    const std::vector<double>& first = report.values.front();
    if (const auto threshold = threshold_of(head.spec, head.measures.front())) {
        report.yield =
            yield_at(*threshold, head.measures.front().better, first, head.spec.sampling);
    }
    report.curve = convergence(first, head.spec.sampling);
    if (head.spec.attribution) {
        const std::vector<Point> needed = points_of_attribution(head, report.trials);
        (void)values_at(needed, values, 0);  // names what is missing
        report.effects = attribute(
            head.sources, attribution_chips(head, report.trials),
            [&values](const Point& point) { return values.at(point).front(); }, head.spec.seed);
    }
    return report;
}

}  // namespace ohmgrid
