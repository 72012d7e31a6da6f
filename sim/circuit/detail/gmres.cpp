#include "sim/circuit/detail/gmres.hpp"

#include <vector>

namespace ohmgrid::detail {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd gmres(const std::function<VectorXd(const VectorXd&)>& apply, const VectorXd& right_side,
               const GmresOptions& options) {
    const double start = right_side.norm();
    if (start == 0) return VectorXd::Zero(right_side.size());
    const auto most = static_cast<Index>(options.max_iterations);
    std::vector<VectorXd> basis{right_side / start};
    MatrixXd triangle = MatrixXd::Zero(most + 1, most);
    VectorXd rotated = start * VectorXd::Unit(most + 1, 0);
    std::vector<Eigen::JacobiRotation<double>> rotations;

    Index used = 0;
    while (used < most && std::abs(rotated(used)) > options.tolerance * start) {
        const Index k = used++;
        VectorXd next = apply(basis.back());
        for (Index i = 0; i <= k; ++i) {
            const VectorXd& direction = basis[static_cast<std::size_t>(i)];
            triangle(i, k) = direction.dot(next);
            next -= triangle(i, k) * direction;
        }
        const double length = next.norm();
        triangle(k + 1, k) = length;
        for (Index i = 0; i < k; ++i) {
            triangle.col(k).applyOnTheLeft(i, i + 1,
                                           rotations[static_cast<std::size_t>(i)].adjoint());
        }
        Eigen::JacobiRotation<double> rotation;
        rotation.makeGivens(triangle(k, k), triangle(k + 1, k));
        triangle.col(k).applyOnTheLeft(k, k + 1, rotation.adjoint());
        rotated.applyOnTheLeft(k, k + 1, rotation.adjoint());
        rotations.push_back(rotation);
        if (length == 0) break;
        basis.push_back(next / length);
    }
    const VectorXd weights =
        triangle.topLeftCorner(used, used).triangularView<Eigen::Upper>().solve(rotated.head(used));
    VectorXd solution = VectorXd::Zero(right_side.size());
    for (Index k = 0; k < used; ++k) {
        solution += weights(k) * basis[static_cast<std::size_t>(k)];
    }
    return solution;
}

}  // namespace ohmgrid::detail
