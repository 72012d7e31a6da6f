// The input ranges of CrossSim's ResNet-20, found again from the class scores that it gave, and how
// well they explain its rounding: tests/support/crosssim_input_ranges.hpp.
//
//     crosssim_ranges [THREADS [FIRST_LAYER]]
//
// Six rows of ../shared/reference/accuracy/crosssim_cifar10.csv round inputs to 3, 5 or 8 bits and
// have no converters. The rounding errors of a layer's inputs are CrossSim's only if its range is
// and those of all layers before are: then they explain a part of its class scores that nothing
// else does. The program prints that for the ranges of the header: the slope of CrossSim's scores
// on what rounding one more layer adds to ours is 1 if all errors are the same, 0 if they are
// others. For comparison it prints the same slopes with our own scores in the place of CrossSim's,
// made with outputs that differ by 1e-7: even then late layers round otherwise.
//
// With FIRST_LAYER it first searches the ranges of that layer and of those after it, in order, from
// where they are: two or three minutes for a layer. Layers not reached yet are limited to their
// range but not rounded, which leaves the scores smooth in the range that is sought.

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>

#include "sim/network/load_network.hpp"
#include "sim/network/preprocessing.hpp"
#include "tests/support/crosssim_rows.hpp"

namespace {

using namespace ohmgrid;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A row whose scores are to be explained.
struct Target {
    const char* row;
    int weight_bits;
    int input_bits;
};
constexpr Target all_targets[] = {{"w8_i3_noadc", 8, 3}, {"w8_i5_noadc", 8, 5},
                                  {"w7_i8_noadc", 7, 8}, {"w5_i8_noadc", 5, 8},
                                  {"w3_i8_noadc", 3, 8}, {"N1000_w8_i8_noadc", 8, 8}};

struct Depth {
    std::size_t kept = 0;     ///< so many layers give the outputs noted last
    std::size_t rounded = 0;  ///< so many round their inputs, the others only limit them
};

/// ResNet-20 with rounded weights, with inputs that are rounded in its first layers only, beside
/// what CrossSim made of it.
class RoundedNetwork {
  public:
    RoundedNetwork(const Target& target, Graph graph, ImageLoader load, const RunContext& context)
        : bits_(target.input_bits),
          graph_(std::move(graph)),
          load_(std::move(load)),
          context_(context) {
        for (Node& node : graph_.nodes) {
            if (node.is_weighted()) round_weights(node.weights, target.weight_bits);
        }
        for (const NodeId id : graph_.weighted_nodes()) digital_.emplace_back(graph_, id);
        for (const CrossSimRow& row : crosssim_rows()) {
            if (row.name() == target.row) theirs_ = matrix_of(row.scores());
        }
    }

    [[nodiscard]] int bits() const { return bits_; }
    [[nodiscard]] const Matrix& theirs() const { return theirs_; }

    /// From here on our own scores are to be explained, with outputs of every layer `error` off.
    void explain_own(const std::vector<double>& highs, float error) {
        error_ = error;
        theirs_ = scores(highs, {0, digital_.size()});
        error_ = 0;
    }

    Matrix scores(const std::vector<double>& highs, Depth depth) {
        return matrix_of(run(highs, depth, false));
    }
    /// Notes the outputs of all layers, the first `unchanged` of which are noted already.
    void keep(const std::vector<double>& highs, std::size_t unchanged) {
        (void)run(highs, {unchanged, digital_.size()}, true);
    }

    /// From here on, differences count by how they are spread now.
    void weigh(const std::vector<double>& highs, Depth depth) {
        const Matrix rest = unexplained(highs, depth);
        Eigen::MatrixXd spread = rest.transpose() * rest;
        for (int round = 0; round < 5; ++round) {
            spread *= 1 / static_cast<double>(rest.rows());
            spread.diagonal().array() += 1e-9 * spread.trace();
            spread_.compute(spread);
            const Eigen::VectorXd weight = (freedom + 10) / (freedom + distances(rest).array());
            spread = rest.transpose() * weight.asDiagonal() * rest;
        }
    }
    /// - log likelihood of what is not explained, by Student's distribution: few images count for
    /// much less than their square.
    double loss(const std::vector<double>& highs, Depth depth) {
        const Eigen::VectorXd distance = distances(unexplained(highs, depth));
        return (freedom + 10) / 2 * (1 + distance.array() / freedom).log().sum();
    }

  private:
    static constexpr double freedom = 5;

