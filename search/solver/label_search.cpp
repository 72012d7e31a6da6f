#include "search/solver/label_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace ohmgrid {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Equal sums taken in another order differ in their last bits.
constexpr double rounding = 1e-13;

/// So many kept labels are compared one by one; beyond, the nearest only.
constexpr std::size_t thorough = 384;
constexpr std::size_t nearest = 24;

/// A label to be: cheap to sort.
struct Candidate {
    double order = 0;
    double latency = 0;
    std::int32_t parent = 0;
    std::int32_t step = 0;
    std::int32_t entry = 0;
};

/// The labels kept of one state, fed in ascending order of area, or of merit.
class Kept {
  public:
    Kept(const Dominance& dominates, const DominanceRules& rules)
        : dominates_(dominates), rules_(rules) {}

    void offer(Label label) {
        if (is_dominated(label)) return;
        const double y = rules_.merits ? label.sum.area_m2 : label.sum.latency_long;
        const double z = rules_.quality  ? -label.sum.quality
                         : rules_.energy ? label.sum.energy_long
                                         : 0;
        labels_.push_back(std::move(label));
        const auto next = stairs_.upper_bound(y);
        if (next != stairs_.begin() && std::prev(next)->second.height <= z) return;
        auto at = next;
        while (at != stairs_.end() && at->second.height >= z) at = stairs_.erase(at);
        stairs_[y] = {z, labels_.size() - 1};
    }
    std::vector<Label> take() { return std::move(labels_); }

  private:
    struct Stair {
        double height = 0;
        std::size_t label = 0;
    };

    [[nodiscard]] bool is_dominated(const Label& label) const {
        const double y = rules_.merits ? label.sum.area_m2 : label.sum.latency_long;
        const auto next = stairs_.upper_bound(y * (1 + rounding));
        if (next != stairs_.begin() && dominates_(labels_[std::prev(next)->second.label], label)) {
            return true;
        }
        const std::size_t count = labels_.size();
        const std::size_t first = count > thorough ? count - nearest : 0;
        for (std::size_t i = count; i-- > first;) {
            if (dominates_(labels_[i], label)) return true;
        }
        if (rules_.merits) {  // the best so far are the likeliest to dominate
            for (std::size_t i = 0; i < std::min(first, nearest); ++i) {
                if (dominates_(labels_[i], label)) return true;
            }
        }
        return false;
    }

    const Dominance& dominates_;
    const DominanceRules& rules_;
    std::vector<Label> labels_;
    std::map<double, Stair> stairs_;  ///< latency (area) -> least energy of labels no worse
};

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
    constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;  // of splitmix64 (Steele et al. 2014)
    hash += golden + value * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebU;
    return hash ^ (hash >> 31U);
}

class Search {
  public:
    Search(const Space& space, const ChainTables& tables, const LabelRules& rules,
           const RunContext& context)
        : space_(space),
          tables_(tables),
          rules_(rules),
          context_(context),
          dominates_(rules.keep, tables.coupling) {}

    LabelResult run() {
        LabelResult result;
        layers_.push_back({{Label{}}});
        for (std::size_t layer = 0; layer < space_.layer_count(); ++layer) {
            context_.throw_if_stopped();
            layers_.push_back(extend(layer));
            for (const auto& state : layers_.back()) result.labels += std::ssize(state);
            if (result.labels > rules_.most_labels) {
                result.is_complete = false;
                return result;
            }
        }
        for (std::size_t i = 0; i < layers_.back().front().size(); ++i) {
            const Label& label = layers_.back().front()[i];
            if ((label.attains & tables_.must_attain) != tables_.must_attain) continue;
            result.designs.push_back(design_of(i));
        }
        return result;
    }

  private:
    using States = std::vector<std::vector<Label>>;

    [[nodiscard]] double order_of(const Measures& m) const {
        return rules_.keep.merits ? rules_.keep.merits->order.of(m) : m.area_m2;
    }

    [[nodiscard]] Label extended(std::size_t layer, const Candidate& c) const {
        const Step& step = space_.steps(layer)[static_cast<std::size_t>(c.step)];
        const auto& entry = tables_.entries[layer][static_cast<std::size_t>(step.scope)]
                                           [static_cast<std::size_t>(c.entry)];
        Label label =
            layers_[layer][static_cast<std::size_t>(step.from)][static_cast<std::size_t>(c.parent)];
        label.sum += entry.measures;
        label.attains |= entry.attains;
        label.parent = c.parent;
        label.step = c.step;
        label.entry = c.entry;
        if (rules_.keep.by_network) {
            const auto kernel =
                space_.options(layer)[static_cast<std::size_t>(entry.option)].kernel;
            label.network = mixed(mixed(label.network, static_cast<std::uint64_t>(step.scope)),
                                  static_cast<std::uint64_t>(kernel));
        }
        return label;
    }

