#include "search/space/space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

/// Most combinations of widths that are known at a time: beyond, tables would fill the memory.
constexpr std::int64_t most_states = 20000;

[[noreturn]] void refuse(const std::string& id, const std::string& what,
                         const std::string& remedy) {
    throw InputError(Message{.place = {}, .id = id, .what = what, .remedy = remedy});
}

void check_positive(const std::string& layer, const std::vector<std::int64_t>& values) {
    if (std::ranges::all_of(values, [](std::int64_t v) { return v >= 1; })) return;
    refuse("SPC001", fmt::format("layer {}: a value of the space is below one", layer),
           "Give whole numbers from 1");
}

std::vector<std::int64_t> sorted(std::vector<std::int64_t> values, std::int64_t otherwise) {
    if (values.empty()) values.push_back(otherwise);
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

/// The cross product of everything a layer may take, in the order of its lists.
std::vector<LayerOption> options_of(const LayerSpace& s, const LayerSettings& base) {
    const CircuitChoice own = choice_of(base);
    std::vector<LayerOption> options;
    for (const std::int64_t kernel : sorted(s.kernels, 0)) options.push_back({kernel, own});
    const auto cross = [&options](const auto& values, auto CircuitChoice::*member) {
        if (values.empty()) return;
        std::vector<LayerOption> more;
        for (const LayerOption& option : options) {
            for (const auto value : values) {
                more.push_back(option);
                auto& target = more.back().circuit.*member;
                target = static_cast<std::remove_cvref_t<decltype(target)>>(value);
            }
        }
        options = std::move(more);
    };
    cross(s.array_sides, &CircuitChoice::array_side);
    cross(s.cell_bits, &CircuitChoice::cell_bits);
    cross(s.weight_bits, &CircuitChoice::weight_bits);
    cross(s.adc_types, &CircuitChoice::adc_type);
    cross(s.column_sharing, &CircuitChoice::column_sharing);
    cross(s.input_bits, &CircuitChoice::input_bits);
    cross(s.adc_bits, &CircuitChoice::adc_bits);
    cross(s.replications, &CircuitChoice::replication);
    std::ranges::stable_sort(options);
    options.erase(std::unique(options.begin(), options.end()), options.end());
    return options;
}

std::string joined(const std::vector<std::int64_t>& values) {
    return fmt::format("{}", fmt::join(values, ", "));
}

}  // namespace

Space::Space(BaseDesign base, std::vector<LayerSpace> layers)
    : base_(std::move(base)), graph_(width_graph(base_.network)) {
    const std::vector<NodeId> nodes = base_.network.weighted_nodes();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        LayerSpace& s = layers[i];
        const std::string& name = base_.network.node(nodes[i]).name;
        if (base_.network.node(nodes[i]).op == Op::linear) s.kernels.clear();
        for (const auto& list : {s.widths, s.kernels, s.adc_bits, s.column_sharing, s.input_bits,
                                 s.weight_bits, s.cell_bits, s.array_sides, s.replications}) {
            check_positive(name, list);
        }
        layers_.push_back({.options = options_of(s, base_.settings[i]),
                           .kernels = sorted(s.kernels, 0),
                           .scope = {},
                           .steps = {},
                           .shapes = {}});
    }
    choose_widths(layers);
    find_scopes();
    find_steps();
    tabulate_shapes();
}

void Space::choose_widths(const std::vector<LayerSpace>& layers) {
    const std::vector<NodeId> nodes = base_.network.weighted_nodes();
    std::map<int, std::size_t> chosen_by;  // variable -> the layer that gave its list
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const LayerSpace& s = layers[i];
        if (s.widths.empty()) continue;
        const int at = graph_.variable_of_node[static_cast<std::size_t>(nodes[i].value)];
        WidthVariable& variable = graph_.variables[static_cast<std::size_t>(at)];
        const std::vector<std::int64_t> list = sorted(s.widths, 1);
        if (!variable.is_free && s.own_widths && list != variable.choices) {
            refuse("SPC002",
                   fmt::format("layer {}: its width must stay {} (image, classes, concatenation or "
                               "grouped convolution)",
                               layer_name(i), variable.choices.front()),
                   "Leave out its widths");
        }
        if (!variable.is_free) continue;
        const auto [by, is_first] = chosen_by.try_emplace(at, i);
        const bool both_own = !is_first && s.own_widths && layers[by->second].own_widths;
        if (both_own && list != variable.choices) {
            refuse("SPC002",
                   fmt::format("layers {} and {} are added to each other, but may have widths {} "
                               "and {}",
                               layer_name(by->second), layer_name(i), joined(variable.choices),
                               joined(list)),
                   "Give both the same widths, or only one of them");
        }
        if (is_first || (s.own_widths && !layers[by->second].own_widths)) {
            variable.choices = list;
            by->second = i;
        }
    }
}

