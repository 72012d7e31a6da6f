#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "search/space/circuit_choice.hpp"
#include "search/space/width_graph.hpp"
#include "sim/cost/layer_plan.hpp"
#include "sim/cost/technology.hpp"
#include "sim/device/device_model.hpp"

namespace ohmgrid {

/// The chip a search starts from: what a run file says.
struct BaseDesign {
    Graph network;
    Technology technology;
    DeviceModel device;
    ChipSpec chip;
    std::vector<LayerSettings> settings;  ///< one per weighted node, as all vectors here
    std::vector<AdcCostSpec> adc_costs;
    std::vector<Activity> activities;
};

/// The values a layer may take. An empty list keeps what the run file or the network says.
struct LayerSpace {
    std::vector<std::int64_t> widths = {};   ///< output channels
    bool own_widths = false;                 ///< given for this layer, not for all
    std::vector<std::int64_t> kernels = {};  ///< linear layers have none
    std::vector<AdcType> adc_types = {};
    std::vector<std::int64_t> adc_bits = {};
    std::vector<std::int64_t> column_sharing = {};
    std::vector<std::int64_t> input_bits = {};
    std::vector<std::int64_t> weight_bits = {};
    std::vector<std::int64_t> cell_bits = {};
    std::vector<std::int64_t> array_sides = {};
    std::vector<std::int64_t> replications = {};
};

/// One point of the space: the value of every width variable and the option of every layer, as
/// positions in their lists.
struct Design {
    std::vector<int> widths;
    std::vector<int> options;

    friend auto operator<=>(const Design&, const Design&) = default;
};

/// One way from the widths known before a layer to those known after it. `scope` says which widths
/// the layer itself sees.
struct Step {
    int from = 0;
    int to = 0;
    int scope = 0;
};

/// Everything that may be chosen, as a chain of layers.
///
/// A layer's shape depends on few widths: those of its input, its output and of the digital
/// operations charged to it (its *scope*). Walking through the layers in order, a *state* holds the
/// widths that later layers still need: one in a plain chain, two inside a residual block. States
/// and steps describe all consistent widths; peripherals are free in every layer.
class Space {
  public:
    /// @throws InputError SPC001 a value below one; SPC002 lists that contradict a residual
    /// addition
    ///         or a width that must stay; SPC003 kernels; SPC004 too many widths at a time
    Space(BaseDesign base, std::vector<LayerSpace> layers);

    [[nodiscard]] const BaseDesign& base() const { return base_; }
    [[nodiscard]] std::size_t layer_count() const { return layers_.size(); }
    [[nodiscard]] const std::string& layer_name(std::size_t layer) const;
    [[nodiscard]] const std::vector<WidthVariable>& variables() const { return graph_.variables; }
    [[nodiscard]] const std::vector<LayerOption>& options(std::size_t layer) const {
        return layers_[layer].options;
    }
    /// Decimal logarithm of the number of designs.
    [[nodiscard]] double log10_designs() const;

    /// Variables in a layer's scope, and how many combinations of their values there are.
    [[nodiscard]] const std::vector<int>& scope(std::size_t layer) const {
        return layers_[layer].scope;
    }
    [[nodiscard]] int scope_count(std::size_t layer) const;
    [[nodiscard]] int scope_index(std::size_t layer, const Design& design) const;
    /// Writes the values of the scope's variables into `design`.
    void set_scope(std::size_t layer, int scope, Design& design) const;

    /// States before the first layer and after each: layer_count() + 1 numbers, 1 at both ends.
    [[nodiscard]] int state_count(std::size_t boundary) const { return state_counts_[boundary]; }
    [[nodiscard]] const std::vector<Step>& steps(std::size_t layer) const {
        return layers_[layer].steps;
    }

    [[nodiscard]] LayerPlan plan(std::size_t layer, int scope, int option) const;
    [[nodiscard]] std::vector<LayerPlan> plans(const Design& design) const;
    /// The design's network: shapes alone.
    [[nodiscard]] Graph network(const Design& design) const;
    /// The base network if the design keeps all its widths and kernels (then with its weights).
    [[nodiscard]] bool keeps_network(const Design& design) const;

    /// Replaces what is assumed about the data of each layer by something measured.
    void set_activities(std::vector<Activity> activities) {
        base_.activities = std::move(activities);
    }

    /// Some valid design: the first value everywhere.
    [[nodiscard]] Design first_design() const;
    /// A text that is equal for equal spaces only.
    [[nodiscard]] std::string fingerprint() const;

  private:
    struct Layer {
        std::vector<LayerOption> options;
        std::vector<std::int64_t> kernels;  ///< distinct ones, in the options' order
        std::vector<int> scope;
        std::vector<Step> steps;
        std::vector<std::vector<LayerShape>> shapes;  ///< by scope index and kernel
    };

    void choose_widths(const std::vector<LayerSpace>& layers);
    void find_scopes();
    void find_steps();
    void tabulate_shapes();
    [[nodiscard]] std::size_t kernel_index(std::size_t layer, int option) const;

    BaseDesign base_;
    WidthGraph graph_;
    std::vector<Layer> layers_;
    std::vector<int> state_counts_;
};

}  // namespace ohmgrid