    /// Theirs less ours; layers not rounded yet may cost a common factor and constants by class.
    Matrix unexplained(const std::vector<double>& highs, Depth depth) {
        const auto centred = [](const Matrix& m) -> Matrix {
            return m.rowwise() - m.colwise().mean();
        };
        const Matrix ours = centred(scores(highs, depth));
        const Matrix theirs = centred(theirs_);
        return theirs - ours.cwiseProduct(theirs).sum() / ours.squaredNorm() * ours;
    }
    [[nodiscard]] Eigen::VectorXd distances(const Matrix& rest) const {
        return spread_.matrixL().solve(rest.transpose()).colwise().squaredNorm();
    }

    static Matrix matrix_of(const Scores& scores) {
        return Eigen::Map<
                   const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
                   scores.values.data(), scores.images(), scores.classes)
            .cast<double>();
    }

    Scores run(const std::vector<double>& highs, Depth depth, bool keep) {
        const std::int64_t images = theirs_.rows();
        outputs_.resize(digital_.size());
        ExecutorOptions options;
        for (std::size_t i = 0; i < digital_.size(); ++i) {
            outputs_[i].resize(static_cast<std::size_t>(images));
            options.layers.emplace_back(
                [&, i](const LayerCall& call, const FeatureMap& in, FeatureMap& out) {
                    std::vector<float>& kept = outputs_[i][static_cast<std::size_t>(call.image)];
                    if (i < depth.kept) {
                        out.values = kept;
                        return;
                    }
                    FeatureMap inputs = in;
                    limit(inputs.values, highs[i], i == 0);
                    if (i < depth.rounded) round(inputs.values, highs[i], bits_, i == 0);
                    out.values = digital_[i](inputs).values;
                    if (error_ > 0) disturb(out.values, static_cast<unsigned>(call.image));
                    if (keep) kept = out.values;
                });
        }
        return Executor(graph_, options)(context_, {0, images}, load_);
    }

    static void round_weights(std::vector<float>& weights, int bits) {
        const auto steps = static_cast<float>((1 << (bits - 1)) - 1);
        float top = 0;
        for (const float w : weights) top = std::max(top, std::abs(w));
        for (float& w : weights) w = std::nearbyint(w / top * steps) / steps * top;
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
    void disturb(std::vector<float>& values, unsigned seed) const {
        std::minstd_rand random(seed + 1);
        std::normal_distribution<float> normal;
        for (float& x : values) x *= 1 + error_ * normal(random);
    }

    int bits_;
    Graph graph_;
    ImageLoader load_;
    const RunContext& context_;
    Matrix theirs_;
    float error_ = 0;
    std::vector<DigitalLayer> digital_;
    std::vector<std::vector<std::vector<float>>> outputs_;  ///< by layer, then image
    Eigen::LLT<Eigen::MatrixXd> spread_;
};

class Recovery {
  public:
    Recovery(std::vector<RoundedNetwork>& networks, std::vector<double> highs)
        : networks_(networks), highs_(std::move(highs)) {
        keep_from(0);
    }

    /// Searches layers `first` (at least 1) and after. Errors of 3 bits agree within some ten per
    /// cent of the range, those of 8 bits within some tenths; and what differs in a layer grows
    /// from layer to layer, so that the ranges of early ones, which 1e-7 decides, are found only
    /// with the late ones.
    void search_from(std::size_t first) {
        for (std::size_t layer = first; layer < highs_.size(); ++layer) {
            scan(layer, layer, 0.01, 16, 3, 5);
            scan(layer, layer, 0.002, 15, 5, 8);
            scan(layer, layer, 0.0005, 8, 8, 8);
            scan(layer, layer, 0.0001, 8, 8, 8);
            for (std::size_t near = back(layer, 2); near <= layer; ++near) {
                scan(near, layer, 0.00004, 16, 8, 8);
                scan(near, layer, 0.00001, 8, 8, 8);
            }
            for (const double step : {1e-5, 3e-6, 1e-6, 3e-7}) refine(back(layer, 8), layer, step);
            fmt::print(stderr, "layer {}: {:.8g}\n", layer, highs_[layer]);
        }
        for (const double step : {1e-6, 3e-7, 1e-7}) refine(1, highs_.size() - 1, step);
    }

    void print_slopes() {
        fmt::print("| layer | range |");
        for (const Target& target : all_targets) fmt::print(" {} |", target.row);
        fmt::print("\n|---:|---:|---|---|---|---|---|---|\n");
        for (std::size_t layer = 1; layer < highs_.size(); ++layer) {
            fmt::print("| {} | {:.8g} |", layer, highs_[layer]);
            for (RoundedNetwork& network : networks_) fmt::print(" {} |", slope(layer, network));
            fmt::print("\n");
        }
    }

