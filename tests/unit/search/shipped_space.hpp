#pragma once

#include <string>
#include <utility>
#include <vector>

#include "search/space/space.hpp"
#include "sim/network/shape_table.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {

/// A shipped network as 64 x 64 arrays of 4-bit ReRAM cells with shared 6-bit SAR converters.
inline BaseDesign base_on(const std::string& table) {
    BaseDesign base;
    base.network =
        read_shape_table(std::string(OHMGRID_SOURCE_DIR) + "/netlists/networks/" + table);
    base.technology = technology_of("32nm");
    base.device = device_of("reram/hfox-1t1r");
    base.chip = chip_of("default");
    const std::size_t layers = base.network.weighted_nodes().size();
    base.settings.assign(layers,
                         {.array = {.rows = 64, .columns = 64, .cell_bits = 4, .column_sharing = 8},
                          .adc = {.type = AdcType::sar, .bits = 6},
                          .mapping = {.weight_bits = 8, .input_bits = 8}});
    base.adc_costs.assign(layers, {});
    base.activities.assign(layers, {});
    return base;
}

/// The same choices for every layer.
inline Space space_on(const std::string& table, const LayerSpace& layer) {
    BaseDesign base = base_on(table);
    const std::size_t layers = base.settings.size();
    return {std::move(base), std::vector<LayerSpace>(layers, layer)};
}

}  // namespace ohmgrid
