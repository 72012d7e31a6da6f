#include "sim/circuit/effective_conductance.hpp"

#include "sim/circuit/line_solver.hpp"

namespace ohmgrid {

using Eigen::Index;

RowMajorMatrix effective_conductance(const Crossbar& crossbar) {
    const RowMajorMatrix one_by_one = RowMajorMatrix::Identity(crossbar.rows(), crossbar.rows());
    return LineSolver(crossbar).solve(one_by_one).column_current_ampere;
}

RowMajorMatrix effective_conductance(const Crossbar& crossbar, const ArraySpec& sharing) {
    if (sharing.unselected == UnselectedColumns::clamped) return effective_conductance(crossbar);
    RowMajorMatrix selected(crossbar.rows(), crossbar.columns());
    for (Index phase = 0; phase < sharing.column_sharing; ++phase) {
        Crossbar in_phase = crossbar;
        in_phase.floating_columns.resize(static_cast<std::size_t>(crossbar.columns()));
        for (Index j = 0; j < crossbar.columns(); ++j) {
            in_phase.floating_columns[static_cast<std::size_t>(j)] =
                crossbar.column_floats(j) || conversion_phase(sharing, j) != phase;
        }
        const RowMajorMatrix map = effective_conductance(in_phase);
        for (Index j = 0; j < crossbar.columns(); ++j) {
            if (conversion_phase(sharing, j) == phase) selected.col(j) = map.col(j);
        }
    }
    return selected;
}

Index conversion_phase(const ArraySpec& spec, Index column) {
    return spec.shared_columns == SharedColumns::adjacent ? column % spec.column_sharing
                                                          : column / spec.converters();
}

}  // namespace ohmgrid
