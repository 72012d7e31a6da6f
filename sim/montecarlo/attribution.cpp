#include "sim/montecarlo/attribution.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "sim/montecarlo/statistics.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

constexpr std::uint32_t resamples = 1000;
/// Keeps these resamples apart from those of means, which count elements from 0.
constexpr std::uint32_t first_element = 1U << 16U;

std::vector<ErrorSource> list(ErrorSources sources) {
    std::vector<ErrorSource> all;
    for (const ErrorSource source : all_error_sources) {
        if (sources.has(source)) all.push_back(source);
    }
    return all;
}

ErrorSources common(ErrorSources a, ErrorSources b) {
    return ErrorSources::from_bits(a.bits() & b.bits());
}

ErrorSources random_sources() {
    ErrorSources random = ErrorSources::none();
    for (const ErrorSource source : all_error_sources) {
        if (differs_between_chips(source)) random = random.with(source);
    }
    return random;
}

/// One name for chips that are the same: sets that matter as a whole become all or none, and a chip
/// without anything random is trial 0.
Point canonical(Point point, ErrorSources present) {
    const ErrorSources acting = common(point.sources, present);
    const ErrorSources random = common(acting, random_sources());
    const ErrorSources exchanged = common(point.exchanged, random);
    point.sources = acting == present ? ErrorSources::all() : acting;
    point.exchanged = exchanged == random ? ErrorSources::all() : exchanged;
    if (exchanged == ErrorSources::none()) point.exchanged = ErrorSources::none();
    if (random == ErrorSources::none()) point.trial = 0;
    return point;
}

/// The chips that one base chip is compared with.
struct Neighbours {
    ErrorSources present;
    std::uint32_t trial;

    [[nodiscard]] Point own() const { return canonical({.trial = trial}, present); }
    [[nodiscard]] Point donor() const {
        return canonical({.trial = trial, .exchanged = ErrorSources::all()}, present);
    }
    [[nodiscard]] Point exchanging(ErrorSource source) const {
        return canonical({.trial = trial, .exchanged = ErrorSources::only(source)}, present);
    }
    [[nodiscard]] Point with(ErrorSources sources) const {
        return canonical({.trial = trial, .sources = sources}, present);
    }
};

Estimate mean_with_interval(const std::vector<double>& values) {
    return {std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()),
            student_interval(values)};
}

/// The scalar on pairs of independent chips (own, other) and on chips that are `own` but for one
/// source, which is the other's.
struct PickFreeze {
    std::vector<double> own, other, mixed;
};

/// Both indices from the pairs numbered by `members`.
struct Indices {
    double first_order = 0;
    double total = 0;
};
std::optional<Indices> indices_of(const PickFreeze& sample,
                                  const std::vector<std::size_t>& members) {
    double independent = 0, same_source = 0, same_others = 0;
    for (const std::size_t j : members) {
        independent += std::pow(sample.own[j] - sample.other[j], 2);
        same_source += std::pow(sample.other[j] - sample.mixed[j], 2);
        same_others += std::pow(sample.own[j] - sample.mixed[j], 2);
    }
    if (independent == 0) return std::nullopt;
    return Indices{1 - same_source / independent, same_others / independent};
}

Interval central_95(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {percentile(values, 0.025), percentile(values, 0.975)};
}

void estimate_indices(const PickFreeze& sample, std::uint64_t seed, SourceEffect& effect) {
    const auto count = static_cast<std::uint32_t>(sample.own.size());
    std::vector<std::size_t> members(count);
    std::iota(members.begin(), members.end(), std::size_t{0});
    const std::optional<Indices> found = indices_of(sample, members);
    if (!found) return;
    std::vector<double> first_orders, totals;
    for (std::uint32_t b = 0; b < resamples; ++b) {
        const RandomStream stream(seed, Purpose::resampling, TrialId{0}, first_element + b);
        for (std::uint32_t i = 0; i < count; ++i) members[i] = stream.below(count, i);
        if (const auto resampled = indices_of(sample, members)) {
            first_orders.push_back(resampled->first_order);
            totals.push_back(resampled->total);
        }
    }
    effect.first_order = Estimate{found->first_order, central_95(std::move(first_orders))};
    effect.total = Estimate{found->total, central_95(std::move(totals))};
}

}  // namespace

bool differs_between_chips(ErrorSource source) {
    return source != ErrorSource::wires && source != ErrorSource::nonlinear_cells &&
           source != ErrorSource::multiplexer;
}

std::set<Point> attribution_points(ErrorSources present, std::int64_t trials) {
    std::set<Point> points;
    for (std::int64_t j = 0; j < trials; ++j) {
        const Neighbours chip{present, static_cast<std::uint32_t>(j)};
        points.insert({chip.own(), chip.donor(), chip.with(ErrorSources::none())});
        for (const ErrorSource source : list(present)) {
            points.insert({chip.with(ErrorSources::only(source)),
                           chip.with(ErrorSources::all().without(source)),
                           chip.exchanging(source)});
        }
    }
    return points;
}

std::vector<SourceEffect> attribute(ErrorSources present, std::int64_t trials,
                                    const std::function<double(const Point&)>& value,
                                    std::uint64_t seed) {
    const auto at_all = [&](const auto& point_of) {
        std::vector<double> values;
        for (std::int64_t j = 0; j < trials; ++j) {
            values.push_back(value(point_of(Neighbours{present, static_cast<std::uint32_t>(j)})));
        }
        return values;
    };
    const auto difference = [](std::vector<double> a, const std::vector<double>& b) {
        for (std::size_t j = 0; j < a.size(); ++j) a[j] -= b[j];
        return a;
    };
    const auto with = [&](ErrorSources sources) {
        return at_all([sources](const Neighbours& chip) { return chip.with(sources); });
    };
    const std::vector<double> perfect = with(ErrorSources::none());
    PickFreeze sample{.own = at_all([](const Neighbours& chip) { return chip.own(); }),
                      .other = at_all([](const Neighbours& chip) { return chip.donor(); }),
                      .mixed = {}};
    std::vector<SourceEffect> effects;
    for (const ErrorSource source : list(present)) {
        SourceEffect effect{
            .source = source,
            .alone = mean_with_interval(difference(with(ErrorSources::only(source)), perfect)),
            .removed = mean_with_interval(
                difference(with(ErrorSources::all().without(source)), sample.own))};
        if (differs_between_chips(source)) {
            sample.mixed =
                at_all([source](const Neighbours& chip) { return chip.exchanging(source); });
            estimate_indices(sample, seed, effect);
        }
        effects.push_back(effect);
    }
    return effects;
}

}  // namespace ohmgrid
