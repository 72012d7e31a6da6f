#pragma once

#include <memory>
#include <string>
#include <vector>

#include "search/objective/figures.hpp"
#include "search/space/space.hpp"
#include "sim/cost/cost.hpp"

namespace ohmgrid {

/// What one layer adds to a chip whose shared blocks are known. All but the last two add up over
/// layers; energies and latencies stand for the shortest and the longest path on the chip.
struct Measures {
    double area_m2 = 0;  ///< of the layer's tiles
    double tiles = 0;
    double latency_short = 0;
    double latency_long = 0;
    double latency_bend = 0;  ///< most that the latency lies below the line between both
    double energy_short = 0;  ///< dynamic
    double energy_long = 0;
    double leakage_watt = 0;
    double operations = 0;
    double quality = 0;        ///< what a separable predictor of accuracy adds; larger is better
    double slowest_short = 0;  ///< latency of the slowest layer
    double slowest_long = 0;

    /// Adds the sums and takes the larger of the slowest.
    Measures& operator+=(const Measures& more);
};

/// Values of the chip-wide quantities that couple layers, held while a chain is solved:
/// the global buffer is as large as the most demanding layer needs, activations are `value_bits`
/// wide in the widest layer, the slowest phase takes `phase_second`. No layer exceeds any of them,
/// and each is attained by some layer.
struct Scenario {
    double buffer_bits = 0;
    int value_bits = 0;
    double phase_second = 0;  ///< 0: layers do not share a clock
};

/// How totals of a chain become figures of the chip. Tiles and their area couple layers through
/// shared wiring and through the path from the buffer to a tile; these numbers bound what they do.
struct Coupling {
    double path_short = 0;  ///< metre, over all designs of the scenario
    double path_long = 0;
    double area_per_tile = 0;     ///< most that one more tile adds to the shared area
    double leakage_per_tile = 0;  ///< likewise, watt
    double energy_per_tile = 0;   ///< most that one tile more or less changes the energy by
    double latency_per_tile = 0;  ///< likewise
    double energy_per_metre = 0;  ///< most that a metre of path adds
    double latency_per_metre = 0;
    bool is_pipelined = false;  ///< the interval is the latency of the slowest layer
    bool is_stepped = false;    ///< latency jumps along the path: no bound per tile holds

    /// Shared blocks: fixed, and wiring that grows with the root of the tiles' area and is
    /// tabulated over the number of tiles for `reference_area_m2`. Empty: nothing is shared.
    double fixed_area_m2 = 0;
    double fixed_leakage_watt = 0;
    double reference_area_m2 = 1;
    std::int64_t first_tiles = 0;
    std::vector<Cost> wiring = {};
    std::vector<double> path_metre = {};  ///< likewise

    [[nodiscard]] Cost shared(double tiles, double area_m2) const;
    /// Most that wiring can be on the reference area.
    [[nodiscard]] Cost widest_wiring() const { return wiring.empty() ? Cost{} : wiring.back(); }
    /// Shortest path for any number of tiles in a range, on at least `area_m2`.
    [[nodiscard]] double shortest_path(double least_tiles, double most_tiles, double area_m2) const;
    /// Figures at least as good as those of any design whose totals are no better than `least`
    /// (largest for operations) on a path no shorter than path_short.
    [[nodiscard]] Figures optimistic(const Measures& least) const;

  private:
    /// The table's entry for a number of tiles, or the nearest.
    [[nodiscard]] std::size_t place_of(double tiles) const;
};

/// The tables of one scenario. An option that contradicts the scenario has no entry.
struct ChainTables {
    struct Entry {
        int option = 0;
        std::uint8_t attains = 0;  ///< one bit for each value of the scenario that it has
        Measures measures;
    };
    std::vector<std::vector<std::vector<Entry>>> entries;  ///< by layer and scope index
    std::uint8_t must_attain = 0;
    Coupling coupling;
};

/// Where figures come from: this project's cost tables, or another model of the same chain.
/// `quality` of the measures is left at zero.
class CostModel {
  public:
    CostModel() = default;
    CostModel(const CostModel&) = delete;
    CostModel& operator=(const CostModel&) = delete;
    virtual ~CostModel() = default;

    /// Exact figures of one design: the model's own, whatever the tables say.
    [[nodiscard]] virtual Figures figures(const Design& design) const = 0;
    /// Every design belongs to at least one scenario in which the tables describe it exactly, and
    /// to none in which they promise more than it holds.
    [[nodiscard]] virtual std::vector<Scenario> scenarios() const = 0;
    [[nodiscard]] virtual ChainTables tables(const Scenario& scenario) const = 0;
    /// False: there is no energy, hence no EDAP and no TOPS/W.
    [[nodiscard]] virtual bool has_energy() const = 0;
    /// In words, for the certificate: what couples layers and how it is kept exact.
    [[nodiscard]] virtual std::string coupling_text() const = 0;
};

/// sim/cost: any technology, device and chip.
std::unique_ptr<CostModel> chip_cost_model(const Space& space);
/// XPert's regression (sim/cost/xpert_surrogate.hpp): area, and latency in its own unit.
std::unique_ptr<CostModel> xpert_cost_model(const Space& space);

}  // namespace ohmgrid
