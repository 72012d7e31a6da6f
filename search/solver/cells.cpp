#include "search/solver/cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ohmgrid {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// A root cell is wider than its designs by this, so that rounding leaves none outside.
constexpr double margin = 1e-9;

/// Stands for zero where there is none of something.
constexpr double nothing = 1e-300;

/// Of ratios, far above that of sums.
constexpr double rounding = 1e-10;

/// Below this the linear function is as good as the merit: splitting on would not help.
constexpr double tight = 1e-4;

/// Prices rise by subgradient steps, long enough to pass the merit to beat where that is possible.
constexpr int price_steps = 24;
constexpr double overshoot = 1.2;

/// Sides of a cell that carry a price, as excesses: positive if a design lies outside.
enum CellSide : std::size_t {
    too_large,
    too_slow,
    too_hungry,
    too_few_operations,
    too_many_operations,
    too_poor,
    too_small
};

double chord_slope(double low, double high) {
    return high > low * (1 + 1e-12) ? (std::log(high) - std::log(low)) / (high - low) : 1 / low;
}

void add(Weights& sum, double factor, const Weights& more) {
    sum.constant += factor * more.constant;
    sum.area += factor * more.area;
    sum.latency_short += factor * more.latency_short;
    sum.energy_short += factor * more.energy_short;
    sum.energy_long += factor * more.energy_long;
    sum.leakage += factor * more.leakage;
    sum.operations += factor * more.operations;
    sum.quality += factor * more.quality;
}

}  // namespace

CellSearch::CellSearch(const Space& space, const ChainTables& tables, const Goal& goal,
                       std::function<double(const Design&)> offer)
    : space_(space),
      tables_(tables),
      goal_(goal),
      exponents_(exponents_of(goal.objective)),
      offer_(std::move(offer)),
      least_(CostToGo(space, tables).completed(0, 0, {})),
      smallest_tile_m2_(infinite),
      least_watt_per_m2_(infinite) {
    const auto most = [&](const Weights& negative) {
        return -LinearBound(space, tables, negative).least();
    };
    most_.area_m2 = most({.area = -1});
    most_.latency_short = most({.latency_short = -1});
    most_.energy_long = most({.energy_long = -1});
    most_.leakage_watt = most({.leakage = -1});
    most_.operations = least_.operations;
    least_.operations = LinearBound(space, tables, {.operations = 1}).least();
    for (const auto& scopes : tables.entries) {
        double slowest = 0;
        for (const auto& entries : scopes) {
            for (const auto& e : entries) {
                slowest = std::max(slowest, e.measures.latency_long);
                if (!(e.measures.tiles > 0)) continue;
                const double tile = e.measures.area_m2 / e.measures.tiles;
                largest_tile_m2_ = std::max(largest_tile_m2_, tile);
                smallest_tile_m2_ = std::min(smallest_tile_m2_, tile);
                least_watt_per_m2_ =
                    std::min(least_watt_per_m2_, e.measures.leakage_watt / e.measures.area_m2);
            }
        }
        most_.latency_long += slowest;
    }
}

Cost CellSearch::least_shared(const Cell& cell) const {
    const double tiles = std::ceil(cell.low[Cell::area] / largest_tile_m2_ - margin);
    return tables_.coupling.shared(std::max(least_.tiles, tiles), cell.low[Cell::area]);
}

std::optional<Cell> CellSearch::root() const {
    if (!std::isfinite(least_.tiles)) return std::nullopt;
    const Coupling& c = tables_.coupling;
    Cell cell;
    cell.low = {least_.area_m2, least_.latency_short, c.optimistic(least_).energy_joule,
                least_.operations};
    cell.high = {
        most_.area_m2, most_.latency_short,
        most_.energy_long + (most_.leakage_watt + c.shared(infinite, most_.area_m2).leakage_watt) *
                                most_.latency_long,
        most_.operations};
    for (std::size_t axis = 0; axis < cell.low.size(); ++axis) {
        cell.low[axis] *= 1 - margin;
        cell.high[axis] = std::max(cell.high[axis] * (1 + margin), nothing);
    }
    for (const Limit& limit : goal_.limits) {
        const double shared_area = c.shared(least_.tiles, least_.area_m2).area_m2;
        const double most_shared = c.shared(infinite, most_.area_m2).area_m2;
        auto& high = cell.high;
        if (limit.figure == Figure::area && limit.is_upper) {
            high[Cell::area] = std::min(high[Cell::area], (1 + margin) * limit.value - shared_area);
        } else if (limit.figure == Figure::area) {
            cell.low[Cell::area] =
                std::max(cell.low[Cell::area], (1 - margin) * limit.value - most_shared);
        } else if (limit.figure == Figure::latency && limit.is_upper) {
            high[Cell::latency] = std::min(high[Cell::latency], (1 + margin) * limit.value);
        } else if (limit.figure == Figure::energy && limit.is_upper) {
            high[Cell::energy] = std::min(high[Cell::energy], (1 + margin) * limit.value);
        }
    }
    for (std::size_t axis = 0; axis < cell.low.size(); ++axis) {
        if (cell.low[axis] > cell.high[axis]) return std::nullopt;
    }
    return cell;
}

