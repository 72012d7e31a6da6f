#pragma once

#include <cmath>

#include "sim/cost/components/adc.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// A regression over measured converters: log2(y) = intercept + per_enob * ENOB +
/// per_node * log2(node / 32 nm), and percentiles of its residual.
struct SurveyFit {
    double intercept = 0;
    double per_enob = 0;
    double per_node = 0;
    double p10 = 0;
    double p50 = 0;
    double p90 = 0;

    [[nodiscard]] Range at(double enob, double node_nanometre, double unit) const {
        const double middle =
            intercept + per_enob * enob + per_node * std::log2(node_nanometre / 32);
        return {.low = unit * std::exp2(middle + p10),
                .typical = unit * std::exp2(middle + p50),
                .high = unit * std::exp2(middle + p90)};
    }
};

inline Range picojoules(const SurveyFit& fit, double enob, const Technology& technology) {
    return fit.at(enob, technology.node_nanometre(), 1e-12);
}
inline Range square_micrometres(const SurveyFit& fit, double enob, const Technology& technology) {
    return fit.at(enob, technology.node_nanometre(), 1e-12);
}

}  // namespace ohmgrid
