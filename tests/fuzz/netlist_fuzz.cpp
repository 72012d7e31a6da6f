#include "sim/circuit/cell_netlist.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace ohmgrid {

void read_hostile(std::string_view bytes) {
    const std::filesystem::path path = hostile_file(bytes, "cell.sp");
    const CharacteriseOptions options;
    for (const CellSubcircuit& subcircuit : read_cell_netlist(path)) {
        (void)characterise_deck(path, subcircuit, options);
    }
}

}  // namespace ohmgrid
