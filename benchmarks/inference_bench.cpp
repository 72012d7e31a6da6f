// How fast networks run on arrays, each speed with its yardsticks in the same run.
//
//     inference_bench [THREADS [IMAGES [REPEATS]]]
//
// ResNet-20 on 64 x 64 arrays, 8-bit weights in two slices, 8-bit inputs bit by bit, 6-bit
// converters of every bit plane, with and without wires, real converters and noise; then other
// networks with the plain setting. Weights and images are random: speed depends on neither much.
// GMAC/s counts network multiply-accumulates once; "plane GMAC/s" counts every bit plane and slice.
// All but images per second is from processor time, which holds on a busy machine too.

#include <fmt/format.h>
#include <sys/resource.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>

#include "sim/inference/experiment.hpp"
#include "tests/support/network_builder.hpp"

namespace {

using namespace ohmgrid;

/// What all threads of this program have computed: other programs do not count.
double processor_seconds_of(const std::function<void()>& work) {
    const auto now = [] {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        return static_cast<double>(usage.ru_utime.tv_sec) +
               1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
    };
    const double began = now();
    work();
    return now() - began;
}

/// Median, lowest and highest of several measurements.
struct Spread {
    double median = 0;
    double low = 0;
    double high = 0;
};

Spread spread_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {values[values.size() / 2], values.front(), values.back()};
}

LayerSettings plain_settings() {
    return {.array = {.rows = 64, .columns = 64, .cell_bits = 4, .column_sharing = 8},
            .adc = {.type = AdcType::sar, .bits = 6, .percentile = 0.9999},
            .mapping = {.weight_bits = 8, .input_bits = 8}};
}

DeviceModel plain_device() {
    DeviceModel device;
    device.g_min_siemens = 1 / 9e5;
    device.g_max_siemens = 1 / 6e3;
    device.read_volt = 0.5;
    return device;
}

struct Setting {
    std::string name;
    LayerSettings layer = plain_settings();
    DeviceModel device = plain_device();
};

std::vector<Setting> settings() {
    std::vector<Setting> all{{"ideal wires, ideal quantiser"}};
    all.push_back({"ideal converters"});
    all.back().layer.adc.type = AdcType::ideal;
    const auto real = [](LayerSettings& layer) {
        layer.adc.sar.capacitor_sigma = 0.02;
        layer.adc.comparator_offset_sigma_volt = 2e-3;
    };
    const auto wires = [](LayerSettings& layer) {
        layer.array.row_wire_ohm = layer.array.column_wire_ohm = 1;
    };
    all.push_back({"real SAR (static errors)"});
    real(all.back().layer);
    all.push_back({"wires 1 ohm"});
    wires(all.back().layer);
    all.push_back({"wires 1 ohm, real SAR"});
    wires(all.back().layer);
    real(all.back().layer);
    all.push_back({"noise of every conversion"});
    all.back().layer.adc.comparator_noise_volt = 2e-3;
    all.push_back({"noise of every read"});
    all.back().device.read_noise.error = {.kind = SigmaKind::constant, .sigma_ratio = 0.01};
    all.push_back({"wires, real SAR, all noise"});
    wires(all.back().layer);
    real(all.back().layer);
    all.back().layer.adc.comparator_noise_volt = 2e-3;
    all.back().device.read_noise.error = {.kind = SigmaKind::constant, .sigma_ratio = 0.01};
    return all;
}

Experiment experiment_on(const Graph& graph, const Setting& setting, std::int64_t images,
                         const RunContext& context) {
    const Shape shape = graph.nodes.front().shape;
    const ImageLoader load = [shape](std::int64_t image, std::span<float> values) {
        const FeatureMap map = normal_image(shape, static_cast<std::uint32_t>(image));
        std::copy(map.values.begin(), map.values.end(), values.begin());
    };
    const std::vector<LayerSettings> layers(graph.weighted_nodes().size(), setting.layer);
    return {graph,
            {{images, load}, std::vector<std::int64_t>(static_cast<std::size_t>(images), 0)},
            ImageSource{2, load},
            layers,
            setting.device,
            context};
}

double multiply_accumulates(const Graph& graph) {
    std::int64_t sum = 0;
    for (const NodeId id : graph.weighted_nodes()) sum += graph.multiply_accumulates(id);
    return static_cast<double>(sum);
}

/// The same products by Eigen in single precision, one thread: each layer's weight matrix times
/// the matrix of its windows. Multiply-accumulates per second.
double eigen_rate(const Graph& graph) {
    double seconds = 0;
    for (const NodeId id : graph.weighted_nodes()) {
        const Node& node = graph.node(id);
        const auto outputs = static_cast<Eigen::Index>(node.shape.channels);
        const auto rows = static_cast<Eigen::Index>(node.weights.size()) / outputs;
        const Eigen::Index windows = node.shape.height * node.shape.width;
        using Matrix = Eigen::MatrixXf;
        const Matrix weights = Matrix::Random(outputs, rows);
        const Matrix inputs = Matrix::Random(rows, windows);
        Matrix product(outputs, windows);
        product.noalias() = weights * inputs;
        constexpr int times = 5;
        seconds += processor_seconds_of([&] {
                       for (int i = 0; i < times; ++i) product.noalias() = weights * inputs;
                   }) /
                   times;
    }
    return multiply_accumulates(graph) / seconds;
}

struct SettingSpeed {
    Spread rate;  ///< images per second, as the clock on the wall has it
    double setup_second = 0;
    double processor_second = 0;  ///< of all threads, for one image, set-up taken off
};