CellSearch::EnergyLine CellSearch::energy_line(const Cell& cell) const {
    const Coupling& c = tables_.coupling;
    const double watt = least_shared(cell).leakage_watt;
    const double fewest = std::ceil(cell.low[Cell::area] / largest_tile_m2_ - margin);
    const double most = std::floor(cell.high[Cell::area] / smallest_tile_m2_ + margin);
    const double path = c.shortest_path(std::max(fewest, least_.tiles), most, cell.low[Cell::area]);
    const double share =
        c.path_long > c.path_short ? (path - c.path_short) / (c.path_long - c.path_short) : 0;
    EnergyLine line{.constant = 0, .weights = {.energy_short = 1 - share, .energy_long = share}};
    if (c.is_pipelined) {
        line.weights.leakage = least_.slowest_short;
        line.constant = least_.slowest_short * watt;
        return line;
    }
    // (W + w) L >= (W + w) l + (W_min + w) (L - l): McCormick's envelope of a product.
    const double l = cell.low[Cell::latency];
    const double least_watt =
        std::max(least_.leakage_watt, least_watt_per_m2_ * cell.low[Cell::area]);
    line.weights.leakage = l;
    line.weights.latency_short = least_watt + watt;
    line.constant = -least_watt * l;
    return line;
}

/// Objectives per operation, once a design is known: with r the best N / O so far, a better one has
/// N < r O, which is linear in the operations and needs no chord. N is the energy, or the product
/// of area and interval, from below. ln(N / O) >= ln r + c (N - r O) / (r O_min) for N <= r O.
Weights CellSearch::ratio_weights(const Cell& cell) const {
    const auto& lo = cell.low;
    Weights numerator = numerator_line(cell);
    const double ratio = std::exp(to_beat_);
    const double least_excess =
        std::max(numerator_low(cell) / (ratio * cell.high[Cell::operations]), 1e-3) - 1;
    const double curvature = least_excess < 0 ? std::log1p(least_excess) / least_excess : 1;
    Weights w{.constant = to_beat_};
    numerator.operations -= ratio;
    add(w, curvature / (ratio * lo[Cell::operations]), numerator);
    return w;
}

double CellSearch::least_ratio_merit() {
    const auto cell = root();
    if (!cell || !is_ratio()) return -infinite;
    double ratio = std::exp(to_beat_);
    for (int step = 0; step < price_steps; ++step) {  // Dinkelbach: ends at the least N / O
        Weights w = numerator_line(*cell);
        const Weights numerator = w;
        w.operations -= ratio;
        const LinearBound bound(space_, tables_, w);
        ++bounds_;
        const auto best = bound.best();
        if (!best || bound.least() >= 0) break;
        const double lower =
            (numerator.constant + numerator.of(best->totals)) / best->totals.operations;
        if (!(lower < ratio * (1 - rounding))) break;
        ratio = lower;
    }
    return std::log(ratio * (1 - rounding));
}

double CellSearch::numerator_low(const Cell& cell) const {
    if (exponents_.energy != 0) return cell.low[Cell::energy];
    const double interval =
        tables_.coupling.is_pipelined ? least_.slowest_short : cell.low[Cell::latency];
    return (cell.low[Cell::area] + least_shared(cell).area_m2) * interval;
}

Weights CellSearch::numerator_line(const Cell& cell) const {
    if (exponents_.energy != 0) {
        const EnergyLine energy = energy_line(cell);
        Weights w = energy.weights;
        w.constant = energy.constant;
        return w;
    }
    const double shared = least_shared(cell).area_m2;
    if (tables_.coupling.is_pipelined) {
        return {.constant = shared * least_.slowest_short, .area = least_.slowest_short};
    }
    const double area = cell.low[Cell::area];
    const double latency = cell.low[Cell::latency];
    return {.constant = -area * latency, .area = latency, .latency_short = area + shared};
}

