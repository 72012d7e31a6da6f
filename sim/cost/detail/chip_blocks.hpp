#pragma once

#include "sim/cost/array_unit.hpp"
#include "sim/cost/chip_cost.hpp"
#include "sim/cost/components/sram_buffer.hpp"
#include "sim/cost/components/wiring.hpp"
#include "sim/cost/layer_model.hpp"
#include "sim/mapping/floor_plan.hpp"

namespace ohmgrid::detail {

/// How long digital steps take. Component timing: the clock's period, or longer if the logic is
/// slower. Synchronous timing: whole periods.
struct Clock {
    Timing timing = Timing::component;
    double period_second = 0;

    [[nodiscard]] double step_second(double logic_second) const;
};

/// A layer on its way to a LayerCost.
struct LayerDraft {
    const LayerPlan* plan = nullptr;
    LayerMapping mapping;
    Placement placement;
    LayerCounts counts;
    TileSides sides;
    ArrayUnit unit;
    double units_per_tile = 0;
    RegisterFile tile_buffer;
    Cost tile_buffer_cost;
    Wiring tile_wiring;
    Cost tile_wiring_cost;
    Cost lane_adder;      ///< one adder of the sums over row parts
    double lanes = 0;     ///< sums a unit delivers at a time: converters / slices
    int output_bits = 0;  ///< of a sum over all row parts

    /// Row parts of a copy that one processing element, one tile and the chip join.
    [[nodiscard]] std::int64_t parts_in_pe() const;
    [[nodiscard]] std::int64_t pes_in_tile() const;
    [[nodiscard]] std::int64_t tiles_on_chip() const { return placement.tile_rows; }
    /// Sums that leave one tile at a time, one per column of units and lane.
    [[nodiscard]] double tile_lanes() const { return sides.tile_columns * lanes; }
};

/// @throws InputError MAP001, MAP002, COST003 .. COST005
LayerDraft draft_layer(const LayerPlan& plan, const DeviceModel& device, const LogicCells& cells,
                       const Technology& technology, const ChipSpec& chip);

/// Area and leakage of one tile of a layer, by component.
ComponentCosts tile_cost(const LayerDraft& draft);

/// Lines of a bank of the global buffer, as NeuroSim's cores; assumed.
inline constexpr double bank_lines = 128;

/// The global buffer: all banks as built, and one access to one bank.
struct BufferCost {
    Cost built;
    double access_second = 0;
    double read_joule = 0;  ///< per bit
    double write_joule = 0;
};

/// What all layers share: the global buffer in banks, the tree to the tiles, the digital units.
struct SharedBlocks {
    double tiles = 0;
    RegisterFile buffer;
    RegisterFile bank;
    BufferCost buffer_cost;
    double ports = 1;  ///< banks that read or write in the same clock
    Wiring wiring;
    Cost wiring_cost;
    double digital_lanes = 0;
    int value_bits = 0;  ///< of the widest activation
};

SharedBlocks shared_blocks(const ChipDemand& demand, const LogicCells& cells,
                           const Technology& technology, const ChipSpec& chip);

/// Area and leakage of the shared blocks, by component.
ComponentCosts shared_cost(const SharedBlocks& blocks, const LogicCells& cells);

}  // namespace ohmgrid::detail
