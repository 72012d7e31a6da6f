#include "sim/network/detail/onnx_operators.hpp"

#include <limits>

namespace ohmgrid::detail {
namespace {

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

}  // namespace

std::span<const OnnxOperator> onnx_operators() {
    static const std::vector<OnnxOperator> table{
        {"Add", 2, 2, {}, import_add},
        {"AveragePool",
         1,
         1,
         {"auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads",
          "strides"},
         import_average_pool},
        {"BatchNormalization",
         5,
         5,
         {"epsilon", "momentum", "spatial", "training_mode"},
         import_batch_normalization},
        {"Cast", 1, 1, {"saturate", "to"}, import_cast},
        {"Clip", 1, 3, {"max", "min"}, import_clip},
        {"Concat", 1, any_number, {"axis"}, import_concat},
        {"Constant",
         0,
         0,
         {"value", "value_float", "value_floats", "value_int", "value_ints"},
         import_constant},
        {"ConstantOfShape", 1, 1, {"value"}, import_constant_of_shape},
        {"Conv",
         2,
         3,
         {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"},
         import_convolution},
        {"Div", 2, 2, {}, import_div},
        {"Dropout", 1, 3, {"ratio", "seed"}, import_dropout},
        {"Flatten", 1, 1, {"axis"}, import_flatten},
        {"Gather", 2, 2, {"axis"}, import_gather},
        {"Gemm", 2, 3, {"alpha", "beta", "transA", "transB"}, import_gemm},
        {"GlobalAveragePool", 1, 1, {}, import_global_average_pool},
        {"Identity", 1, 1, {}, import_identity},
        {"MatMul", 2, 2, {}, import_matmul},
        {"MaxPool",
         1,
         1,
         {"auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"},
         import_max_pool},
        {"Mul", 2, 2, {}, import_mul},
        {"Pad", 1, 4, {"mode", "pads", "value"}, import_pad},
        {"ReduceMean", 1, 2, {"axes", "keepdims", "noop_with_empty_axes"}, import_reduce_mean},
        {"Relu", 1, 1, {}, import_relu},
        {"Reshape", 2, 2, {"allowzero"}, import_reshape},
        {"Shape", 1, 1, {"end", "start"}, import_shape},
        {"Slice", 1, 5, {"axes", "ends", "starts"}, import_slice},
        {"Softmax", 1, 1, {"axis"}, import_softmax},
        {"Squeeze", 1, 2, {"axes"}, import_squeeze},
        {"Sub", 2, 2, {}, import_sub},
        {"Transpose", 1, 1, {"perm"}, import_transpose},
        {"Unsqueeze", 1, 2, {"axes"}, import_unsqueeze},
    };
    return table;
}

}  // namespace ohmgrid::detail
