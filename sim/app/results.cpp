#include "sim/app/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ohmgrid {

Provenance begin_record(const Console& console, const RunContext& context, const RunFile& run) {
    return {.command_line = command_line_of(console),
            .seed = context.seed,
            .threads = context.threads,
            .started_at = utc_now(),
            .parameters = run.parameters,
            .sha256_of = run.sha256_of};
}

nlohmann::ordered_json to_json(const InferenceReport& report) {
    const Interval interval = interval_95(report.analog_correct, report.images);
    nlohmann::ordered_json out{{"accuracy", report.share(report.analog_correct)},
                               {"accuracy_interval_95", {interval.low, interval.high}},
                               {"digital_accuracy", report.share(report.digital_correct)},
                               {"ideal_accuracy", report.share(report.ideal_correct)},
                               {"images", report.images},
                               {"images_per_second", report.images_per_second},
                               {"setup_seconds", report.setup_seconds},
                               {"array_bytes", report.array_bytes},
                               {"agreement", report.share(report.agreeing)}};
    auto& layers = out["layers"] = nlohmann::ordered_json::array();
    for (const LayerError& layer : report.layers) {
        layers.push_back({{"name", layer.name},
                          {"relative_rms_error", layer.relative_rms_error},
                          {"input_bit_density", layer.input_bit_density},
                          {"cell_level", layer.cell_level},
                          {"linearisation_error", layer.linearisation_error}});
    }
    out["compensation"] = compensation_json(report);
    return out;
}

Table layer_error_table(const InferenceReport& report) {
    Table table{{"layer", "relative_rms_error", "input_bit_density", "cell_level"}, {}};
    for (const LayerError& layer : report.layers) {
        table.rows.push_back(
            {layer.name, layer.relative_rms_error, layer.input_bit_density, layer.cell_level});
    }
    return table;
}

std::string accuracy_line(const InferenceReport& report) {
    const Interval interval = interval_95(report.analog_correct, report.images);
    return fmt::format(
        "accuracy   digital {:.2f} %   ideal array {:.2f} %   this chip {:.2f} %  (95 % interval "
        "{:.1f} .. {:.1f}, {} images)",
        100 * report.share(report.digital_correct), 100 * report.share(report.ideal_correct),
        100 * report.share(report.analog_correct), 100 * interval.low, 100 * interval.high,
        report.images);
}

std::string linearisation_line(const InferenceReport& report) {
    const auto worst = std::max_element(report.layers.begin(), report.layers.end(),
                                        [](const LayerError& a, const LayerError& b) {
                                            return a.linearisation_error < b.linearisation_error;
                                        });
    if (worst == report.layers.end() || worst->linearisation_error == 0) return "";
    return fmt::format(
        "cells      linearised: column sums within {:.3g} % of solved reads (rms), worst in {}\n",
        100 * worst->linearisation_error, worst->name);
}

void write_inference(Hdf5Writer& file, const InferenceReport& report) {
    const auto scalar = [&file](const std::string& name, double value, const std::string& what) {
        file.write("/accuracy/" + name, Dataset<double>{{}, {value}}, "", what);
    };
    const Interval interval = interval_95(report.analog_correct, report.images);
    scalar("digital", report.share(report.digital_correct), "float network");
    scalar("ideal", report.share(report.ideal_correct), "quantised network on ideal arrays");
    scalar("analog", report.share(report.analog_correct), "the design");
    scalar("interval_95_low", interval.low, "lower end, Clopper-Pearson");
    scalar("interval_95_high", interval.high, "upper end, Clopper-Pearson");
    scalar("agreement", report.share(report.agreeing), "predictions equal to the float network's");
    const auto images = static_cast<std::int64_t>(report.predictions.size());
    file.write("/accuracy/predictions", Dataset<std::int64_t>{{images}, report.predictions}, "",
               "class predicted by the design, by image");

    std::vector<std::string> names;
    std::vector<double> errors, densities, linearisation;
    for (const LayerError& layer : report.layers) {
        linearisation.push_back(layer.linearisation_error);
        names.push_back(layer.name);
        errors.push_back(layer.relative_rms_error);
        densities.push_back(layer.input_bit_density);
    }
    const auto count = static_cast<std::int64_t>(names.size());
    file.write_texts("/layers/name", names, "layer");
    file.write("/layers/relative_rms_error", Dataset<double>{{count}, errors}, "",
               "rms(analog - float) / rms(float) of the outputs, same inputs");
    file.write("/layers/linearisation_error", Dataset<double>{{count}, linearisation}, "",
               "rms(linearised - solved) / rms(solved) of the column sums of nonlinear cells");
    file.write("/layers/input_bit_density", Dataset<double>{{count}, densities}, "",
               "share of ones on the word lines");
    write_compensation(file, report);
}

}  // namespace ohmgrid
