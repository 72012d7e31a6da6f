#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/app/results.hpp"

namespace ohmgrid {
namespace {

/// More than this share of clipped sums is worth a line. Assumed.
constexpr double notable_share = 1e-3;

}  // namespace

Table cause_table(const Diagnosis& diagnosis) {
    Table table{{"layer"}, {}};
    for (const ErrorCause& cause : diagnosis.causes) table.columns.push_back(cause.name);
    for (std::size_t l = 0; l < diagnosis.layers.size(); ++l) {
        auto& row = table.rows.emplace_back();
        row.emplace_back(diagnosis.layers[l].name);
        for (const ErrorCause& cause : diagnosis.causes) {
            row.emplace_back(cause.relative_rms_error[l]);
        }
    }
    return table;
}

std::string diagnosis_lines(const Diagnosis& diagnosis) {
    const std::vector<double>& all = diagnosis.causes.back().relative_rms_error;
    std::string lines;
    if (diagnosis.first_broken) {
        lines = fmt::format("broken     first in layer {}: error {:.0f} % of its signal\n",
                            diagnosis.layers[*diagnosis.first_broken].name,
                            100 * all[*diagnosis.first_broken]);
    } else {
        const auto worst =
            static_cast<std::size_t>(std::max_element(all.begin(), all.end()) - all.begin());
        lines = fmt::format(
            "broken     no layer (error above {:.0f} % of its signal); the worst is {} with {:.1f} "
            "%\n",
            100 * broken_error, diagnosis.layers[worst].name, 100 * all[worst]);
    }
    for (const LayerDiagnosis& layer : diagnosis.layers) {
        for (std::size_t s = 0; s < layer.sums.size(); ++s) {
            const double outside = layer.sums[s].below + layer.sums[s].above;
            if (outside <= notable_share) continue;
            lines += fmt::format("clipped    {} slice {}: {:.2f} % of the column sums\n",
                                 layer.name, s, 100 * outside);
        }
    }
    return lines;
}

nlohmann::ordered_json to_json(const Diagnosis& diagnosis) {
    nlohmann::ordered_json out;
    auto& causes = out["causes"] = nlohmann::ordered_json::array();
    for (const ErrorCause& cause : diagnosis.causes) {
        nlohmann::ordered_json decibels = nlohmann::ordered_json::array();
        for (const double error : cause.relative_rms_error) {
            decibels.push_back(signal_to_noise_db(error));
        }
        causes.push_back({{"name", cause.name},
                          {"relative_rms_error", cause.relative_rms_error},
                          {"snr_db", decibels}});
    }
    out["first_broken"] = nullptr;
    if (diagnosis.first_broken) {
        out["first_broken"] = diagnosis.layers[*diagnosis.first_broken].name;
    }
    auto& layers = out["layers"] = nlohmann::ordered_json::array();
    for (const LayerDiagnosis& layer : diagnosis.layers) {
        nlohmann::ordered_json sums = nlohmann::ordered_json::array();
        for (const SumHistogram& h : layer.sums) {
            sums.push_back({{"range", {h.range_low, h.range_high}},
                            {"below", h.below},
                            {"above", h.above},
                            {"first_edge", h.first_edge},
                            {"bin_width", h.bin_width},
                            {"share", h.share}});
        }
        layers.push_back({{"name", layer.name}, {"sums", std::move(sums)}});
    }
    return out;
}

void write_diagnosis(Hdf5Writer& file, const Diagnosis& diagnosis) {
    std::vector<std::string> layers;
    for (const LayerDiagnosis& layer : diagnosis.layers) layers.push_back(layer.name);
    file.write_texts("/diagnosis/layer", layers, "layer");
    for (const ErrorCause& cause : diagnosis.causes) {
        file.write("/diagnosis/error/" + cause.name,
                   Dataset<double>{{std::ssize(layers)}, cause.relative_rms_error}, "",
                   "relative rms error of every layer from " + cause.name);
    }
    for (const LayerDiagnosis& layer : diagnosis.layers) {
        for (std::size_t s = 0; s < layer.sums.size(); ++s) {
            const SumHistogram& h = layer.sums[s];
            const std::string name =
                fmt::format("/diagnosis/column_sums/{}/slice{}", layer.name, s);
            file.write(name, Dataset<double>{{std::ssize(h.share)}, h.share}, "",
                       "share of the column sums in each bin");
            file.attribute(name, "first_edge", h.first_edge);
            file.attribute(name, "bin_width", h.bin_width);
            file.attribute(name, "range_low", h.range_low);
            file.attribute(name, "range_high", h.range_high);
        }
    }
}

}  // namespace ohmgrid
