#include "sim/circuit/detail/port_network.hpp"

#include <algorithm>

namespace ohmgrid::detail {
namespace {

std::int64_t round_up(std::int64_t value, std::int64_t unit) {
    return (value + unit - 1) / unit * unit;
}

std::int64_t unit_of(int lanes) { return lanes == 1 ? dense_unit : lane_unit; }

/// Elements between columns of a matrix with that many rows: whole cache lines, an odd number of
/// them, so that the same row of many columns spreads over all sets of a cache.
std::int64_t step_for(std::int64_t rows, int lanes) {
    if (lanes > 1) return rows;
    const std::int64_t lines = round_up(rows, dense_unit) / dense_unit;
    return (lines | 1) * dense_unit;
}

/// The block of couplings between ports `row` on and ports `column` on.
ColumnsView block(const PortNetwork& network, std::int64_t row, std::int64_t column) {
    const std::int64_t offset = (column * network.step + row) * network.lanes;
    return {network.values.begin() + offset, network.step * network.lanes};
}

}  // namespace

std::int64_t PortNetwork::first(Side side) const {
    std::int64_t before = 0;
    for (int s = 0; s < static_cast<int>(side); ++s) before += count[static_cast<std::size_t>(s)];
    return before;
}

PortNetwork PortReducer::make(std::array<std::int64_t, sides> count, int lanes,
                              std::int64_t extra) {
    PortNetwork network{.count = count, .lanes = lanes};
    const std::int64_t padded = round_up(network.ports(), unit_of(lanes));
    network.step = step_for(padded, lanes);
    network.values = {pool_, static_cast<std::size_t>((network.step * padded + extra) * lanes)};
    return network;
}

PortNetwork PortReducer::make_unconnected(std::array<std::int64_t, sides> count) {
    PortNetwork network = make(count, 1);
    std::fill(network.values.begin(), network.values.end(), 0.0);
    return network;
}

/// The nodes to be eliminated (the first rows) and the kept ports (from row `first_kept` on), each
/// with its couplings to the nodes. Sizes and step count elements.
struct PortReducer::Panel {
    double* values = nullptr;
    std::int64_t nodes = 0;
    std::int64_t first_kept = 0;
    std::int64_t rows = 0;
    std::int64_t step = 0;
    int lanes = 1;

