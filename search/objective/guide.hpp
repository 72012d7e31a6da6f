#pragma once

#include <cstdint>
#include <vector>

#include "search/space/space.hpp"

namespace ohmgrid {

/// A design with the score its network got.
struct ScoredNetwork {
    Design design;
    double score = 0;
};

/// A prediction of a score from a network's widths that adds up over layers: a constant, and for
/// every width variable a term in its width and one in its logarithm. Fitted by ridge regression;
/// what it is worth is measured on networks left out.
///
/// What adds up is the score itself, or its *quality*: for a score ln det K of an n x n kernel the
/// n-th root of the determinant, exp(score / n). The kernels of layers add up, every unit of a
/// layer adds about as much as its neighbours, and det^(1/n) is concave and homogeneous of first
/// degree (Minkowski's inequality), so that it is nearly linear in the widths; ln det is not.
class Guide {
  public:
    /// @param samples  at least two; every fourth is left out of the fit and measures the error
    /// @param root     n, if scores are logarithms of determinants of n x n kernels; 0: scores
    ///                 add up as they are
    Guide(const Space& space, const std::vector<ScoredNetwork>& samples, std::int64_t root = 0);

    [[nodiscard]] double predict(const Design& design) const;
    /// What adds up to a score.
    [[nodiscard]] double quality_of(double score) const;
    /// The quality that every option of every layer adds, and the constant with the first layer's:
    /// a QualityTable of the solvers.
    [[nodiscard]] std::vector<std::vector<std::vector<double>>> table() const;
    /// On the networks left out: largest and root mean square difference, and the correlation of
    /// ranks (Spearman).
    [[nodiscard]] double largest_error() const { return largest_error_; }
    [[nodiscard]] double rms_error() const { return rms_error_; }
    [[nodiscard]] double rank_correlation() const { return rank_correlation_; }

  private:
    [[nodiscard]] std::vector<double> features(const Design& design) const;
    void fit(const std::vector<ScoredNetwork>& samples, bool leave_out);

    const Space& space_;
    double root_ = 0;
    double reference_ = 0;           ///< the score whose quality is one, if a root is taken
    std::vector<std::size_t> free_;  ///< variables with a choice
    std::vector<double> weights_;
    double largest_error_ = 0;
    double rms_error_ = 0;
    double rank_correlation_ = 0;
};

/// A design with widths drawn at random (and the first option of every layer): sample `index`.
Design random_widths(const Space& space, std::uint64_t seed, std::uint32_t index);

}  // namespace ohmgrid