/// Sums of logarithms: chords, and the tangent for operations.
Weights CellSearch::log_weights(const Cell& cell) const {
    const Exponents& e = exponents_;
    const auto& lo = cell.low;
    const auto& hi = cell.high;
    Weights w;
    if (e.area != 0) {
        const double shared = least_shared(cell).area_m2;
        const double slope = chord_slope(lo[Cell::area] + shared, hi[Cell::area] + shared);
        w.area += e.area * slope;
        w.constant += e.area * (std::log(lo[Cell::area] + shared) - slope * lo[Cell::area]);
    }
    const bool is_pipelined = tables_.coupling.is_pipelined;
    const double latency = e.latency + (is_pipelined ? 0 : e.interval);
    if (latency != 0) {
        const double slope = chord_slope(lo[Cell::latency], hi[Cell::latency]);
        w.latency_short += latency * slope;
        w.constant += latency * (std::log(lo[Cell::latency]) - slope * lo[Cell::latency]);
    }
    if (is_pipelined && e.interval != 0) w.constant += e.interval * std::log(least_.slowest_short);
    if (e.energy != 0) {
        const EnergyLine energy = energy_line(cell);
        const double slope = chord_slope(lo[Cell::energy], hi[Cell::energy]);
        add(w, e.energy * slope, energy.weights);
        w.constant +=
            e.energy * (std::log(lo[Cell::energy]) + slope * (energy.constant - lo[Cell::energy]));
    }
    if (e.operations != 0) {
        const double middle = std::sqrt(lo[Cell::operations] * hi[Cell::operations]);
        w.operations += e.operations / middle;
        w.constant += e.operations * (std::log(middle) - 1);
    }
    return w;
}

Weights CellSearch::weights_of(const Cell& cell) const {
    const auto& lo = cell.low;
    const auto& hi = cell.high;
    Weights w = is_ratio() ? ratio_weights(cell) : log_weights(cell);
    const auto price = [&](CellSide side) { return cell.prices[side]; };
    const double area_scale = hi[Cell::area];
    const double operation_scale = hi[Cell::operations];
    w.area += (price(too_large) - price(too_small)) / area_scale;
    w.constant +=
        (price(too_small) * lo[Cell::area] - price(too_large) * hi[Cell::area]) / area_scale;
    w.latency_short += price(too_slow) / hi[Cell::latency];
    w.constant -= price(too_slow);
    if (price(too_hungry) > 0) {
        const EnergyLine energy = energy_line(cell);
        add(w, price(too_hungry) / hi[Cell::energy], energy.weights);
        w.constant += price(too_hungry) * (energy.constant / hi[Cell::energy] - 1);
    }
    w.operations += (price(too_many_operations) - price(too_few_operations)) / operation_scale;
    w.constant += (price(too_few_operations) * lo[Cell::operations] -
                   price(too_many_operations) * hi[Cell::operations]) /
                  operation_scale;
    if (goal_.least_quality) {
        const double scale = 1 + std::abs(*goal_.least_quality);
        w.quality -= price(too_poor) / scale;
        w.constant += price(too_poor) * *goal_.least_quality / scale;
    }
    return w;
}

std::array<double, 7> CellSearch::excesses(const Cell& cell, const Measures& m) const {
    const auto& lo = cell.low;
    const auto& hi = cell.high;
    std::array<double, 7> g{};
    g[too_large] = (m.area_m2 - hi[Cell::area]) / hi[Cell::area];
    g[too_small] = (lo[Cell::area] - m.area_m2) / hi[Cell::area];
    g[too_slow] = m.latency_short / hi[Cell::latency] - 1;
    g[too_hungry] = energy_line(cell).of(m) / hi[Cell::energy] - 1;
    g[too_few_operations] = (lo[Cell::operations] - m.operations) / hi[Cell::operations];
    g[too_many_operations] = m.operations / hi[Cell::operations] - 1;
    if (goal_.least_quality) {
        g[too_poor] = (*goal_.least_quality - m.quality) / (1 + std::abs(*goal_.least_quality));
    }
    return g;
}

