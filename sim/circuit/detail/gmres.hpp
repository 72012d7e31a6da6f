#pragma once

#include <Eigen/Dense>
#include <functional>

namespace ohmgrid::detail {

struct GmresOptions {
    double tolerance = 1e-8;   ///< of the residual's norm, relative to that at the start
    int max_iterations = 200;  ///< also the number of vectors kept: there is no restart
};

/// Solves A x = b for any regular A by the generalised minimal residual method (Saad and Schultz,
/// SIAM J. Sci. Stat. Comput. 7, 856 (1986)) from x = 0. Hands back its best x when it runs out of
/// iterations: the caller judges by its own residual.
Eigen::VectorXd gmres(const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& apply,
                      const Eigen::VectorXd& right_side, const GmresOptions& options);

}  // namespace ohmgrid::detail
