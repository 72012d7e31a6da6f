#include "sim/circuit/effective_conductance.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/circuit/detail/aligned_vector.hpp"
#include "sim/circuit/detail/ideal_rows.hpp"
#include "sim/circuit/detail/port_network.hpp"
#include "sim/circuit/detail/port_reduction.hpp"
#include "sim/circuit/detail/product_kernels.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using detail::PortNetwork;
using detail::PortReducer;
using detail::Side;
using Eigen::Index;

/// The same circuit with rows and columns exchanged.
Crossbar transposed(const Crossbar& crossbar) {
    return {.conductance_siemens = crossbar.conductance_siemens.transpose(),
            .row_wire_ohm = crossbar.column_wire_ohm,
            .column_wire_ohm = crossbar.row_wire_ohm,
            .driver_ohm = crossbar.sense_ohm,
            .sense_ohm = crossbar.driver_ohm,
            .drive = crossbar.sense == SenseEnds::both  ? DriveEnds::both
                     : crossbar.sense == SenseEnds::top ? DriveEnds::left
                                                        : DriveEnds::right,
            .sense = crossbar.drive == DriveEnds::both   ? SenseEnds::both
                     : crossbar.drive == DriveEnds::left ? SenseEnds::top
                                                         : SenseEnds::bottom,
            .floating_rows = crossbar.floating_columns,
            .floating_columns = crossbar.floating_rows};
}

bool has_ideal_axis(const Crossbar& crossbar) {
    return crossbar.row_wire_ohm == 0 || crossbar.column_wire_ohm == 0;
}

RowMajorMatrix reduce_ideal(const Crossbar& crossbar, PortReducer& reducer) {
    if (crossbar.row_wire_ohm == 0) {
        return detail::effective_conductance_of_ideal_rows(crossbar, reducer);
    }
    return detail::effective_conductance_of_ideal_rows(transposed(crossbar), reducer).transpose();
}

/// Row and column that a terminal of the reduced network belongs to; the reduction mirrors rows
/// driven from the right only and columns sensed at the top only.
Index row_of_source(const Crossbar& crossbar, Index k) {
    const Index i = k % crossbar.rows();
    return crossbar.sense == SenseEnds::top ? crossbar.rows() - 1 - i : i;
}
Index column_of_sense(const Crossbar& crossbar, Index k) {
    const Index j = k % crossbar.columns();
    return crossbar.drive == DriveEnds::right ? crossbar.columns() - 1 - j : j;
}

/// Adds the currents into the given sense ports per volt on every row.
void add_currents(const Crossbar& crossbar, const PortNetwork& network, Index sense_port,
                  Index column, RowMajorMatrix& effective) {
    const Index sources = network.first(Side::top);
    for (Index k = 0; k < sources; ++k) {
        effective(row_of_source(crossbar, k), column) += network.at(sense_port, k);
    }
}

/// Effective conductances when only the columns of one phase are clamped at a time.
///
/// The sense ports, ordered by phase, are halved again and again: each half is kept while the other
/// one is left floating, until the columns of one phase remain.
class PhaseSplitter {
  public:
    PhaseSplitter(const Crossbar& crossbar, const ArraySpec& sharing, PortReducer& reducer)
        : crossbar_(crossbar),
          sharing_(sharing),
          reducer_(reducer),
          effective_(RowMajorMatrix::Zero(crossbar.rows(), crossbar.columns())) {}

    RowMajorMatrix split(const PortNetwork& terminals) {
        std::vector<Index> columns;  // of the sense ports
        for (Index k = terminals.first(Side::top); k < terminals.ports(); ++k) {
            columns.push_back(column_of_sense(crossbar_, k - terminals.first(Side::top)));
        }
        std::vector<Index> order(columns.size());
        for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<Index>(k);
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
            return phase(columns[static_cast<std::size_t>(a)]) <
                   phase(columns[static_cast<std::size_t>(b)]);
        });
        sense_columns_.clear();
        for (const Index k : order) sense_columns_.push_back(columns[static_cast<std::size_t>(k)]);
        split(sorted(terminals, order), 0);
        return std::move(effective_);
    }

  private:
    [[nodiscard]] Index phase(Index column) const { return conversion_phase(sharing_, column); }

    /// The terminals with their sense ports in the given order.
    PortNetwork sorted(const PortNetwork& terminals, const std::vector<Index>& order) {
        const Index sources = terminals.first(Side::top);
        const auto senses = static_cast<Index>(order.size());
        PortNetwork out = reducer_.make_unconnected({sources, 0, 0, senses});
        for (Index p = 0; p < senses; ++p) {
            const Index from = sources + order[static_cast<std::size_t>(p)];
            for (Index k = 0; k < sources; ++k) out.at(sources + p, k) = terminals.at(from, k);
            for (Index q = 0; q < p; ++q) {
                const Index other = sources + order[static_cast<std::size_t>(q)];
                out.at(sources + p, sources + q) =
                    terminals.at(std::max(from, other), std::min(from, other));
            }
        }
        return out;
    }

    /// `network` has the sense ports from number `first` on.
    void split(const PortNetwork& network, Index first) {
        const Index sources = network.size(Side::left);
        const Index senses = network.size(Side::bottom);
        const auto column = [&](Index k) {
            return sense_columns_[static_cast<std::size_t>(first + k)];
        };
        if (phase(column(0)) == phase(column(senses - 1))) {
            for (Index k = 0; k < senses; ++k) {
                add_currents(crossbar_, network, sources + k, column(k), effective_);
            }
            return;
        }
        const Index cut = boundary_near_middle(first, senses);
        const detail::PortRange source_range{&network, 0, sources};
        const detail::PortRange low{&network, sources, cut};
        const detail::PortRange high{&network, sources + cut, senses - cut};
        const PortReducer::Needed needed{.front = sources};
        split(reducer_.eliminate(high, std::nullopt, std::array{source_range, low},
                                 {sources, 0, 0, cut}, needed),
              first);
        split(reducer_.eliminate(low, std::nullopt, std::array{source_range, high},
                                 {sources, 0, 0, senses - cut}, needed),
              first + cut);
    }

    /// The first port of a phase, as near to the middle of the range as there is one.
    [[nodiscard]] Index boundary_near_middle(Index first, Index senses) const {
        const auto is_boundary = [&](Index k) {
            return phase(sense_columns_[static_cast<std::size_t>(first + k - 1)]) !=
                   phase(sense_columns_[static_cast<std::size_t>(first + k)]);
        };
        Index best = 0;
        for (Index k = 1; k < senses; ++k) {
            const bool nearer = std::abs(2 * k - senses) < std::abs(2 * best - senses);
            if (is_boundary(k) && (best == 0 || nearer)) best = k;
        }
        return best;
    }

    const Crossbar& crossbar_;
    const ArraySpec& sharing_;
    PortReducer& reducer_;
    RowMajorMatrix effective_;
    std::vector<Index> sense_columns_;
};

