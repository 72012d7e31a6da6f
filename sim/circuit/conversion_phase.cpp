#include "sim/circuit/conversion_phase.hpp"

#include <algorithm>

namespace ohmgrid {

using Eigen::Index;

Index conversion_phase(const ArraySpec& spec, Index column) {
    return spec.shared_columns == SharedColumns::adjacent ? column % spec.column_sharing
                                                          : column / spec.converters();
}

Index conversion_phases(const ArraySpec& spec, Index columns) {
    return spec.shared_columns == SharedColumns::adjacent
               ? std::min(spec.column_sharing, columns)
               : (columns + spec.converters() - 1) / spec.converters();
}

bool phases_differ(const ArraySpec& spec, Index columns) {
    return spec.unselected == UnselectedColumns::floating && conversion_phases(spec, columns) > 1;
}

Crossbar crossbar_in_phase(const Crossbar& crossbar, const ArraySpec& sharing, Index phase) {
    Crossbar in_phase = crossbar;
    in_phase.floating_columns.resize(static_cast<std::size_t>(crossbar.columns()));
    for (Index j = 0; j < crossbar.columns(); ++j) {
        in_phase.floating_columns[static_cast<std::size_t>(j)] =
            crossbar.column_floats(j) || conversion_phase(sharing, j) != phase;
    }
    return in_phase;
}

}  // namespace ohmgrid