const std::string& Space::layer_name(std::size_t layer) const {
    return base_.network.node(base_.network.weighted_nodes()[layer]).name;
}

void Space::find_scopes() {
    const Graph& network = base_.network;
    const auto add = [this](std::size_t layer, std::size_t node) {
        const int variable = graph_.variable_of_node[node];
        if (graph_.variables[static_cast<std::size_t>(variable)].choices.size() < 2) return;
        std::vector<int>& scope = layers_[layer].scope;
        if (std::ranges::count(scope, variable) == 0) scope.push_back(variable);
    };
    std::size_t layers_seen = 0;  // operations are charged to the weighted layer before them
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& n = network.nodes[i];
        if (n.is_weighted()) ++layers_seen;
        const std::size_t layer = layers_seen == 0 ? 0 : layers_seen - 1;
        if (n.is_weighted() || n.op != Op::input) {
            for (const NodeId input : n.inputs) add(layer, static_cast<std::size_t>(input.value));
            add(layer, i);
        }
    }
}

int Space::scope_count(std::size_t layer) const {
    std::int64_t count = 1;
    for (const int v : layers_[layer].scope) {
        count *= std::ssize(graph_.variables[static_cast<std::size_t>(v)].choices);
        if (count > most_states) {
            refuse("SPC004",
                   fmt::format("layer {}: more than {} combinations of widths", layer_name(layer),
                               most_states),
                   "Give fewer widths");
        }
    }
    return static_cast<int>(count);
}

int Space::scope_index(std::size_t layer, const Design& design) const {
    int index = 0;
    for (const int v : layers_[layer].scope) {
        const auto at = static_cast<std::size_t>(v);
        index = index * static_cast<int>(graph_.variables[at].choices.size()) + design.widths[at];
    }
    return index;
}

void Space::set_scope(std::size_t layer, int scope, Design& design) const {
    const std::vector<int>& variables = layers_[layer].scope;
    for (std::size_t i = variables.size(); i-- > 0;) {
        const auto at = static_cast<std::size_t>(variables[i]);
        const int count = static_cast<int>(graph_.variables[at].choices.size());
        design.widths[at] = scope % count;
        scope /= count;
    }
}

void Space::find_steps() {
    std::vector<std::size_t> last(graph_.variables.size(), 0);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        for (const int v : layers_[i].scope) last[static_cast<std::size_t>(v)] = i;
    }
    using State = std::map<int, int>;  // live variable -> value
    std::vector<State> states{State{}};
    state_counts_ = {1};
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        std::map<State, int> after;
        for (std::size_t from = 0; from < states.size(); ++from) {
            for (int scope = 0; scope < scope_count(i); ++scope) {
                Design d{.widths = std::vector<int>(graph_.variables.size()), .options = {}};
                set_scope(i, scope, d);
                State next = states[from];
                const bool fits = std::ranges::all_of(layers_[i].scope, [&](int v) {
                    const int value = d.widths[static_cast<std::size_t>(v)];
                    return next.try_emplace(v, value).first->second == value;
                });
                if (!fits) continue;
                std::erase_if(next, [&](const auto& entry) {
                    return last[static_cast<std::size_t>(entry.first)] <= i;
                });
                const int to =
                    after.try_emplace(next, static_cast<int>(after.size())).first->second;
                layers_[i].steps.push_back({static_cast<int>(from), to, scope});
            }
        }
        if (std::ssize(after) > most_states) {
            refuse("SPC004",
                   fmt::format("more than {} combinations of widths are open after layer {}",
                               most_states, layer_name(i)),
                   "Give fewer widths");
        }
        states.assign(after.size(), {});
        for (const auto& [state, number] : after) states[static_cast<std::size_t>(number)] = state;
        state_counts_.push_back(static_cast<int>(after.size()));
    }
}

