#pragma once

#include <string>
#include <vector>

#include "search/objective/figures.hpp"
#include "search/space/space.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// A chip with the same circuit in every layer, to compare a search's result with.
struct Baseline {
    std::string name;
    Figures figures;
};

/// The run file's own network and circuits, and the same with SAR and with flash converters in all
/// layers. By the cost tables.
std::vector<Baseline> baselines_of(const BaseDesign& base);

/// How many times better `best` is than each baseline, by EDAP, TOPS/W and TOPS/mm2.
Table gain_table(const std::vector<Baseline>& baselines, const Figures& best);

}  // namespace ohmgrid
