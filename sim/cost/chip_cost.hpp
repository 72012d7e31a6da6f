#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/cost/component_cost.hpp"
#include "sim/cost/layer_plan.hpp"
#include "sim/cost/technology.hpp"
#include "sim/device/device_model.hpp"
#include "sim/mapping/layer_counts.hpp"

namespace ohmgrid {

/// One row of the table: one layer and one image.
struct LayerCost {
    std::string name;
    Op op = Op::convolution;
    Placement placement;
    LayerCounts counts;
    std::int64_t operations = 0;  ///< two per multiply-accumulate
    ComponentCosts components;
    Cost total;  ///< components.total()
    Range adc_energy_joule;
    Range adc_area_m2;
    double tile_area_m2 =
        0;  ///< of one tile; the rest of the area is the layer's share of the chip
    double phase_second = 0;  ///< one conversion phase, as timed
    ActivitySource activity = ActivitySource::assumed;
};

/// The whole table. Layer totals are sums over components, chip figures are sums over layers, both
/// in order, so they add up exactly.
struct ChipCost {
    std::vector<LayerCost> layers;
    ComponentCosts components;
    Cost total;  ///< energy without leakage
    std::int64_t arrays = 0;
    std::int64_t tiles = 0;
    std::int64_t arrays_per_tile = 0;
    std::int64_t operations = 0;
    double utilisation = 0;
    double clock_second = 0;     ///< period of the digital clock in force
    double interval_second = 0;  ///< between images: the latency, or the slowest layer if pipelined
    double leakage_joule = 0;    ///< of the whole chip over one interval
    Range energy_joule;          ///< with leakage, over the uncertainty of the ADC model
    Range area_m2;
    std::vector<Extrapolation> extrapolations;  ///< converters outside the survey, each once

    [[nodiscard]] double frames_per_second() const { return 1 / interval_second; }
    [[nodiscard]] double tops() const;
    /// With leakage, at the typical ADC.
    [[nodiscard]] double tops_per_watt() const;
    [[nodiscard]] double tops_per_mm2() const;
    /// Energy (with leakage) x latency x area, in joule second square metre.
    [[nodiscard]] double edap() const;
    [[nodiscard]] double adc_energy_share() const;
    [[nodiscard]] double adc_area_share() const;
};

/// The cost of a chip that runs `layers`, each on tiles of its own.
///
/// Counts come from the mapping, energies from each layer's activity. The global buffer, the chip's
/// H-tree and its digital units are charged to layers in proportion to their tiles.
/// Cost: a few microseconds per layer. docs/models/cost.md states every formula.
/// @throws InputError COST001 technology incomplete; COST002 no layers, an activity outside 0 .. 1
///         or a chip without arrays; COST003 .. COST005 see adc_cost; COST008 a layer finds no room
///         on `chip.most_tiles`; MAP001 see LayerMapping; MAP002 see tile_sides
/// @throws NumericalError (COST006, names the layer) if a figure is not finite
ChipCost chip_cost(std::span<const LayerPlan> layers, const Technology& technology,
                   const DeviceModel& device, const ChipSpec& chip);

}  // namespace ohmgrid
