#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "search/objective/cost_model.hpp"
#include "sim/core/error.hpp"
#include "sim/cost/layer_model.hpp"

namespace ohmgrid {
namespace {

constexpr double square_metre = 1;
constexpr double infinite = std::numeric_limits<double>::infinity();

struct Extent {
    double low = infinite;
    double high = 0;

    void include(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

/// Least and most that all layers together can have of something, whatever their states.
Extent sum_of_extents(const std::vector<Extent>& layers) {
    Extent sum{0, 0};
    for (const Extent& e : layers) {
        sum.low += e.low;
        sum.high += e.high;
    }
    return sum;
}

/// What makes a layer's cost depend on all others in a way that no chain can carry.
void refuse_unknown_coupling(const ChipSpec& chip) {
    std::string what;
    std::string remedy;
    if (chip.floor_plan == FloorPlan::automatic) {
        what = "chip.floor_plan = \"automatic\" sizes tiles for all layers together";
        remedy =
            "Set chip.floor_plan = \"packed\", or \"square\" with each chip.arrays_per_pe and "
            "chip.pes_per_tile in turn: the best of these is at least as good as automatic";
    } else if (chip.buffer_share == BufferShare::by_tiles) {
        what = "chip.buffer_share = \"by-tiles\" slows a layer down by the tiles of all others";
        remedy = "Set chip.buffer_share = \"whole\"";
    } else if (chip.most_tiles > 0) {
        what = "chip.tiles fills a chip in the order of its layers";
        remedy = "Leave it out and limit the area with goal.area_max";
    } else {
        return;
    }
    throw InputError(Message{.place = {}, .id = "SEA014", .what = what, .remedy = remedy});
}

class ChipCostModel final : public CostModel {
  public:
    explicit ChipCostModel(const Space& space) : space_(space) {
        const BaseDesign& base = space.base();
        refuse_unknown_coupling(base.chip);
        for (std::size_t i = 0; i < space.layer_count(); ++i) {
            auto& scopes = models_.emplace_back();
            for (int scope = 0; scope < space.scope_count(i); ++scope) {
                auto& options = scopes.emplace_back();
                for (int o = 0; o < static_cast<int>(space.options(i).size()); ++o) {
                    options.emplace_back(space.plan(i, scope, o), base.technology, base.device,
                                         base.chip);
                }
            }
        }
    }

    [[nodiscard]] Figures figures(const Design& design) const override;
    [[nodiscard]] std::vector<Scenario> scenarios() const override;
    [[nodiscard]] ChainTables tables(const Scenario& scenario) const override;
    [[nodiscard]] bool has_energy() const override { return true; }
    [[nodiscard]] std::string coupling_text() const override;

  private:
    template <class Visit>  // visit(layer, scope, option, demand)
    void for_each_option(const Visit& visit) const;
    [[nodiscard]] bool is_synchronous() const {
        return space_.base().chip.timing == Timing::synchronous;
    }
    [[nodiscard]] SharedChip shared(const Scenario& s, double tiles, double area_m2) const {
        return {{.tiles = static_cast<std::int64_t>(tiles),
                 .tiles_area_m2 = area_m2,
                 .feature_map_bits = s.buffer_bits,
                 .value_bits = s.value_bits,
                 .phase_second = s.phase_second},
                space_.base().technology,
                space_.base().chip};
    }
    /// The digital clock that a slowest phase enforces.
    [[nodiscard]] double clock_of(double phase_second) const {
        return shared({.buffer_bits = 1, .value_bits = 1, .phase_second = phase_second}, 1,
                      square_metre)
            .clock_second();
    }
    [[nodiscard]] bool admits(const Scenario& s, const LayerDemand& d) const {
        return d.feature_map_bits <= s.buffer_bits && d.value_bits <= s.value_bits &&
               (!is_synchronous() || d.phase_second <= s.phase_second);
    }
    [[nodiscard]] std::uint8_t attained(const Scenario& s, const LayerDemand& d) const;
    double tabulate_wiring(Coupling& c, const Scenario& s, const Extent& tiles,
                           const Extent& area) const;
    /// Four tiles whose area gives the path its length.
    [[nodiscard]] SharedChip shared_with_path(const Scenario& s, double path_metre) const {
        if (!(path_metre > 0)) return shared(s, 1, square_metre);
        const double per_root = shared(s, 4, square_metre).path_metre();
        return shared(s, 4, std::pow(path_metre / per_root, 2));
    }
    void fill(ChainTables& t, const Scenario& s, const SharedChip& near,
              const SharedChip& far) const;

    const Space& space_;
    std::vector<std::vector<std::vector<LayerModel>>> models_;  ///< layer, scope, option
};

template <class Visit>
void ChipCostModel::for_each_option(const Visit& visit) const {
    for (std::size_t i = 0; i < models_.size(); ++i) {
        for (std::size_t scope = 0; scope < models_[i].size(); ++scope) {
            for (std::size_t o = 0; o < models_[i][scope].size(); ++o) {
                visit(i, scope, o, models_[i][scope][o].demand());
            }
        }
    }
}

Figures ChipCostModel::figures(const Design& design) const {
    const BaseDesign& base = space_.base();
    std::vector<const LayerModel*> layers;
    ChipDemand demand;
    double operations = 0;
    for (std::size_t i = 0; i < models_.size(); ++i) {
        const auto scope = static_cast<std::size_t>(space_.scope_index(i, design));
        layers.push_back(&models_[i][scope][static_cast<std::size_t>(design.options[i])]);
        demand += layers.back()->demand();
        operations += static_cast<double>(layers.back()->demand().operations);
    }
    const SharedChip shared(demand, base.technology, base.chip);
    Cost total;
    double slowest = 0;
    for (const LayerModel* layer : layers) {
        const Cost one = layer->cost_on(shared).total;
        total += one;
        slowest = std::max(slowest, one.latency_second);
    }
    const double interval =
        base.chip.schedule == Schedule::pipelined ? slowest : total.latency_second;
    return {.area_m2 = total.area_m2,
            .latency_second = total.latency_second,
            .interval_second = interval,
            .energy_joule = total.energy_joule + total.leakage_watt * interval,
            .operations = operations};
}

std::vector<Scenario> ChipCostModel::scenarios() const {
    std::vector<double> least_bits(models_.size(), infinite);
    std::vector<double> least_values(models_.size(), infinite);
    std::vector<double> least_phase(models_.size(), infinite);
    std::set<double> bits;
    std::set<int> values;
    std::set<double> phases;
    for_each_option([&](std::size_t i, std::size_t, std::size_t, const LayerDemand& d) {
        bits.insert(d.feature_map_bits);
        values.insert(d.value_bits);
        phases.insert(d.phase_second);
        least_bits[i] = std::min(least_bits[i], d.feature_map_bits);
        least_values[i] = std::min(least_values[i], static_cast<double>(d.value_bits));
        least_phase[i] = std::min(least_phase[i], d.phase_second);
    });
    std::vector<double> clock_phases{0};
    if (is_synchronous()) {
        clock_phases.clear();
        for (const double phase :
             phases) {  // of phases under one clock, the slowest stands for all
            if (!clock_phases.empty() && clock_of(clock_phases.back()) == clock_of(phase)) {
                clock_phases.back() = phase;
            } else {
                clock_phases.push_back(phase);
            }
        }
    }
    std::vector<Scenario> all;
    for (const double phase : clock_phases) {
        if (is_synchronous() && phase < std::ranges::max(least_phase)) continue;
        for (const int value : values) {
            if (value < std::ranges::max(least_values)) continue;
            for (const double buffer : bits) {
                if (buffer < std::ranges::max(least_bits)) continue;
                all.push_back({buffer, value, phase});
            }
        }
    }
    return all;
}

std::uint8_t ChipCostModel::attained(const Scenario& s, const LayerDemand& d) const {
    const bool has_clock =
        !is_synchronous() || clock_of(d.phase_second) == clock_of(s.phase_second);
    // A larger buffer only costs more, unless it has more ports.
    const ChipSpec& chip = space_.base().chip;
    const bool has_buffer =
        chip.bus_bits <= chip.buffer_bits || d.feature_map_bits == s.buffer_bits;
    return static_cast<std::uint8_t>((d.value_bits == s.value_bits ? 1 : 0) | (has_clock ? 2 : 0) |
                                     (has_buffer ? 4 : 0));
}

void ChipCostModel::fill(ChainTables& t, const Scenario& s, const SharedChip& near,
                         const SharedChip& far) const {
    for_each_option([&](std::size_t i, std::size_t scope, std::size_t o, const LayerDemand& d) {
        if (!admits(s, d)) return;
        const Cost on_near = models_[i][scope][o].cost_on(near).total;
        const Cost on_far = models_[i][scope][o].cost_on(far).total;
        t.entries[i][scope].push_back({.option = static_cast<int>(o),
                                       .attains = attained(s, d),
                                       .measures = {.area_m2 = d.area_m2(),
                                                    .tiles = static_cast<double>(d.tiles),
                                                    .latency_short = on_near.latency_second,
                                                    .latency_long = on_far.latency_second,
                                                    .energy_short = on_near.energy_joule,
                                                    .energy_long = on_far.energy_joule,
                                                    .leakage_watt = d.leakage_watt,
                                                    .operations = static_cast<double>(d.operations),
                                                    .quality = 0,
                                                    .slowest_short = on_near.latency_second,
                                                    .slowest_long = on_far.latency_second}});
    });
}

/// Sums over layers of the largest slope along the path, and how much latencies bend on the way.
/// Overlapped, each is the larger of a constant and a line, and all lines have the same slope.
/// Serially, each is affine in one function of the path that all layers share, so that comparing
/// both ends compares everywhere; but that function may jump.
void bound_slopes(Coupling& c, ChainTables& t, double path_per_tile) {
    const double length = c.path_long - c.path_short;
    if (!(length > 0)) return;
    double energy_rise = 0;
    double latency_rise = 0;
    for (const auto& scopes : t.entries) {
        double most_energy = 0;
        for (const auto& entries : scopes) {
            for (const auto& e : entries) {
                most_energy =
                    std::max(most_energy, e.measures.energy_long - e.measures.energy_short);
                latency_rise =
                    std::max(latency_rise, e.measures.latency_long - e.measures.latency_short);
            }
        }
        energy_rise += most_energy;
    }
    for (auto& scopes : t.entries) {
        for (auto& entries : scopes) {
            for (auto& e : entries) {
                const double rise = e.measures.latency_long - e.measures.latency_short;
                if (rise > 0 && !c.is_stepped)
                    e.measures.latency_bend = rise * (1 - rise / latency_rise);
            }
        }
    }
    c.energy_per_metre = energy_rise / length;
    c.latency_per_metre = latency_rise * static_cast<double>(t.entries.size()) / length;
    c.energy_per_tile = c.energy_per_metre * path_per_tile;
    c.latency_per_tile = c.latency_per_metre * path_per_tile;
}

/// Tabulates what tiles and their area do to the shared blocks. Returns the most that one tile more
/// or less changes the path by.
double ChipCostModel::tabulate_wiring(Coupling& c, const Scenario& s, const Extent& tiles,
                                      const Extent& area) const {
    const Cost fixed = shared(s, 1, area.high).built();  // one tile needs no tree
    c.fixed_area_m2 = fixed.area_m2;
    c.fixed_leakage_watt = fixed.leakage_watt;
    c.reference_area_m2 = area.high;
    c.first_tiles = static_cast<std::int64_t>(tiles.low);
    double path_per_tile = 0;
    double path_before = 0;
    Extent path;
    for (double n = tiles.low; n <= tiles.high; ++n) {
        const SharedChip now = shared(s, n, area.high);
        const Cost built = now.built();
        c.wiring.push_back({.area_m2 = built.area_m2 - fixed.area_m2,
                            .leakage_watt = built.leakage_watt - fixed.leakage_watt});
        c.path_metre.push_back(now.path_metre());
        path.include(now.path_metre());
        if (c.wiring.size() > 1) {
            const Cost& before = c.wiring[c.wiring.size() - 2];
            const Cost& is = c.wiring.back();
            c.area_per_tile = std::max(c.area_per_tile, is.area_m2 - before.area_m2);
            c.leakage_per_tile =
                std::max(c.leakage_per_tile, is.leakage_watt - before.leakage_watt);
            path_per_tile = std::max(path_per_tile, std::abs(now.path_metre() - path_before));
        }
        path_before = now.path_metre();
    }
    c.path_short = path.low * std::sqrt(area.low / area.high);
    c.path_long = path.high;
    return path_per_tile;
}

ChainTables ChipCostModel::tables(const Scenario& s) const {
    std::vector<Extent> tiles(models_.size());
    std::vector<Extent> areas(models_.size());
    for_each_option([&](std::size_t i, std::size_t, std::size_t, const LayerDemand& d) {
        if (!admits(s, d)) return;
        tiles[i].include(static_cast<double>(d.tiles));
        areas[i].include(d.area_m2());
    });
    ChainTables t;
    t.must_attain = 7;
    t.entries.resize(models_.size());
    for (std::size_t i = 0; i < models_.size(); ++i) t.entries[i].resize(models_[i].size());
    const Extent all_tiles = sum_of_extents(tiles);
    const Extent all_area = sum_of_extents(areas);
    if (!(all_tiles.low < infinite)) return t;  // a layer has no option in this scenario
    Coupling& c = t.coupling;
    c.is_pipelined = space_.base().chip.schedule == Schedule::pipelined;
    c.is_stepped = space_.base().chip.overlap == Overlap::serial;
    const double path_per_tile = tabulate_wiring(c, s, all_tiles, all_area);
    fill(t, s, shared_with_path(s, c.path_short), shared_with_path(s, c.path_long));
    bound_slopes(c, t, path_per_tile);
    return t;
}

std::string ChipCostModel::coupling_text() const {
    std::string text =
        "the global buffer's size and the widest activation are enumerated; tiles and their area "
        "are carried by every partial design, whose dominance holds for every path to a tile that "
        "they allow";
    if (is_synchronous()) text += "; the common clock is enumerated";
    return text;
}

}  // namespace

std::unique_ptr<CostModel> chip_cost_model(const Space& space) {
    return std::make_unique<ChipCostModel>(space);
}

}  // namespace ohmgrid
