#pragma once

#include <cmath>
#include <string>

#include "sim/cost/components/adc.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// A regression over measured converters: log2(y) = intercept + per_enob * ENOB +
/// per_node * log2(node / 32 nm), y in picojoule or square micrometre, with percentiles of its
/// residual.
struct SurveyFit {
    double intercept = 0;
    double per_enob = 0;
    double per_node = 0;
    double p10 = 0;
    double p50 = 0;
    double p90 = 0;

    /// In joule or square metre: a picojoule and a square micrometre are both 1e-12 of them.
    [[nodiscard]] Range at(double enob, const Technology& technology) const {
        const double middle =
            intercept + per_enob * enob + per_node * std::log2(technology.node_nanometre() / 32);
        return {.low = 1e-12 * std::exp2(middle + p10),
                .typical = 1e-12 * std::exp2(middle + p50),
                .high = 1e-12 * std::exp2(middle + p90)};
    }
};

/// What the measured converters behind a SurveyFit cover.
struct SurveyRange {
    double lost_bits = 0;  ///< nominal bits minus ENOB
    double lowest_enob = 0;
    double highest_enob = 0;
    double smallest_nanometre = 0;
    double largest_nanometre = 0;

    [[nodiscard]] bool covers(double bits, double node_nanometre) const {
        const double enob = bits - lost_bits;
        return enob >= lowest_enob && enob <= highest_enob &&
               node_nanometre >= smallest_nanometre && node_nanometre <= largest_nanometre;
    }
    /// How far a converter lies outside, in words; empty inside.
    [[nodiscard]] std::string distance(double bits, double node_nanometre) const;
};

}  // namespace ohmgrid
