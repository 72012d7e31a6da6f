// How many images per second the digital executor runs through a ResNet for CIFAR-10 with random
// weights (speed does not depend on their values).
//
//     executor_bench [THREADS [IMAGES [REPEATS [BLOCKS_PER_STAGE [INSTRUCTION_SET]]]]]
//
// Prints one line per repeat: images per second. Defaults: 2 threads, 2000 images, 5 repeats, 3
// blocks per stage (ResNet-20), the widest instruction set. benchmarks/compare_pytorch.py runs it
// in alternation with PyTorch.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "sim/network/executor.hpp"
#include "tests/support/network_builder.hpp"

namespace {

using ohmgrid::InstructionSet;

InstructionSet instruction_set_named(std::string_view name) {
    for (const auto set :
         {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
        if (name == to_text(set)) return set;
    }
    return ohmgrid::widest_instruction_set();
}

double seconds_of(const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int which, int fallback) {
        return argc > which ? std::atoi(argv[which]) : fallback;
    };
    const int threads = argument(1, 2);
    const int count = argument(2, 2000);
    const int repeats = argument(3, 5);
    const ohmgrid::Graph graph = ohmgrid::resnet_cifar10(argument(4, 3));
    const InstructionSet set = instruction_set_named(argc > 5 ? argv[5] : "");

    const ohmgrid::Executor run(graph, {.instruction_set = set});
    const std::vector<ohmgrid::FeatureMap> images(
        static_cast<std::size_t>(count), ohmgrid::normal_image(graph.nodes.front().shape, 1));
    for (int i = 0; i < repeats; ++i) {
        const double seconds = seconds_of([&] { (void)run({.threads = threads}, images); });
        std::printf("%.1f\n", count / seconds);
        std::fflush(stdout);
    }
}
