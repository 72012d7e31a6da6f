#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "sim/cost/chip_cost.hpp"

namespace ohmgrid {

/// What one layer asks of the chip around it: all that other layers notice of it.
struct LayerDemand {
    std::int64_t tiles = 0;
    double tile_area_m2 = 0;      ///< of one tile
    double leakage_watt = 0;      ///< of the layer's tiles
    double feature_map_bits = 0;  ///< input and output together, in the global buffer
    int value_bits = 0;           ///< of an activation
    double phase_second = 0;      ///< one conversion at the layer's own pace
    std::int64_t operations = 0;  ///< two per multiply-accumulate

    [[nodiscard]] double area_m2() const { return static_cast<double>(tiles) * tile_area_m2; }
};

/// The demands of all layers together: sums, and the largest of each. Two chips whose totals are
/// equal charge a layer equally.
struct ChipDemand {
    std::int64_t tiles = 0;       ///< sum
    double tiles_area_m2 = 0;     ///< sum
    double feature_map_bits = 0;  ///< largest
    int value_bits = 0;           ///< largest
    double phase_second = 0;      ///< largest

    ChipDemand& operator+=(const LayerDemand& layer);
};

/// The blocks that layers share and the clock they follow, as their demands decide: the global
/// buffer, the tree to the tiles, digital units.
class SharedChip {
  public:
    /// @throws InputError COST001 technology incomplete
    SharedChip(const ChipDemand& demand, const Technology& technology, const ChipSpec& chip);

    /// Area and leakage of the shared blocks.
    [[nodiscard]] Cost built() const;
    /// Of the digital clock in force.
    [[nodiscard]] double clock_second() const;
    /// From the global buffer to a tile. The only way in which the number of tiles and their area
    /// reach the energy and latency of a layer (with chip.buffer_share = "by-tiles" the number
    /// also decides its latency); both never fall as it grows.
    [[nodiscard]] double path_metre() const;

  private:
    friend class LayerModel;
    struct Blocks;
    std::shared_ptr<const Blocks> blocks_;
};

/// The chip with its tiles chosen for `layers`, if chip.floor_plan is automatic; else unchanged.
/// @throws InputError MAP001 see LayerMapping
ChipSpec with_floor_plan(const ChipSpec& chip, std::span<const LayerPlan> layers);

/// One layer by itself, ready to be costed on any chip: what chip_cost adds up.
class LayerModel {
  public:
    /// @throws as chip_cost, and InputError (COST010) if the chip's floor plan is still to be
    /// chosen
    LayerModel(LayerPlan plan, const Technology& technology, const DeviceModel& device,
               const ChipSpec& chip);

    [[nodiscard]] const LayerDemand& demand() const;
    /// The layer's row of the table, its share of the common blocks included.
    [[nodiscard]] LayerCost cost_on(const SharedChip& shared) const;

  private:
    struct Parts;
    std::shared_ptr<const Parts> parts_;
};

/// The chip's figures from those of its layers, in their order.
ChipCost chip_of(std::vector<LayerCost> layers, const SharedChip& shared, const ChipSpec& chip);

}  // namespace ohmgrid
