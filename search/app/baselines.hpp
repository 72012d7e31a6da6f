#pragma once

#include <optional>
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

/// What somebody else reports, to stand beside ([[compare]] of a search file): how many times
/// better than baselines of their own, or a value of the objective.
struct Published {
    std::string name = {};
    std::string source = {};
    std::optional<double> edap_lower = {};
    std::optional<double> tops_per_watt_higher = {};
    std::optional<double> tops_per_mm2_higher = {};
    std::optional<double> value = {};

    [[nodiscard]] bool has_gain() const {
        return edap_lower || tops_per_watt_higher || tops_per_mm2_higher;
    }
};

/// The run file's own network and circuits, and the same with SAR and with flash converters in all
/// layers. By the cost tables.
std::vector<Baseline> baselines_of(const BaseDesign& base);

/// How many times better `best` is than each baseline, by EDAP, TOPS/W and TOPS/mm2; below, the
/// gains that others report.
Table gain_table(const std::vector<Baseline>& baselines, const std::vector<Published>& published,
                 const Figures& best);

}  // namespace ohmgrid
