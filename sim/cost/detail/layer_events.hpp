#pragma once

#include "sim/cost/detail/chip_blocks.hpp"

namespace ohmgrid::detail {

/// Adds the dynamic energy of one image to each component.
void add_energy(ComponentCosts& costs, const LayerDraft& draft, const SharedBlocks& blocks,
                const ChipSpec& chip, const LogicCells& cells);

/// Adds the latency of one image to each component; they follow each other, so that the layer's
/// latency is their sum. With overlap, what moves data counts only as far as it outlasts the
/// arrays. `phase_second` is one conversion phase as timed.
void add_latency(ComponentCosts& costs, const LayerDraft& draft, const SharedBlocks& blocks,
                 const ChipSpec& chip, const Clock& clock, double phase_second,
                 const LogicCells& cells);

}  // namespace ohmgrid::detail