    [[nodiscard]] std::vector<std::vector<Candidate>> candidates(std::size_t layer) const {
        std::vector<std::vector<Candidate>> of_state(
            static_cast<std::size_t>(space_.state_count(layer + 1)));
        const auto& steps = space_.steps(layer);
        for (std::size_t s = 0; s < steps.size(); ++s) {
            const auto& entries = tables_.entries[layer][static_cast<std::size_t>(steps[s].scope)];
            const auto& parents = layers_[layer][static_cast<std::size_t>(steps[s].from)];
            for (std::size_t e = 0; e < entries.size(); ++e) {
                const Measures& m = entries[e].measures;
                const double own = order_of(m);
                for (std::size_t p = 0; p < parents.size(); ++p) {
                    of_state[static_cast<std::size_t>(steps[s].to)].push_back(
                        {.order = order_of(parents[p].sum) + own,
                         .latency = parents[p].sum.latency_long + m.latency_long,
                         .parent = static_cast<std::int32_t>(p),
                         .step = static_cast<std::int32_t>(s),
                         .entry = static_cast<std::int32_t>(e)});
                }
            }
        }
        return of_state;
    }

    [[nodiscard]] States extend(std::size_t layer) const {
        States states;
        auto of_state = candidates(layer);
        for (std::size_t state = 0; state < of_state.size(); ++state) {
            std::ranges::sort(of_state[state], [](const Candidate& a, const Candidate& b) {
                return std::tie(a.order, a.latency, a.step, a.entry, a.parent) <
                       std::tie(b.order, b.latency, b.step, b.entry, b.parent);
            });
            std::map<std::uint64_t, Kept> groups;
            for (const Candidate& c : of_state[state]) {
                Label label = extended(layer, c);
                if (rules_.is_hopeless &&
                    rules_.is_hopeless(layer + 1, static_cast<int>(state), label.sum)) {
                    continue;
                }
                const std::uint64_t group = label.network;
                groups.try_emplace(group, dominates_, rules_.keep)
                    .first->second.offer(std::move(label));
            }
            std::vector<Label>& kept = states.emplace_back();
            for (auto& [network, group] : groups) {
                std::vector<Label> labels = group.take();
                kept.insert(kept.end(), labels.begin(), labels.end());
            }
        }
        return states;
    }

    [[nodiscard]] Design design_of(std::size_t index) const {
        Design design = space_.first_design();
        std::size_t state = 0;
        for (std::size_t layer = space_.layer_count(); layer-- > 0;) {
            const Label& label = layers_[layer + 1][state][index];
            const Step& step = space_.steps(layer)[static_cast<std::size_t>(label.step)];
            space_.set_scope(layer, step.scope, design);
            design.options[layer] = tables_
                                        .entries[layer][static_cast<std::size_t>(step.scope)]
                                                [static_cast<std::size_t>(label.entry)]
                                        .option;
            state = static_cast<std::size_t>(step.from);
            index = static_cast<std::size_t>(label.parent);
        }
        return design;
    }

    const Space& space_;
    const ChainTables& tables_;
    const LabelRules& rules_;
    const RunContext& context_;
    Dominance dominates_;
    std::vector<States> layers_;  ///< labels by boundary and state
};

void improve(Measures& best, const Measures& m) {
    best.area_m2 = std::min(best.area_m2, m.area_m2);
    best.tiles = std::min(best.tiles, m.tiles);
    best.latency_short = std::min(best.latency_short, m.latency_short);
    best.latency_long = std::min(best.latency_long, m.latency_long);
    best.energy_short = std::min(best.energy_short, m.energy_short);
    best.energy_long = std::min(best.energy_long, m.energy_long);
    best.leakage_watt = std::min(best.leakage_watt, m.leakage_watt);
    best.operations = std::max(best.operations, m.operations);
    best.quality = std::max(best.quality, m.quality);
    best.slowest_short = std::min(best.slowest_short, m.slowest_short);
    best.slowest_long = std::min(best.slowest_long, m.slowest_long);
}

constexpr Measures nothing{.area_m2 = infinite,
                           .tiles = infinite,
                           .latency_short = infinite,
                           .latency_long = infinite,
                           .latency_bend = 0,
                           .energy_short = infinite,
                           .energy_long = infinite,
                           .leakage_watt = infinite,
                           .operations = -infinite,
                           .quality = -infinite,
                           .slowest_short = infinite,
                           .slowest_long = infinite};

}  // namespace

CostToGo::CostToGo(const Space& space, const ChainTables& tables) {
    const std::size_t layers = space.layer_count();
    best_.resize(layers + 1);
    best_[layers].assign(1, Measures{});
    for (std::size_t layer = layers; layer-- > 0;) {
        best_[layer].assign(static_cast<std::size_t>(space.state_count(layer)), nothing);
        for (const Step& step : space.steps(layer)) {
            const Measures& rest = best_[layer + 1][static_cast<std::size_t>(step.to)];
            for (const auto& e : tables.entries[layer][static_cast<std::size_t>(step.scope)]) {
                Measures m = rest;
                m += e.measures;
                improve(best_[layer][static_cast<std::size_t>(step.from)], m);
            }
        }
    }
}

Measures CostToGo::completed(std::size_t boundary, int state, const Measures& sum) const {
    Measures m = best_[boundary][static_cast<std::size_t>(state)];
    m += sum;
    return m;
}

LabelResult search_labels(const Space& space, const ChainTables& tables, const LabelRules& rules,
                          const RunContext& context) {
    return Search(space, tables, rules, context).run();
}

}  // namespace ohmgrid
