#pragma once

#include <memory>

#include "sim/circuit/conversion_phase.hpp"
#include "sim/circuit/crossbar.hpp"

namespace ohmgrid {

namespace detail {
class PortReducer;
}

/// Computes the exact linear map of a crossbar: column currents I = G_eff^T V for any input V.
///
/// The crossbar is reduced to its terminals by eliminating one node after the other (star-mesh
/// transformations), block by block, with additions and multiplications of positive numbers only:
/// every entry comes out to nearly full precision, whatever the resistances and conductances.
/// Equations and measured errors: docs/models/effective_conductance.md.
///
/// A solver keeps its working memory from one array to the next; use one per thread. The same array
/// gives the same bits on every thread. Cost: O(rows columns (rows + columns)).
class EffectiveConductanceSolver {
  public:
    EffectiveConductanceSolver();
    ~EffectiveConductanceSolver();
    EffectiveConductanceSolver(EffectiveConductanceSolver&&) noexcept;
    EffectiveConductanceSolver& operator=(EffectiveConductanceSolver&&) noexcept;

    /// rows x columns, siemens. Columns that float in `crossbar` are zero.
    /// @throws InputError as Crossbar::check and, for arrays larger than memory, check_memory.
    RowMajorMatrix operator()(const Crossbar& crossbar);

    /// The map of an array read through shared converters. When unselected columns float, each
    /// phase is another network; column j of the result is the response of column j in the phase
    /// that selects it. When they are clamped this is the map above.
    RowMajorMatrix operator()(const Crossbar& crossbar, const ArraySpec& sharing);

    /// Additions and multiplications that all maps so far needed, for measurements.
    [[nodiscard]] double operations() const;

  private:
    std::unique_ptr<detail::PortReducer> reducer_;
};

/// The map of one array, with a solver of its own.
RowMajorMatrix effective_conductance(const Crossbar& crossbar);
RowMajorMatrix effective_conductance(const Crossbar& crossbar, const ArraySpec& sharing);

/// Column currents (vectors x columns) for every row of `input_volt` (vectors x rows): the product
/// of the two, with the widest registers the processor has. A vector's currents are the same bits
/// in every batch.
/// @throws InputError (CIR003) if the sizes disagree.
RowMajorMatrix read_currents(const RowMajorMatrix& input_volt,
                             const RowMajorMatrix& effective_siemens);

}  // namespace ohmgrid
