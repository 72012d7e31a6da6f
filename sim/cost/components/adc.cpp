#include "sim/cost/components/adc.hpp"

#include <cmath>
#include <string>

#include "sim/core/complain.hpp"
#include "sim/core/error.hpp"
#include "sim/cost/components/flash_adc.hpp"
#include "sim/cost/components/macro_adc.hpp"
#include "sim/cost/components/sar_adc.hpp"

namespace ohmgrid {
namespace {

// ISAAC (ISCA 2016) uses the converter of Kull et al.: 8 bits, 1.28 GS/s, 2 mW, 1200 um2 at 32 nm
// (eight of them in 9600 um2 and 16 mW). Scaling with bits and node is assumed: energy doubles per
// bit and follows the node, area is linear in bits and follows the node squared.
constexpr double isaac_joule = 1.56e-12;
constexpr double isaac_m2 = 1200e-12;
constexpr double isaac_second = 1 / 1.28e9;
constexpr int isaac_bits = 8;
constexpr double isaac_nanometre = 32;

// NeuroSim's converters were fitted at this read voltage; others scale the column's resistance.
constexpr double neurosim_read_volt = 0.5;

AdcCost isaac_sar(int bits, const Technology& technology) {
    const double node = technology.node_nanometre() / isaac_nanometre;
    const double share = static_cast<double>(bits) / isaac_bits;
    const double latency = isaac_second * share;
    return AdcCost::certain({.area_m2 = isaac_m2 * share * node * node,
                             .latency_second = latency,
                             .energy_joule = isaac_joule * std::exp2(bits - isaac_bits) * node},
                            latency / (bits + 1), CellCurrent::paid_by_array);
}

bool is_sar_only(AdcModel model) { return model == AdcModel::isaac || model == AdcModel::macro; }

Message no_flash_of(AdcModel model) {
    const std::string whose = model == AdcModel::isaac ? "ISAAC's converter" : "that of a macro";
    return {.place = {},
            .id = "COST004",
            .what = "adc.cost.model: " + whose + " is a SAR, not a flash",
            .remedy = "Use adc.cost.model = \"survey\" or adc.type = \"sar\""};
}

Message custom_incomplete() {
    return {.place = {},
            .id = "COST005",
            .what =
                "adc.cost.model = \"custom\" needs adc.cost.energy, adc.cost.area and "
                "adc.cost.latency",
            .remedy = "Add the missing figures"};
}

bool is_complete(const AdcCostSpec& spec) {
    return spec.energy_joule && spec.area_m2 && spec.latency_second;
}

AdcCost model_cost(const AdcSpec& adc, AdcModel model, double column_ohm, double read_volt,
                   const LogicCells& cells, const Technology& technology) {
    const double sensed_ohm = column_ohm * neurosim_read_volt / read_volt;
    const bool flash = adc.type == AdcType::flash;
    switch (model) {
        case AdcModel::survey:
            return flash ? survey_flash(adc.bits, technology) : survey_sar(adc.bits, technology);
        case AdcModel::macro:
            if (flash) throw InputError(no_flash_of(model));
            return macro_sar(adc.bits, cells);
        case AdcModel::neurosim:
            return flash ? neurosim_flash(adc.bits, sensed_ohm, cells, technology)
                         : neurosim_sar(adc.bits, sensed_ohm, cells, technology);
        case AdcModel::isaac:
            if (flash) throw InputError(no_flash_of(model));
            return isaac_sar(adc.bits, technology);
        case AdcModel::custom:
            return {};
    }
    return {};
}

void replace(double& figure, Range& range, const std::optional<double>& given) {
    if (!given) return;
    figure = *given;
    range = {*given, *given, *given};
}

std::string model_text(AdcModel model) {
    switch (model) {
        case AdcModel::survey:
            return "regression over B. Murmann's ADC performance survey (ISSCC and VLSI 1997-2025)";
        case AdcModel::macro:
            return "first principles moved to the median of seven published converters of macros, "
                   "devices/silicon/macro_converters.csv";
        case AdcModel::neurosim:
            return "coefficients of NeuroSim V1.3 (SarADC, MultilevelSenseAmp, "
                   "MultilevelSAEncoder)";
        case AdcModel::isaac:
            return "ISAAC (ISCA 2016), scaling with bits and node assumed";
        case AdcModel::custom:
            return "figures given by the user";
    }
    return {};
}

const SurveyRange& range_of(AdcType type) {
    return type == AdcType::flash ? survey_flash_range() : survey_sar_range();
}

}  // namespace

const ParamTable<AdcCostSpec>& adc_cost_parameters() {
    using S = AdcCostSpec;
    static const ParamTable<S> table{
        "adc.cost",
        {
            param::choice("model", &S::model,
                          {{"survey", AdcModel::survey},
                           {"macro", AdcModel::macro},
                           {"neurosim", AdcModel::neurosim},
                           {"isaac", AdcModel::isaac},
                           {"custom", AdcModel::custom}},
                          {.fallback = "survey", .doc = "where the converter's figures come from"}),
            param::quantity("energy", &S::energy_joule, dimension::energy,
                            {.fallback = "",
                             .low = 0,
                             .high = 1e-3,
                             .doc = "energy per conversion, instead of the model's"}),
            param::quantity("area", &S::area_m2, dimension::area,
                            {.fallback = "",
                             .low = 0,
                             .high = 1e-4,
                             .doc = "area of one converter, instead of the model's"}),
            param::quantity("latency", &S::latency_second, dimension::time,
                            {.fallback = "",
                             .low = 0,
                             .high = 1,
                             .doc = "time per conversion, instead of the model's"}),
            param::quantity("leakage", &S::leakage_watt, dimension::power,
                            {.fallback = "",
                             .low = 0,
                             .high = 1,
                             .doc = "static power of one converter (models: none)"}),
        }};
    return table;
}

void check(const AdcCostSpec& spec, const AdcSpec& adc, const ParameterSet& set,
           Complaints& complaints) {
    if (is_sar_only(spec.model) && adc.type == AdcType::flash) {
        complain(set, complaints, {"adc.cost.model"}, no_flash_of(spec.model));
    }
    if (spec.model == AdcModel::custom && !is_complete(spec)) {
        complain(set, complaints, {"adc.cost.model"}, custom_incomplete());
    }
}

AdcCost AdcCost::certain(const Cost& cost, double sampling_second, CellCurrent cell_current) {
    return {.cost = cost,
            .energy_joule = {cost.energy_joule, cost.energy_joule, cost.energy_joule},
            .area_m2 = {cost.area_m2, cost.area_m2, cost.area_m2},
            .sampling_second = sampling_second,
            .cell_current = cell_current};
}

AdcCost AdcCost::spread(const Range& energy_joule, const Range& area_m2, double latency_second,
                        double sampling_second) {
    return {.cost = {.area_m2 = area_m2.typical,
                     .latency_second = latency_second,
                     .energy_joule = energy_joule.typical},
            .energy_joule = energy_joule,
            .area_m2 = area_m2,
            .sampling_second = sampling_second};
}

AdcCost adc_cost(const AdcSpec& adc, const AdcCostSpec& spec, double column_ohm, double read_volt,
                 const LogicCells& cells, const Technology& technology) {
    if (adc.type == AdcType::ideal) return {};
    if (spec.model == AdcModel::custom && !is_complete(spec)) {
        throw InputError(custom_incomplete());
    }
    AdcCost result = model_cost(adc, spec.model, column_ohm, read_volt, cells, technology);
    replace(result.cost.energy_joule, result.energy_joule, spec.energy_joule);
    replace(result.cost.area_m2, result.area_m2, spec.area_m2);
    if (spec.latency_second) {
        result.cost.latency_second = *spec.latency_second;
        result.sampling_second =
            adc.type == AdcType::sar ? *spec.latency_second / (adc.bits + 1) : *spec.latency_second;
    }
    if (spec.leakage_watt) result.cost.leakage_watt = *spec.leakage_watt;
    return result;
}

std::string Extrapolation::text() const {
    const bool flash = type == AdcType::flash;
    return "adc.cost.model = \"survey\" is extrapolated for a " +
           std::string(flash ? "flash" : "SAR") + " converter of " + std::to_string(bits) +
           " bits: " + range_of(type).distance(bits, node_nanometre);
}

std::optional<Extrapolation> extrapolation(const AdcSpec& adc, const AdcCostSpec& spec,
                                           const Technology& technology) {
    const bool all_given = spec.energy_joule && spec.area_m2;
    if (adc.type == AdcType::ideal || spec.model != AdcModel::survey || all_given) return {};
    const double node = technology.node_nanometre();
    if (range_of(adc.type).covers(adc.bits, node)) return {};
    return Extrapolation{.type = adc.type, .bits = adc.bits, .node_nanometre = node};
}

Explanation explain_adc(const AdcSpec& adc, const AdcCostSpec& spec, double column_ohm,
                        double read_volt, const LogicCells& cells, const Technology& technology) {
    const AdcCost c = adc_cost(adc, spec, column_ohm, read_volt, cells, technology);
    Formulas formulas{"given", "given", "given", "given, else none"};
    const bool flash = adc.type == AdcType::flash;
    if (spec.model == AdcModel::survey) {
        formulas = {flash ? "2^(8.957 + ENOB + 1.997 log2(node/32 nm)) um2, median of residual"
                          : "2^(8.974 + 0.544 ENOB + 1.245 log2(node/32 nm)) um2, median",
                    flash ? "1 ns" : "(bits + 1) ns",
                    flash ? "2^(-3.227 + ENOB + 2.157 log2(node/32 nm)) pJ, median of residual"
                          : "2^(-3.717 + 0.803 ENOB + 0.834 log2(node/32 nm)) pJ, median",
                    "none"};
    } else if (spec.model == AdcModel::macro) {
        formulas = {"1.21 ((478 + 182 (b - 1)) inverters + 2^b 1 fF / (1.5 fF/um2))", "(b + 1) ns",
                    "1.81 (4 b flip-flops + 4^b 1 aF V^2)", "none"};
    } else if (spec.model == AdcModel::neurosim) {
        formulas = {
            flash ? "(2^b - 1) (58 + 0.183 2^b + 11.8) inverters" : "(478 + 182 (b - 1)) inverters",
            flash ? "clamp(a ln(R/1 kohm) + c, 1 ns, 10 ns) + encoder" : "(b + 1) ns",
            flash ? "(k (2^b - 1) + 0.08 V^2/R) t + encoder" : "(k1 b + k0 + 0.1 V^2/R) (b + 1) ns",
            "none"};
    } else if (spec.model == AdcModel::isaac) {
        formulas = {"1200 um2 (b/8) (node/32 nm)^2", "0.78 ns b/8", "1.56 pJ 2^(b - 8) node/32 nm",
                    "none"};
    }
    Explanation e{
        .component = "adc",
        .models =
            "one converter; energy and latency of one conversion. Sample-and-hold "
            "and transimpedance stages are not included",
        .inputs = {{"b", "adc.bits", static_cast<double>(adc.bits), "bit"},
                   {"node", "feature size", technology.feature_metre, "m"},
                   {"V", "supply", cells.supply_volt, "V"},
                   {"R", "resistance of the conducting cells of a column", column_ohm, "ohm"}},
        .results = explained(c.cost, formulas),
        .source = model_text(spec.model)};
    e.results.push_back({"energy.low", "tenth percentile", c.energy_joule.low, "J"});
    e.results.push_back({"energy.high", "ninetieth percentile", c.energy_joule.high, "J"});
    e.results.push_back({"area.low", "tenth percentile", c.area_m2.low, "m2"});
    e.results.push_back({"area.high", "ninetieth percentile", c.area_m2.high, "m2"});
    return e;
}

}  // namespace ohmgrid
