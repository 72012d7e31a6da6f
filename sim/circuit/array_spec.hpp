#pragma once

#include <cstdint>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

enum class UnselectedColumns { clamped, floating };
enum class SharedColumns { adjacent, strided };
enum class DriveEnds { left, right, both };
enum class SenseEnds { bottom, top, both };

/// How networks read cells with an I-V law of their own.
enum class CellReads {
    linear,      ///< by Ohm's law: the law is neglected
    linearised,  ///< as the linear array that comes closest at the voltages of a read
    newton       ///< by solving every read: for small studies
};

/// One crossbar array: its size, its wires, what stands at the ends of its lines, and how its
/// columns share converters. Conventions: docs/models/crossbar_dc.md.
struct ArraySpec {
    std::int64_t rows = 0;     ///< word lines (inputs)
    std::int64_t columns = 0;  ///< bit lines (outputs)
    int cell_bits = 0;         ///< 2^cell_bits levels per cell

    double row_wire_ohm = 0;     ///< per cell pitch, also between driver and first cell
    double column_wire_ohm = 0;  ///< per cell pitch, also between last cell and sense node
    double driver_ohm = 0;       ///< in series at each driven end of a word line
    double sense_ohm = 0;        ///< in series at each sensed end of a bit line
    DriveEnds drive = DriveEnds::left;
    SenseEnds sense = SenseEnds::bottom;

    std::int64_t column_sharing = 0;  ///< columns served by one converter
    SharedColumns shared_columns = SharedColumns::adjacent;
    UnselectedColumns unselected = UnselectedColumns::clamped;
    CellReads cells = CellReads::linear;

    /// Converters of one array: the last one may serve fewer columns.
    [[nodiscard]] std::int64_t converters() const {
        return (columns + column_sharing - 1) / column_sharing;
    }
};

/// Section [array] of a run file.
const ParamTable<ArraySpec>& array_parameters();

/// Complains about more columns per converter than there are (ARR001). A number that does not
/// divide the columns is fine: the last converter serves the rest.
void check(const ArraySpec& array, const ParameterSet& set, Complaints& complaints);

}  // namespace ohmgrid
