#include "sim/cost/technology.hpp"

#include <cmath>

namespace ohmgrid {
namespace {

constexpr Dimension farad_per_metre = dimension::capacitance / dimension::length;
constexpr Dimension farad_per_m2 = dimension::capacitance / dimension::area;
constexpr Dimension ampere_per_metre = dimension::current / dimension::length;

constexpr double reference_kelvin = 300;
constexpr double wire_slope_per_kelvin = 0.00451;  // NeuroSim V1.3 and V1.4

ParamNote required(double low, double high, std::string doc) {
    return {.fallback = {}, .low = low, .high = high, .doc = std::move(doc)};
}

ParamNote optional(std::string fallback, double low, double high, std::string doc) {
    return {.fallback = std::move(fallback), .low = low, .high = high, .doc = std::move(doc)};
}

ParamNote layout(std::string fallback, std::string doc) {
    return {.fallback = std::move(fallback),
            .low = 0.5,
            .high = 200,
            .doc = std::move(doc),
            .source = "NeuroSim V1.3, planar nodes"};
}

}  // namespace

double Technology::wire_ohm_per_metre() const {
    const double warm = 1 + wire_slope_per_kelvin * (temperature_kelvin - reference_kelvin);
    return warm * wire_ohm_metre / (wire_width_metre * wire_width_metre * wire_aspect);
}

Technology Technology::at_temperature() const {
    const double warming = temperature_kelvin - reference_kelvin;
    const auto leaks = [&](double efold) { return efold > 0 ? std::exp(warming / efold) : 1.0; };
    Technology t = *this;
    t.on_n_ampere_per_metre *= 1 + on_slope_n_per_kelvin * warming;
    t.on_p_ampere_per_metre *= 1 + on_slope_p_per_kelvin * warming;
    t.off_n_ampere_per_metre *= leaks(off_efold_n_kelvin);
    t.off_p_ampere_per_metre *= leaks(off_efold_p_kelvin);
    return t;
}

const ParamTable<Technology>& technology_parameters() {
    using T = Technology;
    static const ParamTable<T> table{
        "technology",
        {
            param::text("name", &T::name, {.fallback = "unnamed", .doc = "display name"}),
            param::choice("roadmap", &T::roadmap,
                          {{"low-standby-power", Roadmap::low_standby_power},
                           {"high-performance", Roadmap::high_performance}},
                          {.fallback = "low-standby-power", .doc = "transistors of the logic"}),
            param::quantity("feature_size", &T::feature_metre, dimension::length,
                            required(5e-9, 500e-9, "feature size F of the node")),
            param::quantity("supply", &T::supply_volt, dimension::voltage,
                            required(0.2, 5, "supply voltage")),
            param::quantity("threshold", &T::threshold_volt, dimension::voltage,
                            required(0, 2, "threshold voltage")),
            param::quantity("temperature", &T::temperature_kelvin, dimension::temperature,
                            {.fallback = "300 K",
                             .low = 300,
                             .high = 400,
                             .doc = "temperature of the chip",
                             .source = "range of the PTM currents in NeuroSim V1.3"}),
            param::quantity("gate_capacitance", &T::gate_farad_per_metre, farad_per_metre,
                            required(1e-11, 1e-7,
                                     "gate capacitance per gate width: ideal, overlap and fringe")),
            param::quantity("junction_capacitance", &T::junction_farad_per_m2, farad_per_m2,
                            required(0, 1, "drain bottom capacitance per area")),
            param::quantity("sidewall_capacitance", &T::sidewall_farad_per_metre, farad_per_metre,
                            required(0, 1e-7, "drain edge capacitance per length")),
            param::quantity("channel_capacitance", &T::channel_farad_per_metre, farad_per_metre,
                            required(0, 1e-7, "drain to channel capacitance per gate width")),
            param::quantity("on_current_n", &T::on_n_ampere_per_metre, ampere_per_metre,
                            required(1, 1e5, "n-channel on current per gate width")),
            param::quantity("on_current_p", &T::on_p_ampere_per_metre, ampere_per_metre,
                            required(1, 1e5, "p-channel on current per gate width")),
            param::quantity("off_current_n", &T::off_n_ampere_per_metre, ampere_per_metre,
                            required(0, 1e3, "n-channel leakage per gate width")),
            param::quantity("off_current_p", &T::off_p_ampere_per_metre, ampere_per_metre,
                            required(0, 1e3, "p-channel leakage per gate width")),
            param::number(
                "resistance_factor", &T::resistance_factor,
                required(0.5, 5, "effective switching resistance over supply / on current")),
            param::number("thermal.on_slope_n", &T::on_slope_n_per_kelvin,
                          optional("0", -0.01, 0, "relative change of on_current_n per kelvin")),
            param::number("thermal.on_slope_p", &T::on_slope_p_per_kelvin,
                          optional("0", -0.01, 0, "relative change of on_current_p per kelvin")),
            param::quantity(
                "thermal.off_efold_n", &T::off_efold_n_kelvin, dimension::temperature,
                optional("0 K", 0, 1000, "warming that multiplies off_current_n by e; 0 K: none")),
            param::quantity(
                "thermal.off_efold_p", &T::off_efold_p_kelvin, dimension::temperature,
                optional("0 K", 0, 1000, "warming that multiplies off_current_p by e; 0 K: none")),
            param::number("gate_pitch", &T::gate_pitch_f,
                          layout("3.8", "distance of gates in a row of cells, in feature sizes")),
            param::number("row_height", &T::row_height_f,
                          layout("28", "height of a row of cells, in feature sizes")),
            param::number("sram.width", &T::sram_width_f,
                          layout("28", "SRAM cell along the word line, in feature sizes")),
            param::number("sram.height", &T::sram_height_f,
                          layout("10", "SRAM cell along the bit line, in feature sizes")),
            param::quantity("wire.width", &T::wire_width_metre, dimension::length,
                            required(1e-9, 1e-5, "width of an interconnect wire")),
            param::number("wire.aspect", &T::wire_aspect,
                          required(0.5, 10, "wire thickness over width")),
            param::quantity("wire.resistivity", &T::wire_ohm_metre, dimension::resistivity,
                            required(1e-9, 1e-5, "resistivity of the wire at its width")),
            param::quantity("wire.capacitance", &T::wire_farad_per_metre, farad_per_metre,
                            required(1e-12, 1e-8, "wire capacitance per length")),
        }};
    return table;
}

}  // namespace ohmgrid
