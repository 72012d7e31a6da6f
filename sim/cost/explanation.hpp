#pragma once

#include <string>
#include <vector>

#include "sim/cost/cost.hpp"

namespace ohmgrid {

/// One number of an explanation: an input with its meaning, or a result with its formula.
struct ExplainedValue {
    std::string name;
    std::string text;
    double value = 0;
    std::string unit;
};

/// How a component arrived at its figures; printed by `ohmgrid explain COMPONENT`.
struct Explanation {
    std::string component;
    std::string models;  ///< what is modelled and what is left out
    std::vector<ExplainedValue> inputs;
    std::vector<ExplainedValue> results;  ///< area, latency, energy, leakage with their formulas
    std::string source;                   ///< of the formulas and their coefficients
};

/// The formulas of a component's four figures as texts.
struct Formulas {
    std::string area;
    std::string latency;
    std::string energy;
    std::string leakage;
};

/// The results of an explanation from a cost and its formulas.
std::vector<ExplainedValue> explained(const Cost& cost, const Formulas& formulas);

}  // namespace ohmgrid