bool CellSearch::breaks_limits(const Cell& cell) const {
    const Cost shared = least_shared(cell);
    const Figures best{.area_m2 = cell.low[Cell::area] + shared.area_m2,
                       .latency_second = cell.low[Cell::latency],
                       .interval_second = tables_.coupling.is_pipelined ? least_.slowest_short
                                                                        : cell.low[Cell::latency],
                       .energy_joule = cell.low[Cell::energy],
                       .operations = cell.high[Cell::operations]};
    return std::ranges::any_of(goal_.limits, [&](const Limit& limit) {
        const double value = value_of(best, limit.figure);
        return is_better_small(limit.figure) == limit.is_upper &&
               (limit.is_upper ? value > limit.value * (1 + margin)
                               : value < limit.value * (1 - margin));
    });
}

std::optional<CellSearch::Bounded> CellSearch::bounded(Cell cell) {
    if (breaks_limits(cell)) return std::nullopt;
    Bounded best{.cell = cell, .bound = {}, .totals = {}};
    best.cell.least = -infinite;
    for (int step = 0; step < price_steps; ++step) {
        LinearBound bound(space_, tables_, weights_of(cell));
        ++bounds_;
        const double least = bound.least();
        if (!(least < to_beat_)) return std::nullopt;
        const auto solution = bound.best();
        to_beat_ = std::min(to_beat_, offer_(solution->design));
        const auto g = excesses(cell, solution->totals);
        if (least > best.cell.least) {
            const double parent = cell.least;
            best = {.cell = cell, .bound = std::move(bound), .totals = solution->totals};
            best.cell.least = std::max(parent, least);
        }
        double square = 0;
        for (std::size_t side = 0; side < g.size(); ++side) {
            if (g[side] > 0 || cell.prices[side] > 0) square += g[side] * g[side];
        }
        if (!(square > 0)) break;
        const double gap = std::isfinite(to_beat_) ? to_beat_ - least : 1;
        const double length = (overshoot * gap + tight) / square;
        for (std::size_t side = 0; side < g.size(); ++side) {
            cell.prices[side] = std::max(0.0, cell.prices[side] + length * g[side]);
        }
    }
    if (!(best.cell.least < to_beat_)) return std::nullopt;
    return best;
}

std::array<double, 4> CellSearch::looseness(const Bounded& b) const {
    const Cell& cell = b.cell;
    const Exponents& e = exponents_;
    const Measures& m = b.totals;
    const double shared = least_shared(cell).area_m2;
    const auto above_chord = [&](std::size_t axis, double value, double offset) {
        const double low = cell.low[axis] + offset;
        const double high = cell.high[axis] + offset;
        const double at = std::clamp(value + offset, low, high);
        return std::log(at) - std::log(low) - chord_slope(low, high) * (at - low);
    };
    const EnergyLine energy = energy_line(cell);
    std::array<double, 4> loose{};
    if (is_ratio() && e.energy == 0) {  // of the product of area and latency
        const double area = std::max(0.0, m.area_m2 - cell.low[Cell::area]);
        const double latency = std::max(0.0, m.latency_short - cell.low[Cell::latency]);
        const double product =
            tables_.coupling.is_pipelined ? 0 : area * latency / numerator_low(cell);
        const bool is_area = area / cell.low[Cell::area] > latency / cell.low[Cell::latency];
        loose[is_area ? Cell::area : Cell::latency] = product;
        return loose;
    }
    if (!is_ratio()) {
        loose[Cell::area] = e.area * above_chord(Cell::area, m.area_m2, shared);
        const double latency = e.latency + (tables_.coupling.is_pipelined ? 0 : e.interval);
        loose[Cell::latency] = latency * above_chord(Cell::latency, m.latency_short, 0);
        loose[Cell::energy] =
            e.energy == 0 ? 0 : e.energy * above_chord(Cell::energy, energy.of(m), 0);
    }
    if (e.energy != 0) {
        const double least_watt =
            std::max(least_.leakage_watt, least_watt_per_m2_ * cell.low[Cell::area]);
        const double product = std::max(0.0, m.leakage_watt - least_watt) *
                               std::max(0.0, m.latency_short - cell.low[Cell::latency]);
        loose[Cell::latency] += product / energy.of(m);
        const double path = m.energy_long - energy.weights.energy_long * m.energy_long -
                            energy.weights.energy_short * m.energy_short;
        const double roots =
            1 - std::sqrt(cell.low[Cell::area] / std::max(cell.low[Cell::area], m.area_m2));
        loose[Cell::area] +=
            std::min(path, roots * (m.energy_long - m.energy_short)) / energy.of(m);
    }
    if (e.operations != 0 && !is_ratio()) {
        const double middle = std::sqrt(cell.low[Cell::operations] * cell.high[Cell::operations]);
        const double ratio =
            std::clamp(m.operations, cell.low[Cell::operations], cell.high[Cell::operations]) /
            middle;
        loose[Cell::operations] = std::abs(e.operations) * (ratio - 1 - std::log(ratio));
    }
    return loose;
}

