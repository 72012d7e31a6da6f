#pragma once

#include <filesystem>
#include <string>

#include "sim/circuit/cell_law.hpp"
#include "sim/core/parameters.hpp"

namespace ohmgrid {

enum class CellLawKind { linear, sinh, cubic, table, transistor };

/// The law of a kind of cell as files describe it: its numbers, before it meets an array.
struct CellLawSpec {
    CellLawKind kind = CellLawKind::linear;
    double sinh_b_per_volt = 0;
    double cubic_k2_per_volt = 0;  ///< i = g (v + k2 v^2 + k3 v^3)
    double cubic_k3_per_volt2 = 0;
    /// Added to k2 g and k3 g: polynomials of log10(g / siemens), constant first, whose values are
    /// in A/V^2 and A/V^3.
    std::vector<double> cubic_c2_of_log10_g = {};
    std::vector<double> cubic_c3_of_log10_g = {};
    std::string table = {};     ///< path of an I-V table (IvTable)
    double threshold_volt = 0;  ///< of the access transistor, see AccessTransistor
    double alpha = 0;
    double drive_ampere = 0;
    double saturation_volt = 0;
    double modulation_per_volt = 0;
    double gate_volt = 0;  ///< on the select line of a selected row
};

/// Section [device.law] of a device or run file.
const ParamTable<CellLawSpec>& cell_law_parameters();

/// The law for cells of the given conductances, all rows selected. A relative table path counts
/// from `folder`.
/// @throws IoError and InputError as read_iv_table; InputError CIR108 if a table is needed and none
/// is named
CellLaw make_cell_law(const CellLawSpec& spec, const RowMajorMatrix& conductance_siemens,
                      const std::filesystem::path& folder);

}  // namespace ohmgrid