void Space::tabulate_shapes() {
    const Design first = first_design();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        Layer& layer = layers_[i];
        for (int scope = 0; scope < scope_count(i); ++scope) {
            Design d = first;
            set_scope(i, scope, d);
            std::vector<LayerShape>& shapes = layer.shapes.emplace_back();
            for (const std::int64_t kernel : layer.kernels) {
                std::vector<std::int64_t> kernels(layers_.size(), 0);
                kernels[i] = kernel;
                std::vector<std::int64_t> widths;
                for (std::size_t v = 0; v < graph_.variables.size(); ++v) {
                    widths.push_back(
                        graph_.variables[v].choices[static_cast<std::size_t>(d.widths[v])]);
                }
                shapes.push_back(
                    layer_shapes(with_shapes(base_.network, graph_, widths, kernels))[i]);
            }
        }
    }
}

std::size_t Space::kernel_index(std::size_t layer, int option) const {
    const Layer& l = layers_[layer];
    const std::int64_t kernel = l.options[static_cast<std::size_t>(option)].kernel;
    return static_cast<std::size_t>(std::ranges::find(l.kernels, kernel) - l.kernels.begin());
}

LayerPlan Space::plan(std::size_t layer, int scope, int option) const {
    const Layer& l = layers_[layer];
    const LayerSettings settings =
        with_choice(base_.settings[layer], l.options[static_cast<std::size_t>(option)].circuit);
    return {.shape = l.shapes[static_cast<std::size_t>(scope)][kernel_index(layer, option)],
            .array = settings.array,
            .adc = settings.adc,
            .adc_cost = base_.adc_costs[layer],
            .mapping = settings.mapping,
            .activity = base_.activities[layer]};
}

std::vector<LayerPlan> Space::plans(const Design& design) const {
    std::vector<LayerPlan> plans;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        plans.push_back(plan(i, scope_index(i, design), design.options[i]));
    }
    return plans;
}

Graph Space::network(const Design& design) const {
    std::vector<std::int64_t> widths;
    for (std::size_t v = 0; v < graph_.variables.size(); ++v) {
        widths.push_back(graph_.variables[v].choices[static_cast<std::size_t>(design.widths[v])]);
    }
    std::vector<std::int64_t> kernels;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        kernels.push_back(layers_[i].options[static_cast<std::size_t>(design.options[i])].kernel);
    }
    return with_shapes(base_.network, graph_, widths, kernels);
}

bool Space::keeps_network(const Design& design) const {
    const Graph other = network(design);
    for (std::size_t i = 0; i < other.nodes.size(); ++i) {
        const Node& a = other.nodes[i];
        const Node& b = base_.network.nodes[i];
        if (!(a.shape == b.shape) || a.window.kernel_height != b.window.kernel_height) return false;
    }
    return true;
}

Design Space::first_design() const {
    return {.widths = std::vector<int>(graph_.variables.size(), 0),
            .options = std::vector<int>(layers_.size(), 0)};
}

double Space::log10_designs() const {
    double log10 = 0;
    for (const WidthVariable& v : graph_.variables) {
        log10 += std::log10(static_cast<double>(v.choices.size()));
    }
    for (const Layer& l : layers_) log10 += std::log10(static_cast<double>(l.options.size()));
    return log10;
}

std::string Space::fingerprint() const {
    std::string text = base_.network.name;
    for (const WidthVariable& v : graph_.variables) {
        text += fmt::format(";{}:{}", v.name, joined(v.choices));
    }
    for (const Layer& l : layers_) {
        for (const LayerShape& s : l.shapes.front()) {
            text += fmt::format(";{},{},{}", s.rows, s.channels, s.windows);
        }
        for (const LayerOption& o : l.options) {
            const CircuitChoice& c = o.circuit;
            text += fmt::format("|{},{},{},{},{},{},{},{},{}", o.kernel, to_text(c.adc_type),
                                c.adc_bits, c.column_sharing, c.input_bits, c.weight_bits,
                                c.cell_bits, c.array_side, c.replication);
        }
    }
    return text;
}

}  // namespace ohmgrid
