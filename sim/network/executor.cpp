#include "sim/network/executor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "sim/core/contract.hpp"
#include "sim/core/error.hpp"
#include "sim/network/detail/blocked_operators.hpp"
#include "sim/network/detail/execution_plan.hpp"
#include "sim/parallel/parallel_for.hpp"

namespace ohmgrid {
namespace {

using detail::AlignedFloats;
using detail::BlockedInput;
using detail::BlockedLayout;
using detail::BlockedOutput;
using detail::Step;

[[noreturn]] void refuse(const Graph& graph, std::string id, const std::string& what,
                         std::string remedy) {
    throw InputError(Message{.place = {},
                             .id = std::move(id),
                             .what = "network '" + graph.name + "': " + what,
                             .remedy = std::move(remedy)});
}

void check_available(const Graph& graph, InstructionSet set) {
    if (is_available(set)) return;
    refuse(graph, "NET022", std::string("this processor or build lacks ") + to_text(set),
           std::string("Use at most ") + to_text(widest_instruction_set()));
}

void check_size(const Graph& graph, const Node& n, const BlockedLayout& layout) {
    // In this order no product overflows: extents and borders stay below 2^33 each.
    const bool fits = layout.row_stride() <= max_buffer_floats &&
                      layout.rows() <= max_buffer_floats / layout.row_stride() &&
                      layout.blocks() <= max_buffer_floats / layout.block_stride();
    if (fits) return;
    refuse(graph, "NET021", "the padded output of '" + n.name + "' needs too much memory",
           "A feature map with its padding may have at most " + std::to_string(max_buffer_floats) +
               " elements");
}

}  // namespace

struct Executor::Network {
    Network(Graph g, ExecutorOptions o)
        : graph(std::move(g)), options(std::move(o)), plan(make_plan()) {
        for (const Step& step : plan.steps) {
            check_size(graph, graph.node(step.result), plan.layout(step.result));
        }
    }

    [[nodiscard]] const LayerFunction* replacement(LayerId layer) const {
        const auto index = static_cast<std::size_t>(layer.value);
        if (index >= options.layers.size() || !options.layers[index]) return nullptr;
        return &options.layers[index];
    }

    [[nodiscard]] detail::ExecutionPlan make_plan() const {
        check(graph);
        check_available(graph, options.instruction_set);
        if (!graph.has_weights()) {
            refuse(graph, "NET020", "it has layer shapes but no weights",
                   "Accuracy needs a trained network, such as an ONNX file");
        }
        std::vector<detail::LayerKind> kinds;
        for (std::size_t i = 0; i < graph.weighted_nodes().size(); ++i) {
            const bool replaced = replacement({static_cast<std::int64_t>(i)}) != nullptr;
            kinds.push_back(replaced ? detail::LayerKind::replaced : detail::LayerKind::digital);
        }
        return detail::plan_execution(graph, kinds, options.instruction_set);
    }

