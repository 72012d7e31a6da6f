#include "sim/circuit/crossbar_io.hpp"
#include "sim/circuit/iv_table.hpp"
#include "sim/device/measured.hpp"
#include "sim/mapping/layer_shape.hpp"
#include "sim/network/load_network.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace ohmgrid {

/// The first byte chooses what kind of table the rest is.
void read_hostile(std::string_view bytes) {
    if (bytes.empty()) return;
    const std::filesystem::path path = hostile_file(bytes.substr(1), "table.csv");
    switch (bytes[0]) {
        case 'a':
            (void)read_array(path, {}, 0.2);
            break;
        case 'i': {
            const IvInterpolant curve(read_iv_table(path));
            (void)curve.at(1e-5, 0.1);
            break;
        }
        case 'm':
            (void)read_measured(path);
            break;
        case 's':
            (void)layer_shapes(load_network(path));
            break;
        default:
            break;
    }
}

}  // namespace ohmgrid
