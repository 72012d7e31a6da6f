#pragma once

#include "search/solver/exact_front.hpp"
#include "search/solver/rivals.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {

/// The genes of a design: one for every width with a choice, then one for every layer's option.
class Genes {
  public:
    explicit Genes(const Space& space);

    [[nodiscard]] std::size_t count() const { return sizes_.size(); }
    [[nodiscard]] int size(std::size_t gene) const { return sizes_[gene]; }
    [[nodiscard]] Design design(const std::vector<int>& values) const;

  private:
    const Space& space_;
    std::vector<std::size_t> free_;  ///< width variables with a choice
    std::vector<int> sizes_;         ///< values of each gene
};

/// Random numbers in order, from one stream per use.
class Draws {
  public:
    Draws(std::uint64_t seed, Rival rival)
        : stream_(seed, Purpose::optimiser, TrialId{2 + static_cast<std::int64_t>(rival)}, 0) {}

    int below(int bound) {
        return static_cast<int>(stream_.below(static_cast<std::uint32_t>(bound), draw_++));
    }
    double uniform() { return stream_.uniform_open(draw_++); }
    std::vector<int> genes(const Genes& genes);

  private:
    RandomStream stream_;
    std::uint32_t draw_ = 0;
};

/// A design as rivals see it.
struct Judged {
    std::vector<int> genes;
    std::vector<double> costs;  ///< of the front's figures
    double merit = 0;           ///< of the objective
    double excess = 0;          ///< sum of logarithms by which limits are broken; 0: feasible

    /// What a search for one number minimises.
    [[nodiscard]] double penalised() const { return merit + 10 * excess; }
};

/// Evaluates designs, counts them, and remembers the best ones.
class Evaluator {
  public:
    Evaluator(const Space& space, const CostModel& model, const Goal& goal,
              std::vector<Figure> figures, std::int64_t budget, const RunContext& context)
        : genes(space),
          space_(space),
          model_(model),
          goal_(goal),
          figures_(std::move(figures)),
          budget_(budget),
          context_(context),
          front_(figures_.size()) {}

    [[nodiscard]] bool has_budget() const { return evaluations_ < budget_; }
    [[nodiscard]] double spent_share() const {
        return static_cast<double>(evaluations_) / static_cast<double>(budget_);
    }
    /// @throws Interrupted
    Judged judge(std::vector<int> values);
    [[nodiscard]] RivalResult result() const;

    const Genes genes;

  private:
    const Space& space_;
    const CostModel& model_;
    const Goal& goal_;
    std::vector<Figure> figures_;
    std::int64_t budget_;
    const RunContext& context_;
    std::int64_t evaluations_ = 0;
    std::optional<Scored> best_;
    double best_merit_ = 0;
    Front front_;
};

/// One function per rival; each spends the evaluator's budget.
void search_at_random(Evaluator& evaluate, Draws& draws);
void search_by_nsga2(Evaluator& evaluate, Draws& draws);
void search_by_annealing(Evaluator& evaluate, Draws& draws);
void search_by_gumbel(Evaluator& evaluate, Draws& draws, const Space& space, const CostModel& model,
                      const Goal& goal);

}  // namespace ohmgrid