    Graph graph;
    ExecutorOptions options;
    detail::ExecutionPlan plan;
};

namespace {

bool all_finite(std::span<const float> values) {
    return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

NumericalError not_finite(std::int64_t image, const char* id, std::string what) {
    return NumericalError(
        Message{.place = "image " + std::to_string(image),
                .id = id,
                .what = std::move(what) + " is not finite",
                .remedy = "Check the preprocessing ([data] scale, mean, std) and the weights"});
}

/// The memory of one worker and the walk of one image through it.
class Worker {
  public:
    Worker(const Graph& graph, const ExecutorOptions& options, const detail::ExecutionPlan& plan,
           int number)
        : graph_(graph), options_(options), plan_(plan), number_(number) {
        for (const std::int64_t floats : plan.buffer_floats) {
            buffers_.emplace_back(static_cast<std::size_t>(floats));
        }
    }

    void run(std::int64_t image, const ImageLoader& load, std::span<float> scores) {
        walk(image, load, [](const Step&) {});
        detail::unpack(input(graph_.output), scores);
        if (all_finite(scores)) return;
        // Once more, to say where.
        walk(image, load, [&](const Step& step) {
            const BlockedInput result = input(step.result);
            detail::unpack(result, sized(out_map_, result.layout.shape).values);
            if (all_finite(out_map_.values)) return;
            throw not_finite(image, "NET023",
                             "node " + graph_.node(step.result).name + ": a value of its result");
        });
    }

  private:
    /// Computes every step; `done` is called after each.
    template <class Done>
    void walk(std::int64_t image, const ImageLoader& load, const Done& done) {
        image_ = image;
        for (const Step& step : plan_.steps) {
            const BlockedOutput out = output(step.result);
            if (graph_.node(step.node).op == Op::input) {
                FeatureMap& map = sized(in_map_, out.layout.shape);
                load(image, map.values);
                if (!all_finite(map.values)) throw not_finite(image, "NET025", "one of its values");
                detail::pack(map.values, out);
            } else {
                compute(step, out);
            }
            detail::clear_border(out);
            done(step);
        }
    }

    [[nodiscard]] BlockedOutput output(NodeId id) {
        return {plan_.layout(id), buffers_[plan_.buffer(id)].data()};
    }
    [[nodiscard]] BlockedInput input(NodeId id) const {
        return {plan_.layout(id), buffers_[plan_.buffer(id)].data()};
    }

    static FeatureMap& sized(FeatureMap& map, const Shape& shape) {
        map.shape = shape;
        map.values.resize(static_cast<std::size_t>(shape.elements()));
        return map;
    }

    void compute(const Step& step, const BlockedOutput& out) {
        const Node& n = graph_.node(step.node);
        if (!step.layer) {
            inputs_.clear();
            for (const NodeId id : step.inputs) inputs_.push_back(input(id));
            detail::apply(n, inputs_, out);
            return;
        }
        const BlockedInput in = input(step.inputs[0]);
        const LayerCall call{.layer = *step.layer, .node = n, .image = image_, .worker = number_};
        if (options_.observer || !step.kernel) {
            detail::unpack(in, sized(in_map_, in.layout.shape).values);
        }
        if (options_.observer) options_.observer(call, in_map_);
        if (step.kernel) {
            run_kernel(step, in, out);
        } else {
            run_function(call, out);
        }
    }

    void run_function(const LayerCall& call, const BlockedOutput& out) {
        sized(out_map_, call.node.shape);
        try {
            options_.layers[static_cast<std::size_t>(call.layer.value)](call, in_map_, out_map_);
        } catch (Error& error) {
            error.add_context("image " + std::to_string(call.image) + ", layer " + call.node.name);
            throw;
        }
        detail::pack(out_map_.values, out);
    }

    void run_kernel(const Step& step, const BlockedInput& in, const BlockedOutput& out) const {
        if (!step.addend) return step.kernel->run(in, nullptr, out);
        const BlockedInput addend = input(*step.addend);
        step.kernel->run(in, &addend, out);
    }

    const Graph& graph_;
    const ExecutorOptions& options_;
    const detail::ExecutionPlan& plan_;
    int number_;
    std::int64_t image_ = 0;
    std::vector<AlignedFloats> buffers_;
    std::vector<BlockedInput> inputs_;
    FeatureMap in_map_;
    FeatureMap out_map_;
};

}  // namespace

Executor::Executor(Graph graph, ExecutorOptions options)
    : network_(std::make_shared<const Network>(std::move(graph), std::move(options))) {}

const Graph& Executor::graph() const { return network_->graph; }

Scores Executor::operator()(const RunContext& context, const ImageRange& range,
                            const ImageLoader& load) const {
    const Network& net = *network_;
    Scores out{.classes = net.graph.node(net.graph.output).shape.elements()};
    out.values.resize(static_cast<std::size_t>(range.count * out.classes));
    std::vector<std::unique_ptr<Worker>> workers(static_cast<std::size_t>(context.threads));
    parallel_for_workers(context, range.count, [&](std::int64_t i, int number) {
        std::unique_ptr<Worker>& worker = workers[static_cast<std::size_t>(number)];
        if (!worker) worker = std::make_unique<Worker>(net.graph, net.options, net.plan, number);
        const std::span<float> scores = std::span(out.values)
                                            .subspan(static_cast<std::size_t>(i * out.classes),
                                                     static_cast<std::size_t>(out.classes));
        worker->run(range.first + i, load, scores);
    });
    return out;
}

Scores Executor::operator()(const RunContext& context, std::span<const FeatureMap> images) const {
    const Shape& expected = graph().nodes.front().shape;
    for (const FeatureMap& image : images) {
        const bool fits =
            image.shape == expected && std::ssize(image.values) == expected.elements();
        if (fits) continue;
        refuse(graph(), "NET024",
               "image " + std::to_string(&image - images.data()) +
                   " does not have the shape of the network's input",
               "Give channels x height x width values as the network expects");
    }
    return (*this)(context, {.first = 0, .count = std::ssize(images)},
                   [images](std::int64_t i, std::span<float> values) {
                       const FeatureMap& image = images[static_cast<std::size_t>(i)];
                       std::copy(image.values.begin(), image.values.end(), values.begin());
                   });
}

struct DigitalLayer::Layer {
    BlockedLayout in;
    BlockedLayout out;
    detail::PackedLayer kernel;
};

DigitalLayer::DigitalLayer(const Graph& graph, NodeId id, InstructionSet instruction_set) {
    check_available(graph, instruction_set);
    const Node& n = graph.node(id);
    OHMGRID_EXPECT(n.is_weighted() && !n.weights.empty());
    const Shape& in = graph.input_of(n).shape;
    const BlockedLayout padded{in, detail::border_for(n)};
    check_size(graph, n, padded);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    layer_ = std::make_shared<const Layer>(
        Layer{padded, {n.shape, {}}, {n, in, instruction_set, {-infinity, infinity}}});
}

FeatureMap DigitalLayer::operator()(const FeatureMap& in) const {
    AlignedFloats padded(static_cast<std::size_t>(layer_->in.floats()));
    AlignedFloats result(static_cast<std::size_t>(layer_->out.floats()));
    detail::pack(in.values, {layer_->in, padded.data()});
    layer_->kernel.run({layer_->in, padded.data()}, nullptr, {layer_->out, result.data()});
    FeatureMap out{.shape = layer_->out.shape};
    out.values.resize(static_cast<std::size_t>(out.shape.elements()));
    detail::unpack({layer_->out, result.data()}, out.values);
    return out;
}

}  // namespace ohmgrid
