#include "sim/app/adc_results.hpp"
#include "sim/app/images.hpp"
#include "sim/app/run_file.hpp"
#include "sim/inference/experiment.hpp"
#include "sim/montecarlo/statistics.hpp"

namespace ohmgrid {

NetworkFigures network_figures(const std::filesystem::path& run_file,
                               const std::vector<std::string>& assignments, std::int64_t chips,
                               const RunContext& context) {
    const RunFile run = read_run_file(run_file, assignments);
    const RunImages images = RunImages::test(run);
    const Experiment experiment = make_experiment(run, images, context);
    std::vector<double> accuracies;
    NetworkFigures figures;
    figures.chips = chips;
    for (std::int64_t trial = 0; trial < chips; ++trial) {
        const ChipReport report = experiment.run({.seed = context.seed, .trial = {trial}}, context);
        figures.images = report.images;
        accuracies.push_back(static_cast<double>(report.correct) /
                             static_cast<double>(report.images));
    }
    figures.digital_accuracy =
        static_cast<double>(experiment.digital().correct) / static_cast<double>(figures.images);
    figures.accuracy = spread_of(accuracies);
    figures.interval_95 = student_interval(accuracies);
    const ChipCost cost = chip_cost(layer_plans(run), run.technology, run.device, run.chip);
    figures.energy_joule = cost.total.energy_joule;
    figures.adc_energy_joule = cost.components[Component::adc].energy_joule;
    figures.area_m2 = cost.total.area_m2;
    figures.latency_second = cost.total.latency_second;
    return figures;
}

}  // namespace ohmgrid
