// The input ranges of CrossSim's ResNet-20, found again from the class scores that it gave, and how
// well they explain its rounding: tests/support/crosssim_input_ranges.hpp.
//
//     crosssim_ranges [THREADS [FIRST_LAYER]]
//
// Two rows of ../shared/reference/accuracy/crosssim_cifar10.csv round inputs to 5 and 8 bits and
// have no converters. The rounding errors of a layer's inputs are CrossSim's only if its range is
// and those of all layers before are: then they explain a part of its class scores that nothing
// else does. The program prints that for the ranges of the header: the slope of CrossSim's scores
// on what rounding one more layer adds to ours is 1 if all errors are the same, 0 if they are
// others.
//
// With FIRST_LAYER it first searches the ranges of that layer and of those after it, in order, from
// where they are: some twenty minutes for all. Layers not reached yet are limited to their range
// but not rounded, which leaves the difference between the scores smooth in the range that is
// sought.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>

#include "sim/network/load_network.hpp"
#include "sim/network/preprocessing.hpp"
#include "tests/support/crosssim_rows.hpp"

namespace {

using namespace ohmgrid;

/// ResNet-20 with 8-bit weights and with inputs that are rounded in its first layers only.
class RoundedNetwork {
  public:
    RoundedNetwork(Graph graph, ImageLoader load, const RunContext& context)
        : graph_(std::move(graph)), load_(std::move(load)), context_(context) {
        for (Node& node : graph_.nodes) {
            if (node.is_weighted()) round_weights(node.weights);
        }
        for (const NodeId id : graph_.weighted_nodes()) digital_.emplace_back(graph_, id);
    }

    [[nodiscard]] std::size_t layers() const { return digital_.size(); }

    struct Depth {
        std::size_t kept = 0;     ///< so many layers give what keep() noted
        std::size_t rounded = 0;  ///< so many round their inputs, the others only limit them
    };

    Scores operator()(const std::vector<double>& highs, int bits, std::int64_t images,
                      Depth depth) {
        return run(highs, bits, images, depth, false);
    }
    /// Notes the outputs of all layers, the first `kept` of which are noted already.
    void keep(const std::vector<double>& highs, int bits, std::int64_t images, std::size_t kept) {
        (void)run(highs, bits, images, {kept, layers()}, true);
    }

  private:
    using Outputs = std::vector<std::vector<float>>;  ///< one per image

    Scores run(const std::vector<double>& highs, int bits, std::int64_t images, Depth depth,
               bool keep) {
        std::vector<Outputs>& outputs = outputs_[bits];
        outputs.resize(layers());
        ExecutorOptions options;
        for (std::size_t i = 0; i < layers(); ++i) {
            outputs[i].resize(static_cast<std::size_t>(images));
            options.layers.emplace_back(
                [&, i](const LayerCall& call, const FeatureMap& in, FeatureMap& out) {
                    std::vector<float>& kept = outputs[i][static_cast<std::size_t>(call.image)];
                    if (i < depth.kept) {
                        out.values = kept;
                        return;
                    }
                    FeatureMap inputs = in;
                    limit(inputs.values, highs[i], i == 0);
                    if (i < depth.rounded) round(inputs.values, highs[i], bits, i == 0);
                    out.values = digital_[i](inputs).values;
                    if (keep) kept = out.values;
                });
        }
        return Executor(graph_, options)(context_, {0, images}, load_);
    }

    static void round_weights(std::vector<float>& weights) {
        float top = 0;
        for (const float w : weights) top = std::max(top, std::abs(w));
        for (float& w : weights) w = std::nearbyint(w / top * 127) / 127 * top;
    }
    static void limit(std::vector<float>& values, double high, bool is_signed) {
        const auto top = static_cast<float>(high);
        for (float& x : values) x = std::clamp(x, is_signed ? -top : 0, top);
    }
    /// Sign and magnitude where inputs take both signs. Ties to even.
    static void round(std::vector<float>& values, double high, int bits, bool is_signed) {
        const auto top = static_cast<float>(high);
        const auto steps = static_cast<float>((1 << (is_signed ? bits - 1 : bits)) - 1);
        for (float& x : values) x = std::nearbyint(x / top * steps) / steps * top;
    }

    Graph graph_;
    ImageLoader load_;
    const RunContext& context_;
    std::vector<DigitalLayer> digital_;
    std::map<int, std::vector<Outputs>> outputs_;  ///< by bits, then layer
};

/// CrossSim's class scores on the first test images.
struct Target {
    int bits = 0;
    std::int64_t images = 0;
    Scores scores;
};

class Recovery {
  public:
    Recovery(RoundedNetwork& network, Target five, Target eight, std::vector<double> highs)
        : network_(network),
          five_(std::move(five)),
          eight_(std::move(eight)),
          highs_(std::move(highs)) {
        keep_from(0);
    }

    [[nodiscard]] const std::vector<double>& highs() const { return highs_; }