MeritRule CellSearch::merit_rule(const std::vector<OpenCell>& cells) const {
    const Coupling& c = tables_.coupling;
    MeritRule rule{.merits = {exponents_}, .box = {}, .order = {}};
    MeritBox& box = rule.box;
    box.low = cells.front().cell.low;
    box.high = cells.front().cell.high;
    const OpenCell* best = &cells.front();
    for (const OpenCell& open : cells) {
        for (std::size_t axis = 0; axis < box.low.size(); ++axis) {
            box.low[axis] = std::min(box.low[axis], open.cell.low[axis]);
            box.high[axis] = std::max(box.high[axis], open.cell.high[axis]);
        }
        if (open.cell.least < best->cell.least) best = &open;
    }
    Cell hull;
    hull.low = box.low;
    hull.high = box.high;
    box.path_low = c.shortest_path(least_.tiles, infinite, box.low[Cell::area]);
    box.path_high = c.path_long;
    box.leakage_low = least_.leakage_watt + least_shared(hull).leakage_watt;
    box.leakage_high = most_.leakage_watt + c.shared(infinite, box.high[Cell::area]).leakage_watt;
    box.interval_low = least_.slowest_short;
    rule.order = best->weights;
    if (is_ratio() && exponents_.energy != 0) {
        rule.ratio_low = std::exp(best->cell.least);
        rule.ratio_high = std::exp(to_beat_);
    }
    for (const Limit& limit : goal_.limits) {
        if (is_better_small(limit.figure) == limit.is_upper) {
            rule.merits.push_back(exponents_of(limit.figure));
        }
    }
    return rule;
}

/// Where the bound's own design lies outside its cell, narrower cells are priced better: the wider
/// of area and latency, or no axis.
std::size_t CellSearch::widest_axis(const Bounded& b) const {
    constexpr double narrow = 1.02;
    const auto g = excesses(b.cell, b.totals);
    const auto ratio = [&](std::size_t axis) { return b.cell.high[axis] / b.cell.low[axis]; };
    const std::size_t axis = ratio(Cell::area) > ratio(Cell::latency) ? Cell::area : Cell::latency;
    const bool is_outside = g[too_large] > tight || g[too_small] > tight || g[too_slow] > tight;
    return is_outside && ratio(axis) > narrow ? axis : Cell::operations + 1;
}

std::vector<OpenCell> CellSearch::run(double merit_to_beat, int most_cells, int most_rounds) {
    to_beat_ = merit_to_beat;
    std::vector<Bounded> open;
    std::vector<Bounded> finished;
    const auto consider = [&](const Cell& cell) {
        if (auto b = bounded(cell)) open.push_back(std::move(*b));
    };
    if (auto cell = root()) {
        cell->least = -infinite;
        consider(*cell);
        if (is_ratio() && !open.empty()) {  // now that a design is known
            open.clear();
            consider(*cell);
        }
    }
    for (int round = 0; round < most_rounds && !open.empty(); ++round) {
        if (std::ssize(open) + std::ssize(finished) >= most_cells) break;
        const auto next =
            std::ranges::min_element(open, {}, [](const Bounded& b) { return b.cell.least; });
        Bounded b = std::move(*next);
        open.erase(next);
        if (!(b.cell.least < to_beat_)) continue;
        const auto loose = looseness(b);
        const auto axis = static_cast<std::size_t>(std::ranges::max_element(loose) - loose.begin());
        if (loose[axis] < tight) {
            finished.push_back(std::move(b));
            continue;
        }
        Cell below = b.cell;
        Cell above = b.cell;
        const double middle = std::sqrt(b.cell.low[axis] * b.cell.high[axis]);
        below.high[axis] = above.low[axis] = middle;
        consider(below);
        consider(above);
    }
    std::vector<OpenCell> result;
    for (auto* list : {&open, &finished}) {
        for (Bounded& b : *list) {
            if (b.cell.least < to_beat_)
                result.push_back({b.cell, std::move(*b.bound), weights_of(b.cell)});
        }
    }
    return result;
}

}  // namespace ohmgrid
