#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "search/objective/simulated_design.hpp"

namespace ohmgrid {

/// What coarser inputs and converters do to the scores of a network, one layer at a time.
struct Sensitivities {
    /// By layer, scope index and option: minus the squared deviation of the class scores from those
    /// of the reference, over the mean squared lead of the best class. That of input bits and that
    /// of converter bits are measured apart and added.
    std::vector<std::vector<std::vector<double>>> quality;
    std::vector<Activity> activities;  ///< of the reference, by layer
    std::int64_t simulations = 0;
};

/// What was measured so far, so that an interrupted measurement goes on: "layer/input/converter
/// bits"
/// -> deviation. `changed` is called after every simulation.
struct SensitivityBook {
    std::map<std::string, double> values = {};
    std::function<void()> changed = {};
};

/// Simulates the network with one layer's bits changed at a time; all others, and the ranges of
/// inputs and converters, as in `reference`. The ranks share the simulations; all know the result.
/// The options of the space may differ in anything; only input and converter bits count here.
Sensitivities measure_sensitivities(const Space& space, const Design& reference,
                                    const SimulatorSpec& spec, SensitivityBook& book, Ranks& ranks,
                                    const RunContext& context);

/// `Sensitivities::quality` for the options of a space, from a book that knows all bits of it.
std::vector<std::vector<std::vector<double>>> quality_of_bits(const Space& space,
                                                              const SensitivityBook& book);

/// Every layer with its largest input and converter bits, and else its first option.
Design finest_design(const Space& space);

}  // namespace ohmgrid
