#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "search/solver/dominance.hpp"
#include "sim/core/run_context.hpp"

namespace ohmgrid {

/// How partial designs are dropped while they are extended layer by layer.
struct LabelRules {
    DominanceRules keep = {};
    std::int64_t most_labels = std::int64_t{1} << 40;  ///< give up beyond

    /// No completion of a partial design in `state` after `boundary` layers can be of use.
    std::function<bool(std::size_t boundary, int state, const Measures& sum)> is_hopeless = {};
};

/// Complete designs none of which another one dominates, and some that are: their exact figures
/// decide.
struct LabelResult {
    std::vector<Design> designs;
    std::int64_t labels = 0;  ///< partial designs kept, all layers together
    bool is_complete = true;  ///< false: gave up
};

/// Least (operations, quality: most) that the layers from `boundary` on can add, measure by
/// measure.
class CostToGo {
  public:
    CostToGo(const Space& space, const ChainTables& tables);

    /// `sum` with the best of everything still to come; not finite if nothing can come.
    [[nodiscard]] Measures completed(std::size_t boundary, int state, const Measures& sum) const;

  private:
    std::vector<std::vector<Measures>> best_;  ///< by boundary and state
};

/// Label setting on the chain of one scenario.
///
/// Of the partial designs (labels) in one state, those that another one dominates are dropped; for
/// speed not every dominated one is found.
LabelResult search_labels(const Space& space, const ChainTables& tables, const LabelRules& rules,
                          const RunContext& context);

}  // namespace ohmgrid
