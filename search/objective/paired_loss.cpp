#include "search/objective/paired_loss.hpp"

#include <cmath>
#include <vector>

#include "sim/core/contract.hpp"

namespace ohmgrid {
namespace {

/// Probabilities of 0, 1, ... successes out of `count` if the chance of one is Beta(a, b); an `a`
/// of 0 means no chance. Entries beyond the last one of weight are left out.
std::vector<double> beta_binomial(std::int64_t count, double a, double b) {
    if (a == 0) return {1.0};
    constexpr double negligible = 1e-17;
    const auto n = static_cast<double>(count);
    const double whole = std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + std::lgamma(n + 1) -
                         std::lgamma(n + a + b);
    const double mean = n * a / (a + b);
    std::vector<double> probability;
    for (std::int64_t i = 0; i <= count; ++i) {
        const auto k = static_cast<double>(i);
        probability.push_back(std::exp(whole + std::lgamma(k + a) + std::lgamma(n - k + b) -
                                       std::lgamma(k + 1) - std::lgamma(n - k + 1)));
        if (k > mean && probability.back() < negligible) break;
    }
    return probability;
}

}  // namespace

double promised_loss(const PairedResult& result, std::int64_t test_images, double confidence) {
    OHMGRID_EXPECT(result.images > 0 && test_images > 0);
    const auto images = static_cast<double>(result.images);
    const auto lost = static_cast<double>(result.lost);
    const auto won = static_cast<double>(result.won);
    if (result.lost == result.images) return 1;
    const std::vector<double> losing = beta_binomial(test_images, lost + 1, images - lost);
    const std::vector<double> winning = beta_binomial(test_images, won, images - won + 1);
    const auto most_won = std::ssize(winning) - 1;
    // By difference lost - won, from -most_won.
    std::vector<double> difference(losing.size() + winning.size() - 1, 0.0);
    for (std::size_t l = 0; l < losing.size(); ++l) {
        for (std::size_t w = 0; w < winning.size(); ++w) {
            difference[l + static_cast<std::size_t>(most_won) - w] += losing[l] * winning[w];
        }
    }
    double sum = 0;
    std::int64_t k = -most_won;
    for (const double p : difference) {
        sum += p;
        if (sum >= confidence) break;
        ++k;
    }
    return static_cast<double>(k) / static_cast<double>(test_images);
}

}  // namespace ohmgrid
