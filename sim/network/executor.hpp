#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/run_context.hpp"
#include "sim/network/feature_map.hpp"
#include "sim/network/graph.hpp"
#include "sim/network/instruction_set.hpp"

namespace ohmgrid {

/// One weighted node at work on one image.
struct LayerCall {
    LayerId layer;           ///< position in graph.weighted_nodes()
    const Node& node;        ///< of the executor's graph
    std::int64_t image = 0;  ///< as the loader was asked for it: addresses random streams
    int worker = 0;          ///< 0 .. threads - 1, one call at a time each: for scratch memory
};

/// Computes a convolution or linear layer, bias included: fills out.values, whose shape and size
/// are set. Called by several workers at once. Results stay independent of threads and batches as
/// long as they depend on the layer, the image's number and `in` alone.
using LayerFunction =
    std::function<void(const LayerCall& call, const FeatureMap& in, FeatureMap& out)>;

/// Sees the input of every weighted node, before it is computed. Called by several workers at once.
using LayerObserver = std::function<void(const LayerCall& call, const FeatureMap& in)>;

/// Fills `values` (channel-major, of the graph's input shape) with image `image`. Called by several
/// workers at once.
using ImageLoader = std::function<void(std::int64_t image, std::span<float> values)>;

/// Images `first` .. `first + count - 1`.
struct ImageRange {
    std::int64_t first = 0;
    std::int64_t count = 0;
};

struct ExecutorOptions {
    /// In place of the digital kernels, by LayerId; where empty or missing: digital.
    std::vector<LayerFunction> layers = {};
    LayerObserver observer = {};
    InstructionSet instruction_set = widest_instruction_set();
};

/// Runs a trained network in single precision: the digital accuracy, and the frame in which analog
/// layers replace digital ones.
///
///     const Executor run{graph};
///     const Scores scores = run(context, images);
///
/// Weights are packed once, batch-sized memory is never needed: every worker takes image after
/// image through the whole network in a few reused, cache-sized buffers. Each image is computed in
/// the same order whatever the number of threads or images, so results are bitwise equal; another
/// instruction set may change the last bits (docs/models/digital_executor.md).
/// Slow twin: reference_executor.hpp.
class Executor {
  public:
    /// @throws InputError NET020 if the graph has no weights, NET021 if a padded feature map would
    ///         need more memory than max_buffer_floats, NET022 if this processor lacks the
    ///         instruction set; also as check(graph)
    explicit Executor(Graph graph, ExecutorOptions options = {});

    /// Class scores of a range of images; row i belongs to image `range.first + i`.
    /// @throws NumericalError naming the image: NET023 and the node whose result is not finite,
    ///         NET025 if a value of the image is not; Interrupted
    [[nodiscard]] Scores operator()(const RunContext& context, const ImageRange& range,
                                    const ImageLoader& load) const;
    /// @throws also InputError NET024 if an image does not have the input's shape
    [[nodiscard]] Scores operator()(const RunContext& context,
                                    std::span<const FeatureMap> images) const;

    [[nodiscard]] const Graph& graph() const;

  private:
    struct Network;
    std::shared_ptr<const Network> network_;
};

/// Most floats of one feature map with its border (16 GiB): hostile padding ends here. Assumed.
inline constexpr std::int64_t max_buffer_floats = std::int64_t{1} << 32;

/// One weighted node by itself on the digital kernels: what a LayerFunction compares its result
/// with, or falls back to.
class DigitalLayer {
  public:
    /// @throws InputError as Executor
    DigitalLayer(const Graph& graph, NodeId id,
                 InstructionSet instruction_set = widest_instruction_set());

    /// @param in  of the shape of the node's input
    [[nodiscard]] FeatureMap operator()(const FeatureMap& in) const;

  private:
    struct Layer;
    std::shared_ptr<const Layer> layer_;
};

}  // namespace ohmgrid
