#pragma once

#include <cstdint>
#include <vector>

#include "sim/circuit/array_spec.hpp"
#include "sim/core/matrix.hpp"
#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// In which order a converter takes the columns it serves.
enum class ConversionOrder { ascending, descending, even_then_odd };

/// What the hold capacitor carries when the read of an array begins.
enum class ReadStart {
    discharged,  ///< nothing
    last_column  ///< the column converted last, of a read with the same inputs
};

/// Whether the hold capacitor is discharged between two columns.
enum class HoldReset { none, every_column };

/// The analog multiplexer between the columns of an array and their converters: a switch per
/// column, and one hold capacitor per converter that remembers the column before. Which columns
/// share a converter, and whether the others stay at the virtual ground, is ArraySpec's matter.
/// Everything is free and immediate unless given. Equations: docs/models/converter.md (9) to (12).
struct MultiplexerSpec {
    double switch_ohm = 0;    ///< in series with the sense node of the selected column
    double hold_farad = 0;    ///< charged from the sense stage for every column
    double source_ohm = 0;    ///< of the stage that charges it, switch not included
    double phase_second = 0;  ///< time for one column; 0: as long as it takes
    double read_second = 0;   ///< or: time for a whole read, shared by the phases; 0: no limit
    HoldReset reset = HoldReset::none;
    double residual_charge = 0;      ///< share of the previous column's voltage left at the end
    double injected_coulomb = 0;     ///< onto the hold capacitor when a switch opens
    double injected_per_signal = 0;  ///< part of it that follows the signal: share of the voltage
    ConversionOrder order = ConversionOrder::ascending;
    ReadStart read_start = ReadStart::discharged;
};

/// Section [multiplexer] of a run file.
const ParamTable<MultiplexerSpec>& multiplexer_parameters();

/// Complains about a phase limit, injected charge or reset without a hold capacitor (MUX001) and
/// about two time limits at once (MUX002).
void check(const MultiplexerSpec& mux, const ParameterSet& set, Complaints& complaints);

/// Time that every column of a read is given to settle; 0 if there is no limit.
double track_second(const ArraySpec& array, const MultiplexerSpec& mux);

/// The array with the switches in series with its sense ends.
ArraySpec with_switches(const ArraySpec& array, const MultiplexerSpec& mux);

/// Columns of one converter in the order in which it takes them: one list per converter. The last
/// converter may serve fewer.
std::vector<std::vector<std::int64_t>> conversion_sequences(const ArraySpec& array,
                                                            const MultiplexerSpec& mux);

/// Whether converters see something else than the column currents.
bool mixes_columns(const MultiplexerSpec& mux);

/// columns x columns: what the converters see of one read is (row vector of currents) * mixing, so
/// G_eff * mixing takes the place of G_eff. Settling within the phase and the residue of the column
/// converted before; identity if mixes_columns() is false.
RowMajorMatrix column_mixing(const ArraySpec& array, const MultiplexerSpec& mux);

/// Voltage that injected charge adds to every column, the residue of the charge injected before
/// included. Zero where a converter serves one column, because nothing switches.
std::vector<double> injected_volt(const ArraySpec& array, const MultiplexerSpec& mux);

}  // namespace ohmgrid