    /// Searches layers `first` (at least 1) and after: the rounding errors of 5 bits agree within
    /// some percent of the range, those of 8 bits within some tenths; and the less those of the
    /// layers before agree, the less do these, so the last few are moved together.
    void search_from(std::size_t first) {
        for (std::size_t layer = first; layer < network_.layers(); ++layer) {
            search(layer, layer, 0.005, 8, five_);
            search(layer, layer, 0.0006, 14, eight_);
            search(layer, layer, 0.0001, 8, eight_);
            for (const double step : {0.00005, 0.00002}) {
                for (std::size_t l = layer > 6 ? layer - 5 : 1; l <= layer; ++l) {
                    search(l, layer, step, 6, eight_);
                }
            }
            fmt::print(stderr, "layer {}: {:.6f}\n", layer, highs_[layer]);
        }
    }

    void print_slopes() {
        fmt::print("| layer | range | slope, 5 bits | slope, 8 bits |\n|---:|---:|---|---|\n");
        for (std::size_t layer = 1; layer < network_.layers(); ++layer) {
            fmt::print("| {} | {:.6f} | {} | {} |\n", layer, highs_[layer], slope(layer, five_),
                       slope(layer, eight_));
        }
    }

  private:
    void keep_from(std::size_t layer) {
        for (const Target* target : {&five_, &eight_}) {
            network_.keep(highs_, target->bits, target->images, layer);
        }
    }

    /// rms(ours - theirs) with inputs rounded up to and with layer `last`.
    double difference(std::size_t layer, double high, std::size_t last, const Target& target) {
        std::vector<double> highs = highs_;
        highs[layer] = high;
        const Scores ours = network_(highs, target.bits, target.images, {layer, last + 1});
        double sum = 0;
        for (std::size_t i = 0; i < ours.values.size(); ++i) {
            sum += std::pow(static_cast<double>(ours.values[i] - target.scores.values[i]), 2);
        }
        return std::sqrt(sum / static_cast<double>(ours.values.size()));
    }

    /// Moves the range of `layer` to the best of exp(k * step) times what it is, |k| <= reach; the
    /// differences are smoothed over neighbours.
    void search(std::size_t layer, std::size_t last, double step, int reach, const Target& target) {
        std::vector<double> highs;
        std::vector<double> found;
        for (int k = -reach; k <= reach; ++k) {
            highs.push_back(highs_[layer] * std::exp(k * step));
            found.push_back(difference(layer, highs.back(), last, target));
        }
        std::vector<double> smooth = found;
        for (std::size_t k = 1; k + 1 < found.size(); ++k) {
            smooth[k] = (found[k - 1] + 2 * found[k] + found[k + 1]) / 4;
        }
        const auto best = std::min_element(smooth.begin(), smooth.end()) - smooth.begin();
        highs_[layer] = highs[static_cast<std::size_t>(best)];
        keep_from(layer);
    }

    /// Slope of (theirs - ours with the layers before rounded) on what rounding this layer adds,
    /// with its standard error, the ten scores of an image counting as five.
    std::string slope(std::size_t layer, const Target& target) {
        const auto scores = [&](std::size_t rounded) {
            return network_(highs_, target.bits, target.images, {layer, rounded}).values;
        };
        const std::vector<float> before = scores(layer);
        const std::vector<float> after = scores(layer + 1);
        double product = 0;
        double added_square = 0;
        double rest_square = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const auto added = static_cast<double>(after[i] - before[i]);
            const auto rest = static_cast<double>(target.scores.values[i] - before[i]);
            product += added * rest;
            added_square += added * added;
            rest_square += rest * rest;
        }
        const double error =
            std::sqrt(rest_square / added_square / static_cast<double>(5 * target.images));
        return fmt::format("{:.2f} +- {:.2f}", product / added_square, error);
    }

    RoundedNetwork& network_;
    Target five_;
    Target eight_;
    std::vector<double> highs_;
};

Target target_of(const char* name, int bits) {
    for (const CrossSimRow& row : crosssim_rows()) {
        if (row.name() == name) return {bits, row.images(), row.scores()};
    }
    throw std::runtime_error(fmt::format("there is no row '{}'", name));
}

void run(const RunContext& context, std::size_t first_layer) {
    const auto data = [](const char* name) { return (*shared_folder() / "data" / name).string(); };
    DataSpec spec;
    spec.mean = {0.485, 0.456, 0.406};
    spec.std = {0.229, 0.224, 0.225};
    const ImageSet test = read_images(data("cifar10_test.h5"), spec, 1000);
    const Preprocessing preprocess(spec, test.shape());
    RoundedNetwork network(load_network(data("crosssim_resnet20_cifar10.onnx")),
                           loader_of(test, preprocess), context);
    Recovery recovery(network, target_of("w8_i5_noadc", 5), target_of("N1000_w8_i8_noadc", 8),
                      {crosssim_input_highs.begin(), crosssim_input_highs.end()});
    if (first_layer > 0) recovery.search_from(first_layer);
    recovery.print_slopes();
}

}  // namespace

int main(int argc, char** argv) try {
    if (!shared_folder()) {
        std::fputs("crosssim_ranges: the folder 'shared' is absent beside the project\n", stderr);
        return 2;
    }
    const RunContext context{.threads = argc > 1 ? std::atoi(argv[1]) : 1};
    run(context, argc > 2 ? static_cast<std::size_t>(std::max(1, std::atoi(argv[2]))) : 0);
    return 0;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "crosssim_ranges: %s\n", failure.what());
    return 1;
}
