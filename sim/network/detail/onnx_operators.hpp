#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/network/detail/onnx_scope.hpp"

namespace ohmgrid::detail {

/// How one ONNX operator becomes nodes of our graph.
struct OnnxOperator {
    std::string_view name;
    std::size_t least_inputs = 1;
    std::size_t most_inputs = 1;
    std::vector<std::string_view> attributes;  ///< all others are refused
    void (*import)(OnnxScope&, const OnnxNode&) = nullptr;
};

/// Every supported operator, in alphabetical order.
std::span<const OnnxOperator> onnx_operators();

// Layers and elementwise operations (onnx_layers.cpp).
void import_add(OnnxScope& scope, const OnnxNode& node);
void import_batch_normalization(OnnxScope& scope, const OnnxNode& node);
void import_clip(OnnxScope& scope, const OnnxNode& node);
void import_convolution(OnnxScope& scope, const OnnxNode& node);
void import_div(OnnxScope& scope, const OnnxNode& node);
void import_gemm(OnnxScope& scope, const OnnxNode& node);
void import_matmul(OnnxScope& scope, const OnnxNode& node);
void import_mul(OnnxScope& scope, const OnnxNode& node);
void import_relu(OnnxScope& scope, const OnnxNode& node);
void import_softmax(OnnxScope& scope, const OnnxNode& node);
void import_sub(OnnxScope& scope, const OnnxNode& node);

// Pools and padding (onnx_pools.cpp).
void import_average_pool(OnnxScope& scope, const OnnxNode& node);
void import_global_average_pool(OnnxScope& scope, const OnnxNode& node);
void import_max_pool(OnnxScope& scope, const OnnxNode& node);
void import_pad(OnnxScope& scope, const OnnxNode& node);
void import_reduce_mean(OnnxScope& scope, const OnnxNode& node);

// What rearranges features without computing (onnx_reshapes.cpp).
void import_cast(OnnxScope& scope, const OnnxNode& node);
void import_concat(OnnxScope& scope, const OnnxNode& node);
void import_dropout(OnnxScope& scope, const OnnxNode& node);
void import_flatten(OnnxScope& scope, const OnnxNode& node);
void import_identity(OnnxScope& scope, const OnnxNode& node);
void import_reshape(OnnxScope& scope, const OnnxNode& node);
void import_squeeze(OnnxScope& scope, const OnnxNode& node);
void import_transpose(OnnxScope& scope, const OnnxNode& node);
void import_unsqueeze(OnnxScope& scope, const OnnxNode& node);

// What makes constants or computes with them (onnx_constants.cpp). An import hands over to the
// `compute` of its name when its first input is a constant.
void import_constant(OnnxScope& scope, const OnnxNode& node);
void import_constant_of_shape(OnnxScope& scope, const OnnxNode& node);
void import_gather(OnnxScope& scope, const OnnxNode& node);
void import_shape(OnnxScope& scope, const OnnxNode& node);
void import_slice(OnnxScope& scope, const OnnxNode& node);
void compute_arithmetic(OnnxScope& scope, const OnnxNode& node);  ///< Add, Sub, Mul, Div
void compute_concat(OnnxScope& scope, const OnnxNode& node);
void compute_reshape(OnnxScope& scope, const OnnxNode& node);
void compute_squeeze(OnnxScope& scope, const OnnxNode& node);
void compute_transpose(OnnxScope& scope, const OnnxNode& node);
void compute_unsqueeze(OnnxScope& scope, const OnnxNode& node);

}  // namespace ohmgrid::detail
