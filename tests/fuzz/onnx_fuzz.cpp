#include "sim/mapping/layer_shape.hpp"
#include "sim/network/load_network.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace ohmgrid {

void read_hostile(std::string_view bytes) {
    (void)layer_shapes(load_network(hostile_file(bytes, "network.onnx")));
}

}  // namespace ohmgrid