SettingSpeed speed_of(const Graph& graph, const Setting& setting, std::int64_t images, int repeats,
                      const RunContext& context) {
    constexpr std::int64_t few = 4;
    const Experiment experiment = experiment_on(graph, setting, images, context);
    const Experiment setup = experiment_on(graph, setting, few, context);
    std::vector<double> rates, setups, processor;
    for (int i = 0; i < repeats; ++i) {
        const double least = processor_seconds_of([&] { (void)setup.run({}, context); });
        const double most = processor_seconds_of([&] {
            const ChipReport report = experiment.run({}, context);
            rates.push_back(report.images_per_second);
            setups.push_back(report.setup_seconds);
        });
        processor.push_back((most - least) / static_cast<double>(images - few));
    }
    return {spread_of(rates), spread_of(setups).median, spread_of(processor).median};
}

void print_settings(const Graph& graph, std::int64_t images, int repeats,
                    const RunContext& context) {
    const double macs = multiply_accumulates(graph);
    std::vector<double> eigen;
    for (int i = 0; i < repeats; ++i) eigen.push_back(eigen_rate(graph));
    const Spread yardstick = spread_of(eigen);
    fmt::print(
        "Eigen float products of the same shapes, one thread: {:.1f} GMAC/s ({:.1f} .. {:.1f})\n\n",
        yardstick.median / 1e9, yardstick.low / 1e9, yardstick.high / 1e9);
    fmt::print("{:<30} {:>9} {:>17} {:>8} {:>11} {:>8} {:>9} {:>8}\n", "setting", "images/s",
               "(low .. high)", "setup s", "plane", "x Eigen", "CPU ms", "ideal");
    fmt::print("{:<30} {:>9} {:>17} {:>8} {:>11} {:>8} {:>9} {:>8}\n", "", "", "", "",
               "GMAC/s core", "", "per image", "/ CPU");
    double ideal = 0;
    for (const Setting& setting : settings()) {
        const SettingSpeed speed = speed_of(graph, setting, images, repeats, context);
        if (ideal == 0) ideal = speed.processor_second;
        const double planes = setting.layer.adc.type == AdcType::ideal
                                  ? 1
                                  : setting.layer.mapping.input_bits *
                                        setting.layer.mapping.slices(setting.layer.array.cell_bits);
        const double per_core = macs / speed.processor_second;
        fmt::print(
            "{:<30} {:>9.1f} {:>7.1f} .. {:<7.1f} {:>7.2f} {:>11.1f} {:>9.2f} {:>9.2f} {:>7.0f}%\n",
            setting.name, speed.rate.median, speed.rate.low, speed.rate.high, speed.setup_second,
            per_core * planes / 1e9, per_core * planes / yardstick.median,
            speed.processor_second * 1e3, 100 * ideal / speed.processor_second);
        std::fflush(stdout);
    }
}

/// A VGG-16 for 32 x 32 images: 13 convolutions, one linear layer, `width` channels at first.
Graph vgg16(std::int64_t width) {
    NetworkBuilder net({3, 32, 32});
    NodeId x{0};
    for (const auto& [channels, count] :
         {std::pair{1, 2}, std::pair{2, 2}, std::pair{4, 3}, std::pair{8, 3}, std::pair{8, 3}}) {
        for (int i = 0; i < count; ++i) {
            x = net.relu(net.convolution(x, channels * width, same_window(3)));
        }
        x = net.node(
            {.op = Op::max_pool,
             .inputs = {x},
             .window = {
                 .kernel_height = 2, .kernel_width = 2, .stride_height = 2, .stride_width = 2}});
    }
    net.linear(net.node({.op = Op::flatten, .inputs = {x}}), 10);
    return net.graph();
}

double peak_mebibytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

void print_networks(std::int64_t images, int repeats, const RunContext& context) {
    fmt::print("\n{:<16} {:>9} {:>9} {:>17} {:>14} {:>16}\n", "network", "MMAC", "images/s",
               "(low .. high)", "ns per MAC core", "peak MiB so far");
    const std::vector<std::pair<std::string, Graph>> networks{{"ResNet-20", resnet_cifar10(3)},
                                                              {"ResNet-56", resnet_cifar10(9)},
                                                              {"VGG-16, half", vgg16(32)},
                                                              {"VGG-16", vgg16(64)}};
    for (const auto& [name, graph] : networks) {
        const double macs = multiply_accumulates(graph);
        const auto count = std::max<std::int64_t>(
            8, static_cast<std::int64_t>(static_cast<double>(images) * 4e7 / macs));
        const SettingSpeed speed = speed_of(graph, settings().front(), count, repeats, context);
        fmt::print("{:<16} {:>9.1f} {:>9.1f} {:>7.1f} .. {:<7.1f} {:>14.4f} {:>16.0f}\n", name,
                   macs / 1e6, speed.rate.median, speed.rate.low, speed.rate.high,
                   speed.processor_second / macs * 1e9, peak_mebibytes());
        std::fflush(stdout);
    }
}

}  // namespace

int main(int argc, char** argv) try {
    const RunContext context{.threads = argc > 1 ? std::atoi(argv[1]) : 2};
    const std::int64_t images = argc > 2 ? std::atoi(argv[2]) : 100;
    const int repeats = argc > 3 ? std::atoi(argv[3]) : 5;
    print_settings(resnet_cifar10(3), images, repeats, context);
    print_networks(images, repeats, context);
    return 0;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "inference_bench: %s\n", failure.what());
    return 1;
}
