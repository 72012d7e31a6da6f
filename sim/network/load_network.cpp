#include "sim/network/load_network.hpp"

#include "sim/core/error.hpp"
#include "sim/network/onnx_import.hpp"
#include "sim/network/shape_table.hpp"

namespace ohmgrid {

Graph load_network(const std::filesystem::path& path) {
    const std::filesystem::path extension = path.extension();
    if (extension == ".onnx") return import_onnx(path);
    if (extension == ".csv") return read_shape_table(path);
    throw InputError(
        Message{.place = path.string(),
                .id = "NET001",
                .what = "a network cannot be read from a '" + extension.string() + "' file",
                .remedy = "Give an ONNX model (.onnx) or a shape table (.csv)"});
}

}  // namespace ohmgrid
