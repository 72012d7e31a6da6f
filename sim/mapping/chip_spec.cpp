#include "sim/mapping/chip_spec.hpp"

namespace ohmgrid {

const ParamTable<ChipSpec>& chip_parameters() {
    static const ParamTable<ChipSpec> table{
        "chip",
        {
            param::count("arrays_per_pe", &ChipSpec::arrays_per_pe,
                         {.fallback = "16",
                          .low = 1,
                          .high = 4096,
                          .doc = "arrays of a processing element"}),
            param::count(
                "pes_per_tile", &ChipSpec::pes_per_tile,
                {.fallback = "4", .low = 1, .high = 4096, .doc = "processing elements of a tile"}),
        }};
    return table;
}

}  // namespace ohmgrid
