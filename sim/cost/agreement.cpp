#include "sim/cost/agreement.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {

double Agreement::quantile(double share) const {
    if (relative.empty()) return 0;
    std::vector<double> sizes;
    for (const double r : relative) sizes.push_back(std::abs(r));
    std::sort(sizes.begin(), sizes.end());
    const double position = share * static_cast<double>(sizes.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const double rest = position - static_cast<double>(below);
    return rest > 0 ? sizes[below] * (1 - rest) + sizes[below + 1] * rest : sizes[below];
}

bool Agreement::holds() const {
    return !relative.empty() && quantile(0.5) <= most_median && quantile(tail) <= most_tail;
}

bool SweepAgreement::holds() const {
    return std::ranges::all_of(figures, &Agreement::holds) &&
           edap_rank_correlation >= least_rank_correlation;
}

double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
    double score = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = i + 1; j < a.size(); ++j) {
            const double sign = (a[i] - a[j]) * (b[i] - b[j]);
            score += sign > 0 ? 1 : sign < 0 ? -1 : 0;
            ++pairs;
        }
    }
    return score / pairs;
}

}  // namespace ohmgrid
