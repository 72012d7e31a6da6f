#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/archive/front.hpp"
#include "search/solver/goal.hpp"
#include "sim/core/run_context.hpp"

namespace ohmgrid {

/// Searches without a certificate, to compare with. All work by evaluating complete designs.
enum class Rival {
    random,  ///< uniform draws
    nsga2,   ///< Deb et al., IEEE Trans. Evol. Comput. 6, 2002: population 100, uniform crossover
    annealing,  ///< Kirkpatrick et al., Science 220, 1983: one gene at a time, geometric cooling
    gumbel  ///< XPert's differentiable search done correctly: Gumbel-softmax choices (Jang et al.,
            ///< ICLR 2017), gradients of the merit through the cost tables, Adam
};
inline constexpr std::array all_rivals{Rival::random, Rival::nsga2, Rival::annealing,
                                       Rival::gumbel};

/// "nsga2": the name in tables.
std::string_view to_text(Rival rival);

/// What a rival found.
struct RivalResult {
    std::optional<Scored> best = {};  ///< within the limits
    std::vector<Scored> front = {};   ///< of the designs it evaluated, within the limits
    std::int64_t evaluations = 0;
};

/// Lets a rival evaluate `evaluations` designs. A pure function of its arguments and the seed.
/// @param figures  what its front compares; what NSGA-II optimises
RivalResult run_rival(Rival rival, const Space& space, const CostModel& model, const Goal& goal,
                      const std::vector<Figure>& figures, std::int64_t evaluations,
                      const RunContext& context);

}  // namespace ohmgrid
