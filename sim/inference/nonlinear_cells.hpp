#pragma once

#include <cstdint>
#include <vector>

#include "sim/circuit/array_spec.hpp"
#include "sim/circuit/cell_law.hpp"
#include "sim/circuit/crossbar.hpp"
#include "sim/core/matrix.hpp"
#include "sim/device/device_model.hpp"
#include "sim/inference/layer_settings.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// Reads of arrays whose cells do not obey Ohm's law. Equations: docs/models/inference.md.

/// Whether the law of the layer's cells counts on this chip (ArraySpec::cells).
bool follows_cell_law(const LayerSettings& settings, const VirtualChip& chip);

/// Current of a cell at full read voltage between ideal lines, over that voltage; `siemens` itself
/// where no law counts. A cell at g_max is one column-sum unit.
/// @throws as make_cell_law
double read_siemens(const LayerSettings& settings, const DeviceModel& device,
                    const VirtualChip& chip, double siemens);

/// What a word line carries during one read.
struct ReadVolts {
    double full = 0;             ///< at the highest level
    int levels = 1;              ///< above zero: 1 for single bits
    double driven_share = 0.25;  ///< of the rows in one read
};

/// The linear map that comes closest to reads of an array: rows x columns, siemens.
///
/// The array is solved by Newton's method for a few inputs that drive the given share of the rows
/// each, together all rows at several levels. Each cell becomes the secant through the origin that
/// fits its voltages and currents there best, the map of that linear array is exact, and a factor
/// per column brings its currents as near to Newton's as they come (least squares).
/// @throws as solve_nonlinear and EffectiveConductanceSolver
RowMajorMatrix linearised_map(const Crossbar& crossbar, const CellLaw& law,
                              const ArraySpec& sharing, const ReadVolts& volts);

/// One array of a chip as a circuit, and how inputs reach it.
struct ReadCircuit {
    Crossbar crossbar;
    CellLaw law;
    ArraySpec sharing;                     ///< which columns are read together
    RowMajorMatrix mixing = {};            ///< of columns that share a converter; empty: none
    std::vector<std::int64_t> order = {};  ///< row p of the array is row order[p] of the part
    std::vector<double> full_volt =
        {};                   ///< on word line p at full input, its driver's gain included
    double unit_ampere = 1;   ///< of one column-sum unit
    std::uint32_t array = 0;  ///< number on the chip
};

/// Column sums of inputs (vectors x rows of the part; 1 is full input, negative ones are negative
/// voltages), every read solved by Newton's method: vectors x columns.
/// @throws as solve_nonlinear, naming the array
RowMajorMatrix newton_sums(const ReadCircuit& circuit, const RowMajorMatrix& inputs);

}  // namespace ohmgrid