    [[nodiscard]] ColumnsView at(std::int64_t row, std::int64_t column) const {
        return {values + (column * step + row) * lanes, step * lanes};
    }
};

PortNetwork PortReducer::eliminate(PortRange shared, std::optional<PortRange> also_shared,
                                   std::span<const PortRange> kept,
                                   std::array<std::int64_t, sides> count, Needed needed) {
    const int lanes = shared.network->lanes;
    PortNetwork network = make(count, lanes);
    const std::int64_t padded = round_up(network.ports(), unit_of(lanes));
    Panel panel{.nodes = shared.count,
                .first_kept = lanes == 1 ? round_up(shared.count, dense_unit) : shared.count,
                .lanes = lanes};
    panel.rows = panel.first_kept + padded;
    panel.step = step_for(panel.rows, lanes);
    panel_.resize(static_cast<std::size_t>(panel.step * panel.first_kept * lanes));
    panel.values = panel_.data();
    if (lanes == 1) scratch_.resize(static_cast<std::size_t>(update_scratch_doubles(padded)));

    assemble(panel, shared, also_shared, kept);
    if (lanes == 1) {
        kernels_.factor({panel.values, panel.step}, panel.rows, panel.first_kept, scratch_.data());
    } else {
        kernels_.lane_factor({panel.values, panel.step}, panel.rows, panel.nodes);
    }
    add_couplings(panel, kept, needed, network);

    const auto m = static_cast<double>(shared.count);
    const auto n = static_cast<double>(network.ports());
    const auto front = static_cast<double>(needed.front);
    const auto back = static_cast<double>(std::max<std::int64_t>(0, network.ports() - needed.back));
    operations_ += lanes * (m * m * m / 3 + m * m * n + m * (n * n - front * front - back * back));
    return network;
}

/// Zeros wherever the panel is padded.
void PortReducer::assemble(Panel& panel, PortRange shared, std::optional<PortRange> also_shared,
                           std::span<const PortRange> kept) {
    const int lanes = panel.lanes;
    const std::int64_t n = panel.nodes;
    kernels_.copy(panel.at(0, 0), block(*shared.network, shared.first, shared.first), n * lanes, n);
    if (also_shared) {
        kernels_.add(panel.at(0, 0),
                     block(*also_shared->network, also_shared->first, also_shared->first),
                     n * lanes, n);
    }
    kernels_.clear(panel.at(n, 0), (panel.first_kept - n) * lanes, n);
    std::int64_t row = panel.first_kept;
    for (const PortRange& range : kept) {
        const PortRange& to = range.network == shared.network ? shared : *also_shared;
        if (range.first > to.first) {
            kernels_.copy(panel.at(row, 0), block(*range.network, range.first, to.first),
                          range.count * lanes, n);
        } else {
            const ColumnsView from = block(*range.network, to.first, range.first);
            (lanes == 1 ? kernels_.copy_transposed : kernels_.lane_copy_transposed)(
                {panel.at(row, 0).values, panel.step}, {from.values, range.network->step},
                range.count, n);
        }
        row += range.count;
    }
    kernels_.clear(panel.at(row, 0), (panel.rows - row) * lanes, n);
    kernels_.clear(panel.at(0, n), panel.rows * lanes, panel.first_kept - n);
}

/// Couplings of the kept ports: what they were before plus what the elimination adds.
void PortReducer::add_couplings(const Panel& panel, std::span<const PortRange> kept, Needed needed,
                                PortNetwork& network) {
    const bool is_aligned = std::all_of(kept.begin(), kept.end(), [&](const PortRange& range) {
        return range.count % unit_of(panel.lanes) == 0;
    });
    if (is_aligned) {
        add_couplings_by_range(panel, kept, needed, network);
        return;
    }
    const std::int64_t padded = panel.rows - panel.first_kept;
    copy_couplings(kept, padded, needed, network);
    const double* y = panel.at(panel.first_kept, 0).values;
    (panel.lanes == 1 ? kernels_.update
                      : kernels_.lane_update)({.c = network.values.begin(),
                                               .c_step = network.step,
                                               .from = network.values.begin(),
                                               .from_step = network.step,
                                               .p = y,
                                               .q = y,
                                               .step = panel.step,
                                               .rows = padded,
                                               .columns = padded,
                                               .depth = panel.first_kept,
                                               .shape = CouplingUpdate::Shape::triangle,
                                               .front = needed.front,
                                               .back = needed.back,
                                               .scratch = scratch_.data()});
}

/// Range by range, which spares a copy of what was before but needs whole tiles of every range.
void PortReducer::add_couplings_by_range(const Panel& panel, std::span<const PortRange> kept,
                                         Needed needed, PortNetwork& network) {
    using Shape = CouplingUpdate::Shape;
    const auto update = panel.lanes == 1 ? kernels_.update : kernels_.lane_update;
    std::int64_t column = 0;
    for (auto q = kept.begin(); q != kept.end(); ++q) {
        std::int64_t row = column;
        for (auto p = q; p != kept.end(); ++p) {
            if (row + p->count > needed.front && column < needed.back) {
                const bool was_coupled = p->network == q->network;
                update(
                    {.c = block(network, row, column).values,
                     .c_step = network.step,
                     .from = was_coupled ? block(*q->network, p->first, q->first).values : nullptr,
                     .from_step = q->network->step,
                     .p = panel.at(panel.first_kept + row, 0).values,
                     .q = panel.at(panel.first_kept + column, 0).values,
                     .step = panel.step,
                     .rows = p->count,
                     .columns = q->count,
                     .depth = panel.first_kept,
                     .shape = p == q ? Shape::triangle : Shape::rectangle,
                     .scratch = scratch_.data()});
            }
            row += p->count;
        }
        column += q->count;
    }
}

/// What the kept ports were coupled with before; zero between ports of different networks.
void PortReducer::copy_couplings(std::span<const PortRange> kept, std::int64_t padded,
                                 Needed needed, PortNetwork& network) const {
    std::int64_t column = 0;
    for (auto q = kept.begin(); q != kept.end(); ++q) {
        std::int64_t row = column;
        for (auto p = q; p != kept.end(); ++p) {
            const bool is_needed = row + p->count > needed.front && column < needed.back;
            const ColumnsView to = block(network, row, column);
            if (is_needed && p->network == q->network) {
                const ColumnsView from = block(*q->network, p->first, q->first);
                if (p == q && network.lanes == 1) {
                    kernels_.copy_lower(to, from, p->count);
                } else {
                    kernels_.copy(to, from, p->count * network.lanes, q->count);
                }
            } else if (is_needed) {
                kernels_.clear(to, p->count * network.lanes, q->count);
            }
            row += p->count;
        }
        kernels_.clear(block(network, row, column), (padded - row) * network.lanes, q->count);
        column += q->count;
    }
    kernels_.clear(block(network, column, column), (padded - column) * network.lanes,
                   padded - column);
}

PortNetwork PortReducer::join(const PortNetwork& a, Side side, const PortNetwork& b,
                              Needed needed) {
    const Side other = side == Side::right ? Side::left : Side::top;
    std::vector<PortRange> kept;
    std::array<std::int64_t, sides> count{};
    for (int s = 0; s < sides; ++s) {
        const auto at = static_cast<Side>(s);
        for (const PortNetwork* network : {&a, &b}) {
            const bool is_shared = at == (network == &a ? side : other);
            if (is_shared || network->size(at) == 0) continue;
            kept.push_back({network, network->first(at), network->size(at)});
            count[static_cast<std::size_t>(s)] += network->size(at);
        }
    }
    return eliminate({&a, a.first(side), a.size(side)},
                     PortRange{&b, b.first(other), b.size(other)}, kept, count, needed);
}

PortNetwork PortReducer::drop(const PortNetwork& network, Side side, Needed needed) {
    std::vector<PortRange> kept;
    std::array<std::int64_t, sides> count = network.count;
    count[static_cast<std::size_t>(side)] = 0;
    for (int s = 0; s < sides; ++s) {
        const auto at = static_cast<Side>(s);
        if (at == side || network.size(at) == 0) continue;
        kept.push_back({&network, network.first(at), network.size(at)});
    }
    return eliminate({&network, network.first(side), network.size(side)}, std::nullopt, kept, count,
                     needed);
}

}  // namespace ohmgrid::detail
