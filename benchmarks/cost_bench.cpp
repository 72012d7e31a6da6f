// How long one evaluation of the cost model takes, as a search would call it: a whole network with
// its own circuit in every layer, nothing kept from one evaluation to the next.
//
//     cost_bench SHAPE_TABLE.csv [EVALUATIONS [REPEATS]]
//
// Prints one line per repeat: microseconds of CPU per evaluation and per layer. The answer is
// summed into the last column, so that no evaluation can be optimised away.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <string>
#include <vector>

#include "sim/cost/chip_cost.hpp"
#include "sim/mapping/layer_shape.hpp"
#include "sim/network/shape_table.hpp"
#include "tests/support/shipped_files.hpp"

namespace {

using ohmgrid::ChipCost;
using ohmgrid::LayerPlan;

std::vector<LayerPlan> plans_of(const std::string& table) {
    std::vector<LayerPlan> plans;
    for (const ohmgrid::LayerShape& shape :
         ohmgrid::layer_shapes(ohmgrid::read_shape_table(table))) {
        LayerPlan plan;
        plan.shape = shape;
        plan.array = {.rows = 64, .columns = 64, .cell_bits = 4, .column_sharing = 8};
        plan.adc = {.type = ohmgrid::AdcType::sar, .bits = 6};
        plan.mapping = {.weight_bits = 8, .input_bits = 8};
        plans.push_back(plan);
    }
    return plans;
}

double cpu_second() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void measure(const std::string& table, int evaluations, int repeats) {
    std::vector<LayerPlan> plans = plans_of(table);
    const ohmgrid::Technology technology = ohmgrid::technology_of("32nm");
    const ohmgrid::DeviceModel device = ohmgrid::device_of("reram/hfox-1t1r");
    const ohmgrid::ChipSpec chip = ohmgrid::chip_of("default");
    for (int repeat = 0; repeat < repeats; ++repeat) {
        double edap = 0;
        const double start = cpu_second();
        for (int i = 0; i < evaluations; ++i) {
            LayerPlan& changed = plans[static_cast<std::size_t>(i) % plans.size()];
            changed.adc.bits = 4 + i % 5;
            changed.array.column_sharing = 2 << (i % 4);
            edap += ohmgrid::chip_cost(plans, technology, device, chip).edap();
        }
        const double microseconds = (cpu_second() - start) / evaluations * 1e6;
        std::printf("evaluation_us %.2f layer_us %.3f layers %zu sum %.6g\n", microseconds,
                    microseconds / static_cast<double>(plans.size()), plans.size(), edap);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: cost_bench SHAPE_TABLE.csv [EVALUATIONS [REPEATS]]\n");
        return 2;
    }
    try {
        measure(argv[1], argc > 2 ? std::atoi(argv[2]) : 20000, argc > 3 ? std::atoi(argv[3]) : 5);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
