#pragma once

#include <optional>
#include <string>

#include "sim/converter/adc_spec.hpp"
#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// Where the figures of a converter come from. Published models differ by more than ten times
/// (docs/models/cost.md), so the choice matters more than most of the architecture.
enum class AdcModel {
    survey,    ///< regression over measured stand-alone converters, with low and high figures
    macro,     ///< SAR below the columns of a macro, with low and high figures
    neurosim,  ///< NeuroSim's fits: lowest of all
    isaac,     ///< the 8-bit SAR of ISAAC, scaled
    custom     ///< the user's own energy, area and latency
};

/// How a converter is costed. A given figure replaces the model's.
struct AdcCostSpec {
    AdcModel model = AdcModel::survey;
    std::optional<double> energy_joule = {};  ///< per conversion
    std::optional<double> area_m2 = {};
    std::optional<double> latency_second = {};  ///< per conversion
    std::optional<double> leakage_watt = {};
};

/// Keys adc.cost.* of a run file and of adc files.
const ParamTable<AdcCostSpec>& adc_cost_parameters();

/// Complains if the custom model lacks a figure and if ISAAC is asked for a flash converter.
void check(const AdcCostSpec& spec, const AdcSpec& adc, const ParameterSet& set,
           Complaints& complaints);

/// Low, typical and high estimate of one figure.
struct Range {
    double low = 0;
    double typical = 0;
    double high = 0;
};

/// Who pays for the current that flows through the cells while a column is sensed.
enum class CellCurrent { paid_by_array, paid_by_converter };

/// One converter: `cost` holds the typical figures, energy and latency per conversion.
struct AdcCost {
    Cost cost;
    Range energy_joule;
    Range area_m2;
    double sampling_second = 0;  ///< part of the latency during which the column is connected
    CellCurrent cell_current = CellCurrent::paid_by_array;

    /// Figures without a spread.
    static AdcCost certain(const Cost& cost, double sampling_second, CellCurrent cell_current);
    static AdcCost spread(const Range& energy_joule, const Range& area_m2, double latency_second,
                          double sampling_second);
};

/// Cost of one converter of a column whose conducting cells have `column_ohm` in parallel, read at
/// `read_volt`. An ideal converter is free.
/// @throws InputError (id COST003 outside a model's nodes, COST004 ISAAC and flash, COST005 custom
/// figures missing)
AdcCost adc_cost(const AdcSpec& adc, const AdcCostSpec& spec, double column_ohm, double read_volt,
                 const LogicCells& cells, const Technology& technology);

/// A converter asked of the survey's regression, unlike all those that it comes from.
struct Extrapolation {
    AdcType type = AdcType::sar;
    int bits = 0;
    double node_nanometre = 0;

    bool operator==(const Extrapolation&) const = default;
    /// A warning with the distance from the survey's converters.
    [[nodiscard]] std::string text() const;
};

/// None if the survey covers the converter or was not asked.
std::optional<Extrapolation> extrapolation(const AdcSpec& adc, const AdcCostSpec& spec,
                                           const Technology& technology);

Explanation explain_adc(const AdcSpec& adc, const AdcCostSpec& spec, double column_ohm,
                        double read_volt, const LogicCells& cells, const Technology& technology);

}  // namespace ohmgrid
