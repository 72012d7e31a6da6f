#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace onnx {
class TensorProto;
}

namespace ohmgrid::detail {

/// A constant of an ONNX model. Row-major.
template <class Number>
struct Tensor {
    std::vector<std::int64_t> dims;  ///< empty for a scalar
    std::vector<Number> values;
};

using RealTensor = Tensor<float>;            ///< weights
using IntegerTensor = Tensor<std::int64_t>;  ///< shapes, axes
using OnnxTensor = std::variant<RealTensor, IntegerTensor>;

/// "16x3x3x3"; "scalar" for no dimensions.
std::string text_of(std::span<const std::int64_t> dims);

/// A matrix of rows x columns as columns x rows.
template <class Number>
std::vector<Number> transposed(const std::vector<Number>& matrix, std::int64_t rows,
                               std::int64_t columns) {
    std::vector<Number> out(matrix.size());
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < columns; ++c) {
            out[static_cast<std::size_t>(c * rows + r)] =
                matrix[static_cast<std::size_t>(r * columns + c)];
        }
    }
    return out;
}

/// The dimensions a tensor of dimensions `from` has after a Reshape to `target`, whose entries may
/// be 0 (as in `from`) and, once, -1 (what is left); nullopt if the elements do not fit.
std::optional<std::vector<std::int64_t>> reshaped(std::span<const std::int64_t> from,
                                                  std::span<const std::int64_t> target);

/// Reads a tensor stored as raw_data or in the typed field of its type: float32 and float64 become
/// reals; int64, int32 and bool become integers. Allocates nothing before the stored data are known
/// to have the size the dimensions ask for.
/// @throws InputError (NET007, no place) for other types, data kept outside the file, dimensions
///         that are negative or disagree with the data
OnnxTensor read_tensor(const onnx::TensorProto& stored);

}  // namespace ohmgrid::detail
