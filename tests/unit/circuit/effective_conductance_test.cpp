#include "sim/circuit/effective_conductance.hpp"

#include <gtest/gtest.h>

#include "sim/circuit/detail/aligned_vector.hpp"
#include "sim/circuit/detail/product_kernels.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

/// Sizes around every register width, tile and pass; Eigen's product is the slow twin.
TEST(ProductKernels, EachGivesTheProductOfMatricesOfAnyShape) {
    std::srand(5);
    for (const auto kernel : detail::product_kernels()) {
        for (const Index rows : {1, 7, 8, 13}) {
            for (const Index depth : {1, 5, 191, 192, 193, 400}) {
                for (const Index columns : {1, 2, 7, 8, 9, 23, 24, 25, 31, 50}) {
                    const RowMajorMatrix a = RowMajorMatrix::Random(rows, depth);
                    const RowMajorMatrix b = RowMajorMatrix::Random(depth, columns);
                    RowMajorMatrix c = RowMajorMatrix::Constant(rows, columns, 1e300);
                    detail::AlignedVector scratch(detail::product_scratch_doubles);
                    kernel({.a = a.data(),
                            .a_step = depth,
                            .b = b.data(),
                            .b_step = columns,
                            .c = c.data(),
                            .c_step = columns,
                            .rows = rows,
                            .depth = depth,
                            .columns = columns,
                            .scratch = scratch.data()});
                    EXPECT_LT((c - a * b).cwiseAbs().maxCoeff(), 1e-13)
                        << rows << ' ' << depth << ' ' << columns;
                }
            }
        }
    }
}

TEST(ReadCurrents, OfAVectorAreTheSameBitsInEveryBatch) {
    std::srand(6);
    const RowMajorMatrix inputs = RowMajorMatrix::Random(21, 37);
    const RowMajorMatrix map = RowMajorMatrix::Random(37, 29);
    const RowMajorMatrix all = read_currents(inputs, map);
    for (Index k = 0; k < inputs.rows(); ++k) {
        EXPECT_EQ(read_currents(inputs.row(k), map), all.row(k));
    }
}

TEST(ReadCurrents, RefuseSizesThatDisagree) {
    EXPECT_THROW(read_currents(RowMajorMatrix::Ones(2, 3), RowMajorMatrix::Ones(4, 3)), InputError);
}

}  // namespace
}  // namespace ohmgrid
