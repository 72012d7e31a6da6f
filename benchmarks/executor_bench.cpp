// How many images per second the digital executor runs through a network for CIFAR-10.
//
//     executor_bench THREADS REPEATS IMAGES [INSTRUCTION_SET [NETWORK.onnx IMAGES.h5]]
//
// Prints one line per repeat: images per second and, for real images, how many are right. Without
// a network it takes ResNet-20 with random weights and random images: speed does not depend on
// their values. Images are preprocessed (ImageNet mean and standard deviation) before the clock
// starts. benchmarks/compare_pytorch.py runs it in alternation with PyTorch.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <vector>

#include "sim/network/classification.hpp"
#include "sim/network/executor.hpp"
#include "sim/network/image_set.hpp"
#include "sim/network/onnx_import.hpp"
#include "sim/network/preprocessing.hpp"
#include "tests/support/network_builder.hpp"

namespace {

using ohmgrid::FeatureMap;
using ohmgrid::Graph;
using ohmgrid::InstructionSet;

struct Workload {
    Graph graph;
    std::vector<FeatureMap> images = {};
    std::vector<std::int64_t> labels = {};
};

Workload random_workload(std::int64_t count) {
    Workload work{.graph = ohmgrid::resnet_cifar10(3)};
    for (std::int64_t i = 0; i < count; ++i) {
        work.images.push_back(
            ohmgrid::normal_image(work.graph.nodes.front().shape, static_cast<std::uint32_t>(i)));
        work.labels.push_back(0);
    }
    return work;
}

Workload real_workload(std::int64_t count, const char* network, const char* images) {
    Workload work{.graph = ohmgrid::import_onnx(network)};
    const ohmgrid::DataSpec spec{.mean = {0.485, 0.456, 0.406}, .std = {0.229, 0.224, 0.225}};
    const ohmgrid::ImageSet set = ohmgrid::read_images(images, spec, count);
    check_fits(set, work.graph);
    const ohmgrid::Preprocessing preprocess(spec, set.shape());
    for (std::int64_t i = 0; i < set.count(); ++i) {
        FeatureMap& image = work.images.emplace_back(FeatureMap{.shape = set.shape()});
        image.values.resize(set.image(i).size());
        preprocess(set.image(i), image.values);
    }
    work.labels = set.labels();
    return work;
}

InstructionSet instruction_set_named(std::string_view name) {
    for (const auto set :
         {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
        if (name == to_text(set)) return set;
    }
    return ohmgrid::widest_instruction_set();
}

void measure(const Workload& work, int threads, int repeats, InstructionSet set) {
    const ohmgrid::Executor run(work.graph, {.instruction_set = set});
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const auto start = std::chrono::steady_clock::now();
        const ohmgrid::Scores scores = run({.threads = threads}, work.images);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        std::int64_t correct = 0;
        for (std::int64_t i = 0; i < scores.images(); ++i) {
            const bool hit =
                ohmgrid::best_class(scores.of(i)) == work.labels[static_cast<std::size_t>(i)];
            correct += hit ? 1 : 0;
        }
        std::printf("%.1f %lld\n", static_cast<double>(scores.images()) / seconds.count(),
                    static_cast<long long>(correct));
        std::fflush(stdout);
    }
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 4 && argc != 5 && argc != 7) {
        std::fputs(
            "usage: executor_bench THREADS REPEATS IMAGES "
            "[INSTRUCTION_SET [NETWORK.onnx IMAGES.h5]]\n",
            stderr);
        return 2;
    }
    const int count = std::atoi(argv[3]);
    const Workload work =
        argc == 7 ? real_workload(count, argv[5], argv[6]) : random_workload(count);
    measure(work, std::atoi(argv[1]), std::atoi(argv[2]),
            instruction_set_named(argc > 4 ? argv[4] : ""));
    return 0;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "executor_bench: %s\n", failure.what());
    return 1;
}
