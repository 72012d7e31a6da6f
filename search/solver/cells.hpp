#pragma once

#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

#include "search/solver/goal.hpp"
#include "search/solver/label_search.hpp"
#include "search/solver/linear_bound.hpp"

namespace ohmgrid {

/// A box of totals: tile area, latency (on the shortest path), energy with leakage, operations.
struct Cell {
    enum Axis : std::size_t { area, latency, energy, operations };
    std::array<double, 4> low = {};
    std::array<double, 4> high = {};
    double least = 0;                   ///< no design in the cell has a smaller merit
    std::array<double, 7> prices = {};  ///< multipliers of the cell's sides: see cells.cpp
};

/// A cell that could not be dropped, with its bound.
struct OpenCell {
    Cell cell;
    LinearBound bound;
    Weights weights;
};

/// Branch and bound over cells of one scenario.
class CellSearch {
  public:
    /// @param offer  called with designs met on the way; returns the merit to beat
    CellSearch(const Space& space, const ChainTables& tables, const Goal& goal,
               std::function<double(const Design&)> offer);

    /// Splits the cell with the least bound until all exceed the merit to beat, `most_cells` are
    /// open or `most_rounds` are done. Returns the open ones.
    std::vector<OpenCell> run(double merit_to_beat, int most_cells, int most_rounds);
    [[nodiscard]] std::int64_t bounds_computed() const { return bounds_; }
    [[nodiscard]] double merit_to_beat() const { return to_beat_; }
    /// No design of the scenario has a smaller merit; of use where the objective is per operation.
    [[nodiscard]] double least_ratio_merit();
    /// How designs compare that matter to open cells.
    [[nodiscard]] MeritRule merit_rule(const std::vector<OpenCell>& cells) const;

  private:
    struct Bounded {
        Cell cell;
        std::optional<LinearBound> bound;
        Measures totals;  ///< of the bound's own design
    };
    /// The energy with leakage, from below: linear in the measures wherever the cell holds.
    struct EnergyLine {
        double constant = 0;
        Weights weights;

        [[nodiscard]] double of(const Measures& m) const { return constant + weights.of(m); }
    };

    [[nodiscard]] std::optional<Cell> root() const;
    /// Bounds the cell, improving its prices; nothing if it can be dropped.
    [[nodiscard]] std::optional<Bounded> bounded(Cell cell);
    [[nodiscard]] EnergyLine energy_line(const Cell& cell) const;
    /// Whether the objective is one per operation and a design is known.
    [[nodiscard]] bool is_ratio() const {
        return exponents_.operations == -1 && std::isfinite(to_beat_);
    }
    [[nodiscard]] Weights ratio_weights(const Cell& cell) const;
    [[nodiscard]] double numerator_low(const Cell& cell) const;
    [[nodiscard]] Weights numerator_line(const Cell& cell) const;
    [[nodiscard]] Weights log_weights(const Cell& cell) const;
    [[nodiscard]] Weights weights_of(const Cell& cell) const;
    [[nodiscard]] std::array<double, 7> excesses(const Cell& cell, const Measures& m) const;
    [[nodiscard]] Cost least_shared(const Cell& cell) const;
    /// How far the linear function can lie below the merit, axis by axis.
    [[nodiscard]] std::array<double, 4> looseness(const Bounded& b) const;
    [[nodiscard]] std::size_t widest_axis(const Bounded& b) const;
    [[nodiscard]] bool breaks_limits(const Cell& cell) const;

    const Space& space_;
    const ChainTables& tables_;
    const Goal& goal_;
    Exponents exponents_;
    std::function<double(const Design&)> offer_;
    Measures least_;  ///< measure by measure, of any design
    Measures most_;
    double largest_tile_m2_ = 0;
    double smallest_tile_m2_ = 0;
    double least_watt_per_m2_ = 0;  ///< of leakage, of any layer's tiles
    double to_beat_ = 0;
    std::int64_t bounds_ = 0;
};

}  // namespace ohmgrid
