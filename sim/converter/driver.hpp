#pragma once

#include <cstdint>

#include "sim/core/matrix.hpp"
#include "sim/core/parameters.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// How a word-line driver makes its levels.
enum class DriverElements {
    thermometer,  ///< level q switches the first q of 2^b - 1 unit elements
    binary,       ///< bit i has 2^i unit elements
    pulse_width   ///< level q lasts q unit times: levels cannot differ from each other, only
                  ///< every pulse by its edges
};

/// Static errors of the digital-to-analog converters that drive the word lines; one driver per row
/// and array. All zero by default. Output resistance and driven ends stand in ArraySpec; whether
/// inputs come bit by bit or as levels is MappingSpec's encoding.
///
/// Neglected: noise and settling of the drivers, errors that depend on other rows.
/// Equations: docs/models/converter.md (13) and (14).
struct DriverSpec {
    DriverElements elements = DriverElements::thermometer;
    double gain_sigma = 0;     ///< relative, of a driver's full output
    double element_sigma = 0;  ///< relative, of one unit element; n elements: / sqrt(n)
    double edge_sigma = 0;     ///< pulse width: error of its edges, in unit times
};

/// Section [driver] of a run file.
const ParamTable<DriverSpec>& driver_parameters();

/// Whether levels differ from whole numbers at all.
bool has_level_errors(const DriverSpec& drivers);

/// rows x 2^bits: what driver `row` of array number `array` puts on its word line for input level
/// q, in units of the ideal smallest level: exactly q without errors. Level 0 is 0. With
/// `bits` = 1 (bit-serial inputs) column 1 holds the drivers' gains.
/// Without ErrorSource::drivers the levels are exact.
RowMajorMatrix driver_levels(const DriverSpec& drivers, int bits, std::int64_t rows,
                             const VirtualChip& chip, std::uint32_t array);

}  // namespace ohmgrid
