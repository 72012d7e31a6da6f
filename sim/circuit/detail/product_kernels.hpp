#pragma once

#include <cstdint>
#include <vector>

namespace ohmgrid::detail {

/// c = a b for matrices stored row by row, their rows `step` numbers apart: a is rows x depth, b is
/// depth x columns.
struct MatrixProduct {
    const double* a = nullptr;
    std::int64_t a_step = 0;
    const double* b = nullptr;
    std::int64_t b_step = 0;
    double* c = nullptr;
    std::int64_t c_step = 0;
    std::int64_t rows = 0;
    std::int64_t depth = 0;
    std::int64_t columns = 0;
    double* scratch = nullptr;  ///< product_scratch_doubles
};

inline constexpr std::int64_t product_scratch_doubles = 24 * 192;

/// Every entry is summed in order of the inner index, so that a row of c depends on nothing but its
/// row of a.
using ProductKernel = void (*)(const MatrixProduct&);

/// The kernels this processor can run, fastest first; last bits differ between instruction sets.
std::vector<ProductKernel> product_kernels();

}  // namespace ohmgrid::detail