RowMajorMatrix reduce_ideal_by_phase(const Crossbar& crossbar, const ArraySpec& sharing,
                                     PortReducer& reducer) {
    RowMajorMatrix effective(crossbar.rows(), crossbar.columns());
    const Index phases = conversion_phases(sharing, crossbar.columns());
    for (Index phase = 0; phase < phases; ++phase) {
        const RowMajorMatrix map =
            reduce_ideal(crossbar_in_phase(crossbar, sharing, phase), reducer);
        for (Index j = 0; j < crossbar.columns(); ++j) {
            if (conversion_phase(sharing, j) == phase) effective.col(j) = map.col(j);
        }
    }
    return effective;
}

void check(const Crossbar& crossbar) {
    crossbar.check();
    // The last merge holds two blocks, their union and its panel: about 3 (rows + columns)^2.
    constexpr double byte_per_terminal_pair = 3 * 8;
    const auto terminals = static_cast<double>(crossbar.rows() + crossbar.columns());
    check_memory(byte_per_terminal_pair * terminals * terminals, "the effective conductance");
}

}  // namespace

EffectiveConductanceSolver::EffectiveConductanceSolver()
    : reducer_(std::make_unique<PortReducer>(detail::port_kernels().front())) {}
EffectiveConductanceSolver::~EffectiveConductanceSolver() = default;
EffectiveConductanceSolver::EffectiveConductanceSolver(EffectiveConductanceSolver&&) noexcept =
    default;
EffectiveConductanceSolver& EffectiveConductanceSolver::operator=(
    EffectiveConductanceSolver&&) noexcept = default;

double EffectiveConductanceSolver::operations() const { return reducer_->operations(); }

RowMajorMatrix EffectiveConductanceSolver::operator()(const Crossbar& crossbar) {
    check(crossbar);
    if (has_ideal_axis(crossbar)) return reduce_ideal(crossbar, *reducer_);
    const PortNetwork terminals =
        reduce_to_terminals(crossbar, detail::SenseCouplings::ignored, *reducer_);
    RowMajorMatrix effective = RowMajorMatrix::Zero(crossbar.rows(), crossbar.columns());
    const Index first = terminals.first(Side::top);
    for (Index source = 0; source < first; ++source) {
        auto row = effective.row(row_of_source(crossbar, source));
        for (Index port = first; port < terminals.ports(); ++port) {
            row(column_of_sense(crossbar, port - first)) += terminals.at(port, source);
        }
    }
    return effective;
}

RowMajorMatrix EffectiveConductanceSolver::operator()(const Crossbar& crossbar,
                                                      const ArraySpec& sharing) {
    if (sharing.unselected == UnselectedColumns::clamped) return (*this)(crossbar);
    check(crossbar);
    if (has_ideal_axis(crossbar)) return reduce_ideal_by_phase(crossbar, sharing, *reducer_);
    const PortNetwork terminals =
        reduce_to_terminals(crossbar, detail::SenseCouplings::kept, *reducer_);
    return PhaseSplitter(crossbar, sharing, *reducer_).split(terminals);
}

RowMajorMatrix effective_conductance(const Crossbar& crossbar) {
    return EffectiveConductanceSolver()(crossbar);
}

RowMajorMatrix effective_conductance(const Crossbar& crossbar, const ArraySpec& sharing) {
    return EffectiveConductanceSolver()(crossbar, sharing);
}

RowMajorMatrix read_currents(const RowMajorMatrix& input_volt,
                             const RowMajorMatrix& effective_siemens) {
    if (input_volt.cols() != effective_siemens.rows()) {
        throw InputError({.place = {},
                          .id = "CIR003",
                          .what = fmt::format("an input vector has {} voltages for {} rows",
                                              input_volt.cols(), effective_siemens.rows()),
                          .remedy = "Give one voltage per row: vectors x rows"});
    }
    RowMajorMatrix current(input_volt.rows(), effective_siemens.cols());
    detail::AlignedVector scratch(detail::product_scratch_doubles);
    detail::product_kernels().front()({.a = input_volt.data(),
                                       .a_step = input_volt.cols(),
                                       .b = effective_siemens.data(),
                                       .b_step = effective_siemens.cols(),
                                       .c = current.data(),
                                       .c_step = current.cols(),
                                       .rows = current.rows(),
                                       .depth = input_volt.cols(),
                                       .columns = current.cols(),
                                       .scratch = scratch.data()});
    return current;
}

}  // namespace ohmgrid
