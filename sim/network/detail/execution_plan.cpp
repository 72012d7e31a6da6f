#include "sim/network/detail/execution_plan.hpp"

#include <algorithm>
#include <limits>

namespace ohmgrid::detail {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

std::size_t index_of(NodeId id) { return static_cast<std::size_t>(id.value); }

/// Turns a graph into steps, fusing as it goes.
class StepMaker {
  public:
    StepMaker(const Graph& graph, const std::vector<LayerKind>& layers, InstructionSet set)
        : graph_(graph),
          layers_(layers),
          set_(set),
          users_(graph.nodes.size()),
          is_fused_(graph.nodes.size(), false) {
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            for (const NodeId input : graph.nodes[i].inputs) {
                users_[index_of(input)].push_back({static_cast<std::int64_t>(i)});
            }
        }
    }

    [[nodiscard]] std::vector<Step> steps() {
        std::vector<Step> out;
        std::int64_t layer = 0;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const Node& n = graph_.nodes[i];
            if (is_fused_[i]) continue;
            const NodeId id{static_cast<std::int64_t>(i)};
            Step step{.node = id, .result = id, .inputs = n.inputs};
            if (n.is_weighted()) {
                step.layer = LayerId{layer++};
                if (layers_[static_cast<std::size_t>(step.layer->value)] == LayerKind::digital) {
                    make_digital(step);
                }
            }
            out.push_back(std::move(step));
        }
        return out;
    }

  private:
    /// The one node that uses `id`, if there is exactly one and it uses it once.
    [[nodiscard]] std::optional<NodeId> only_user(NodeId id) const {
        const auto& users = users_[index_of(id)];
        if (users.size() != 1 || id == graph_.output) return std::nullopt;
        return users.front();
    }

    void make_digital(Step& step) {
        Epilogue epilogue{.clip_low = -infinity, .clip_high = infinity};
        fuse_addition(step);
        fuse_clip(step, epilogue);
        const Node& n = graph_.node(step.node);
        step.kernel.emplace(n, graph_.input_of(n).shape, set_, epilogue);
    }

    /// Absorbs an addition whose other operand is there already when this node runs.
    void fuse_addition(Step& step) {
        const std::optional<NodeId> user = only_user(step.result);
        if (!user || graph_.node(*user).op != Op::add) return;
        const std::vector<NodeId>& operands = graph_.node(*user).inputs;
        const NodeId other = operands[0] == step.result ? operands[1] : operands[0];
        if (other >= step.node) return;
        step.addend = other;
        step.result = *user;
        is_fused_[index_of(*user)] = true;
    }

    void fuse_clip(Step& step, Epilogue& epilogue) {
        const std::optional<NodeId> user = only_user(step.result);
        if (!user || graph_.node(*user).op != Op::clip) return;
        epilogue = {graph_.node(*user).clip_low, graph_.node(*user).clip_high};
        step.result = *user;
        is_fused_[index_of(*user)] = true;
    }

    const Graph& graph_;
    const std::vector<LayerKind>& layers_;
    InstructionSet set_;
    std::vector<std::vector<NodeId>> users_;
    std::vector<bool> is_fused_;
};

/// Every result has the border that the hungriest of the kernels reading it asks for.
std::vector<BlockedLayout> layouts_for(const Graph& graph, const std::vector<Step>& steps) {
    std::vector<BlockedLayout> layouts(graph.nodes.size());
    for (std::size_t i = 0; i < layouts.size(); ++i) layouts[i].shape = graph.nodes[i].shape;
    for (const Step& step : steps) {
        if (!step.kernel) continue;
        Border& border = layouts[index_of(step.inputs[0])].border;
        border = border.united_with(border_for(graph.node(step.node)));
    }
    return layouts;
}

/// Gives each result a buffer that nothing still needed occupies.
class BufferAssignment {
  public:
    explicit BufferAssignment(ExecutionPlan& plan)
        : plan_(plan), last_use_(plan.layouts.size(), 0) {}

    void assign(NodeId output) {
        const auto uses = [&](std::size_t step, NodeId id) { last_use_[index_of(id)] = step; };
        for (std::size_t s = 0; s < plan_.steps.size(); ++s) {
            for (const NodeId id : plan_.steps[s].inputs) uses(s, id);
            if (plan_.steps[s].addend) uses(s, *plan_.steps[s].addend);
        }
        uses(plan_.steps.size(), output);
        plan_.buffers.resize(plan_.layouts.size());
        for (std::size_t s = 0; s < plan_.steps.size(); ++s) place(plan_.steps[s].result, s);
    }

  private:
    void place(NodeId result, std::size_t step) {
        const std::int64_t floats = plan_.layout(result).floats();
        std::size_t buffer = 0;
        while (buffer < free_after_.size() && free_after_[buffer] >= step) ++buffer;
        if (buffer == free_after_.size()) {
            free_after_.push_back(0);
            plan_.buffer_floats.push_back(0);
        }
        plan_.buffer_floats[buffer] = std::max(plan_.buffer_floats[buffer], floats);
        plan_.buffers[index_of(result)] = buffer;
        free_after_[buffer] = std::max(last_use_[index_of(result)], step);
    }

    ExecutionPlan& plan_;
    std::vector<std::size_t> last_use_;    ///< by node: last step that reads it
    std::vector<std::size_t> free_after_;  ///< by buffer: last step that reads what is in it
};

}  // namespace

ExecutionPlan plan_execution(const Graph& graph, const std::vector<LayerKind>& layers,
                             InstructionSet set) {
    ExecutionPlan plan;
    plan.steps = StepMaker(graph, layers, set).steps();
    plan.layouts = layouts_for(graph, plan.steps);
    BufferAssignment(plan).assign(graph.output);
    return plan;
}

}  // namespace ohmgrid::detail
