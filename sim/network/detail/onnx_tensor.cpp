#include "sim/network/detail/onnx_tensor.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <numeric>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid::detail {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

[[noreturn]] void refuse(const onnx::TensorProto& stored, const std::string& what,
                         std::string remedy) {
    throw InputError(Message{.place = {},
                             .id = "NET007",
                             .what = "tensor '" + stored.name() + "' " + what,
                             .remedy = std::move(remedy)});
}

std::vector<std::int64_t> dims_of(const onnx::TensorProto& stored) {
    return {stored.dims().begin(), stored.dims().end()};
}

std::size_t elements_of(const onnx::TensorProto& stored) {
    const std::vector<std::int64_t> dims = dims_of(stored);
    std::int64_t elements = 1;
    for (const std::int64_t extent : dims) {
        if (extent < 0) {
            refuse(stored, "has the impossible shape " + text_of(dims), "The file is damaged");
        }
        if (extent > 0 && elements > max_layer_weights / extent) {
            refuse(stored, "has the shape " + text_of(dims) + ", more than any file can hold",
                   "The file is damaged");
        }
        elements *= extent;
    }
    return static_cast<std::size_t>(elements);
}

void check_count(const onnx::TensorProto& stored, std::size_t stored_count) {
    const std::size_t expected = elements_of(stored);
    if (stored_count == expected) return;
    refuse(stored,
           "has the shape " + text_of(dims_of(stored)) + ", " + std::to_string(expected) +
               " values, but the file holds " + std::to_string(stored_count),
           "The file is damaged or incomplete: export it again");
}

/// The values as `Out`, from raw bytes that hold `Raw` or from the field of the type.
template <class Raw, class Out, class Field>
Tensor<Out> converted(const onnx::TensorProto& stored, const Field& field) {
    std::vector<Out> values;
    if (stored.has_raw_data()) {
        const std::string& bytes = stored.raw_data();
        if (bytes.size() % sizeof(Raw) != 0) {
            refuse(stored, "ends in the middle of a value", "The file is damaged: export it again");
        }
        check_count(stored, bytes.size() / sizeof(Raw));
        values.resize(bytes.size() / sizeof(Raw));
        for (std::size_t i = 0; i < values.size(); ++i) {
            Raw value{};
            std::memcpy(&value, bytes.data() + i * sizeof(Raw), sizeof(Raw));
            values[i] = static_cast<Out>(value);
        }
    } else {
        check_count(stored, static_cast<std::size_t>(field.size()));
        values.reserve(static_cast<std::size_t>(field.size()));
        for (const auto value : field) values.push_back(static_cast<Out>(value));
    }
    return {dims_of(stored), std::move(values)};
}

}  // namespace

std::string text_of(std::span<const std::int64_t> dims) {
    std::string out;
    for (const std::int64_t extent : dims) out += (out.empty() ? "" : "x") + std::to_string(extent);
    return out.empty() ? "scalar" : out;
}

std::optional<std::vector<std::int64_t>> reshaped(std::span<const std::int64_t> from,
                                                  std::span<const std::int64_t> target) {
    std::vector<std::int64_t> to(target.begin(), target.end());
    for (std::size_t i = 0; i < std::min(to.size(), from.size()); ++i) {
        if (to[i] == 0) to[i] = from[i];
    }
    const std::int64_t elements =
        std::accumulate(from.begin(), from.end(), std::int64_t{1}, std::multiplies<>{});
    const auto open = std::ranges::find(to, -1);
    std::int64_t known = 1;
    for (auto extent = to.begin(); extent != to.end(); ++extent) {
        if (extent == open) continue;
        if (*extent < 1 || known > elements / *extent) return std::nullopt;
        known *= *extent;
    }
    if (open != to.end()) *open = elements / known;
    const std::int64_t reached = open != to.end() ? known * *open : known;
    return reached == elements ? std::optional(to) : std::nullopt;
}

OnnxTensor read_tensor(const onnx::TensorProto& stored) {
    if (stored.data_location() == onnx::TensorProto::EXTERNAL || stored.external_data_size() > 0) {
        refuse(stored, "keeps its data in another file",
               "Save the model as one file, without external data");
    }
    switch (stored.data_type()) {
        case onnx::TensorProto::FLOAT:
            return converted<float, float>(stored, stored.float_data());
        case onnx::TensorProto::DOUBLE:
            return converted<double, float>(stored, stored.double_data());
        case onnx::TensorProto::INT64:
            return converted<std::int64_t, std::int64_t>(stored, stored.int64_data());
        case onnx::TensorProto::INT32:
            return converted<std::int32_t, std::int64_t>(stored, stored.int32_data());
        case onnx::TensorProto::BOOL:
            return converted<std::uint8_t, std::int64_t>(stored, stored.int32_data());
        default:
            break;
    }
    const bool named = onnx::TensorProto::DataType_IsValid(stored.data_type());
    refuse(stored,
           "has the type " + (named ? onnx::TensorProto::DataType_Name(stored.data_type())
                                    : std::to_string(stored.data_type())),
           "Export the network with FLOAT (or DOUBLE) weights");
}

}  // namespace ohmgrid::detail
