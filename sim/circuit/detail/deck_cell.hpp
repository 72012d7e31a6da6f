#pragma once

#include <string>

#include "sim/circuit/cell_law.hpp"

namespace ohmgrid::detail {

/// The subcircuit `cell` of a law with the parameters, functions and models it needs. Its pins are
/// the word-line and the bit-line node and, for 1T1R, the gate.
std::string cell_subcircuit(const CellLaw& law);

/// The parameters of one instance: "g=1e-05" and what else the law wants.
std::string cell_parameters(const CellLaw& law, const Crossbar& crossbar, Eigen::Index row,
                            Eigen::Index column);

}  // namespace ohmgrid::detail