    void explain_own(float error) {
        for (RoundedNetwork& network : networks_) network.explain_own(highs_, error);
    }

  private:
    static std::size_t back(std::size_t layer, std::size_t steps) {
        return layer > steps ? layer - steps : 1;
    }
    void keep_from(std::size_t layer) {
        for (RoundedNetwork& network : networks_) network.keep(highs_, layer);
    }

    /// With the range of `layer` times `factor` and inputs rounded up to and with layer `last`.
    double loss(std::size_t layer, double factor, std::size_t last, RoundedNetwork& network) {
        std::vector<double> highs = highs_;
        highs[layer] *= factor;
        return network.loss(highs, {layer, last + 1});
    }

    /// Moves the range of `layer` to the best of exp(k * step) times what it is, |k| <= reach, in
    /// the rows with so many input bits; smoothed over neighbours.
    void scan(std::size_t layer, std::size_t last, double step, int reach, int fewest_bits,
              int most_bits) {
        std::vector<double> found(static_cast<std::size_t>(2 * reach + 1));
        for (RoundedNetwork& network : networks_) {
            if (network.bits() < fewest_bits || network.bits() > most_bits) continue;
            network.weigh(highs_, {layer, last + 1});
            for (int k = -reach; k <= reach; ++k) {
                found[static_cast<std::size_t>(k + reach)] +=
                    loss(layer, std::exp(k * step), last, network);
            }
        }
        std::vector<double> smooth = found;
        for (std::size_t k = 1; k + 1 < found.size(); ++k) {
            smooth[k] = (found[k - 1] + 2 * found[k] + found[k + 1]) / 4;
        }
        const auto best = std::min_element(smooth.begin(), smooth.end()) - smooth.begin();
        move(layer, std::exp((static_cast<double>(best) - reach) * step));
    }

    /// Moves each range by as many `step`s as it gets better, in the rows with 8 bits.
    void refine(std::size_t first, std::size_t last, double step) {
        for (RoundedNetwork& network : networks_) {
            if (network.bits() == 8) network.weigh(highs_, {first, last + 1});
        }
        for (std::size_t layer = first; layer <= last; ++layer) {
            const auto at = [&](double k) {
                double sum = 0;
                for (RoundedNetwork& network : networks_) {
                    if (network.bits() == 8) sum += loss(layer, 1 + k * step, last, network);
                }
                return sum;
            };
            const double here = at(0);
            for (const double way : {1.0, -1.0}) {
                double steps = 0;
                for (double lowest = here, next; (next = at(way * (steps + 1))) < lowest; ++steps) {
                    lowest = next;
                }
                if (steps == 0) continue;
                move(layer, 1 + way * steps * step);
                break;
            }
        }
    }

    void move(std::size_t layer, double factor) {
        if (factor == 1) return;
        highs_[layer] *= factor;
        keep_from(layer);
    }

    /// Slope of (theirs - ours with the layers before rounded) on what rounding this layer adds,
    /// with its standard error, the ten scores of an image counting as five.
    std::string slope(std::size_t layer, RoundedNetwork& network) {
        const Matrix before = network.scores(highs_, {layer, layer});
        const Matrix added = network.scores(highs_, {layer, layer + 1}) - before;
        const Matrix rest = network.theirs() - before;
        const double error = std::sqrt(rest.squaredNorm() / added.squaredNorm() /
                                       static_cast<double>(5 * rest.rows()));
        return fmt::format("{:.2f} +- {:.2f}", added.cwiseProduct(rest).sum() / added.squaredNorm(),
                           error);
    }

    std::vector<RoundedNetwork>& networks_;
    std::vector<double> highs_;
};

void run(const RunContext& context, std::size_t first_layer) {
    const auto data = [](const char* name) { return (*shared_folder() / "data" / name).string(); };
    DataSpec spec;
    spec.mean = {0.485, 0.456, 0.406};
    spec.std = {0.229, 0.224, 0.225};
    const ImageSet test = read_images(data("cifar10_test.h5"), spec, 1000);
    const Preprocessing preprocess(spec, test.shape());
    const Graph graph = load_network(data("crosssim_resnet20_cifar10.onnx"));
    std::vector<RoundedNetwork> networks;
    for (const Target& target : all_targets) {
        networks.emplace_back(target, graph, loader_of(test, preprocess), context);
    }
    Recovery recovery(networks, {crosssim_input_highs.begin(), crosssim_input_highs.end()});
    if (first_layer > 0) recovery.search_from(first_layer);
    recovery.print_slopes();
    fmt::print("\nOur own scores in the place of CrossSim's, outputs 1e-7 off:\n\n");
    recovery.explain_own(1e-7F);
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
