#include "sim/cost/technology.hpp"

namespace ohmgrid {
namespace {

constexpr Dimension farad_per_metre = dimension::capacitance / dimension::length;
constexpr Dimension farad_per_m2 = dimension::capacitance / dimension::area;
constexpr Dimension ampere_per_metre = dimension::current / dimension::length;

ParamNote required(double low, double high, std::string doc) {
    return {.fallback = {}, .low = low, .high = high, .doc = std::move(doc)};
}

}  // namespace

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
