#include "search/objective/guide.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// Share of the features' own spread that the ridge adds; small, since terms are few. Assumed.
constexpr double ridge = 1e-3;
constexpr double least_root = 1e-9;  ///< stands for roots that come out negative
constexpr std::size_t left_out = 4;  // every fourth sample measures the error

std::vector<double> ranks(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> rank(values.size());
    for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = static_cast<double>(i);
    return rank;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    const auto n = static_cast<double>(a.size());
    const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
    const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

Guide::Guide(const Space& space, const std::vector<ScoredNetwork>& samples, std::int64_t root)
    : space_(space), root_(static_cast<double>(root)), reference_(samples.front().score) {
    for (std::size_t v = 0; v < space.variables().size(); ++v) {
        if (space.variables()[v].choices.size() > 1) free_.push_back(v);
    }
    fit(samples, true);
    std::vector<double> measured, predicted;
    double squares = 0;
    for (std::size_t i = 0; i < samples.size(); i += left_out) {
        measured.push_back(samples[i].score);
        predicted.push_back(predict(samples[i].design));
        const double error = std::abs(predicted.back() - measured.back());
        largest_error_ = std::max(largest_error_, error);
        squares += error * error;
    }
    rms_error_ = std::sqrt(squares / static_cast<double>(measured.size()));
    rank_correlation_ = correlation(ranks(measured), ranks(predicted));
    fit(samples, false);
}

std::vector<double> Guide::features(const Design& design) const {
    std::vector<double> f{1};
    for (const std::size_t v : free_) {
        const auto& choices = space_.variables()[v].choices;
        const double largest = static_cast<double>(choices.back());
        const double share =
            static_cast<double>(choices[static_cast<std::size_t>(design.widths[v])]) / largest;
        f.push_back(share);
        f.push_back(std::log(share));
    }
    return f;
}

void Guide::fit(const std::vector<ScoredNetwork>& samples, bool leave_out) {
    const auto terms = static_cast<Eigen::Index>(features(samples.front().design).size());
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(terms, terms);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(terms);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (leave_out && i % left_out == 0) continue;
        const std::vector<double> row = features(samples[i].design);
        const Eigen::Map<const Eigen::VectorXd> f(row.data(), terms);
        const double quality = quality_of(samples[i].score);
        // The same error of the score counts the same, large or small its root.
        const double weight = root_ > 0 ? 1 / (quality * quality) : 1;
        normal += weight * f * f.transpose();
        right += weight * quality * f;
    }
    for (Eigen::Index i = 1; i < terms; ++i) normal(i, i) *= 1 + ridge;
    for (Eigen::Index i = 1; i < terms; ++i) normal(i, i) += ridge;
    const Eigen::VectorXd solution = normal.ldlt().solve(right);
    weights_.assign(solution.data(), solution.data() + terms);
}

double Guide::quality_of(double score) const {
    return root_ > 0 ? std::exp((score - reference_) / root_) : score;
}

double Guide::predict(const Design& design) const {
    const std::vector<double> f = features(design);
    const double quality = std::inner_product(f.begin(), f.end(), weights_.begin(), 0.0);
    if (!(root_ > 0)) return quality;
    return reference_ + root_ * std::log(std::max(quality, least_root));
}

std::vector<std::vector<std::vector<double>>> Guide::table() const {
    std::vector<std::vector<std::vector<double>>> table;
    std::vector<bool> is_charged(space_.variables().size(), false);
    for (std::size_t layer = 0; layer < space_.layer_count(); ++layer) {
        std::vector<std::size_t> own;  // places in free_ of the variables first seen here
        for (std::size_t k = 0; k < free_.size(); ++k) {
            const auto& scope = space_.scope(layer);
            if (is_charged[free_[k]]) continue;
            if (std::ranges::count(scope, static_cast<int>(free_[k])) == 0) continue;
            is_charged[free_[k]] = true;
            own.push_back(k);
        }
        auto& scopes = table.emplace_back();
        Design d = space_.first_design();
        for (int scope = 0; scope < space_.scope_count(layer); ++scope) {
            space_.set_scope(layer, scope, d);
            const std::vector<double> f = features(d);
            double sum = layer == 0 ? weights_[0] : 0;
            for (const std::size_t k : own) {
                sum += weights_[1 + 2 * k] * f[1 + 2 * k] + weights_[2 + 2 * k] * f[2 + 2 * k];
            }
            scopes.emplace_back(space_.options(layer).size(), sum);
        }
    }
    return table;
}

Design random_widths(const Space& space, std::uint64_t seed, std::uint32_t index) {
    Design d = space.first_design();
    const RandomStream stream(seed, Purpose::optimiser, TrialId{1}, index);
    for (std::size_t v = 0; v < d.widths.size(); ++v) {
        d.widths[v] = static_cast<int>(
            stream.below(static_cast<std::uint32_t>(space.variables()[v].choices.size()),
                         static_cast<std::uint32_t>(v)));
    }
    return d;
}

}  // namespace ohmgrid
