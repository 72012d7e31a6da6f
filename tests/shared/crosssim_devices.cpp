#include "tests/shared/crosssim_devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/app/images.hpp"
#include "sim/inference/calibration.hpp"
#include "sim/inference/experiment.hpp"
#include "tests/support/reference_table.hpp"

namespace ohmgrid {
namespace {

std::string assign(const std::string& key, const std::string& value) {
    return "device." + key + '=' + value;
}

/// Seconds since writing; aihwkit's times count from 20 s after it.
std::string pcm_time(const CsvRow& row) { return fmt::format("{} s", row.number("t_drift") + 20); }

std::vector<std::string> generic(const CsvRow& row) {
    std::vector<std::string> settings{
        assign("states.g_max", fmt::format("{:.17g} S", 1 / row.number("Rmin"))),
        assign("states.g_min", fmt::format("{:.17g} S", 1 / row.number("Rmax"))),
        assign("programming.law", "none")};
    for (const auto& [model, section, sigma, proportional] :
         {std::tuple{"error_model", "programming", "alpha_error", "proportional_error"},
          std::tuple{"noise_model", "read_noise", "alpha_noise", "proportional_noise"}}) {
        if (row.text(model) != "generic") continue;
        settings.push_back(assign(std::string(section) + ".law",
                                  row.text(proportional) == "True" ? "proportional" : "constant"));
        settings.push_back(assign(std::string(section) + ".sigma", row.text(sigma)));
    }
    if (row.text("noise_model") != "none") {
        settings.push_back(assign("read_noise.cut_at_zero", "true"));
    }
    return settings;
}

/// CrossSim's SAR: capacitors for the magnitude of a code, one set of drawn capacitors for all
/// columns of a layer (sar_adc.py of CrossSim 3.2). Its converter ranges are not on record; ours
/// hold 99.99 % of the sums of the training images.
std::vector<std::string> sar_converters(const CsvRow& row) {
    std::vector<std::string> settings = generic(row);
    for (const char* setting :
         {"adc.type=sar", "adc.sar.polarity=bipolar", "adc.codes=sign-magnitude",
          "adc.percentile=99.99 %", "array.column_sharing=64"}) {
        settings.push_back(setting);
    }
    settings.push_back("adc.bits=" + row.text("adc_bits"));
    // {'sigma_capacitor': 0.02}
    const std::string& extra = row.text("adcx");
    const std::string key = "'sigma_capacitor': ";
    const std::size_t at = extra.find(key);
    if (at != std::string::npos) {
        const double sigma = std::stod(extra.substr(at + key.size()));
        settings.push_back(fmt::format("adc.sar.capacitor_sigma={}", sigma));
    }
    return settings;
}

std::vector<std::string> settings_of(const CsvRow& row) {
    if (row.text("group") == "adc_nonideal") return sar_converters(row);
    const std::string& error = row.text("error_model");
    const std::string& drift = row.text("drift_model");
    if (error == "PCMJoshi") return {assign("base", "pcm/joshi2020.toml")};
    if (error == "RRAMMilo") return {assign("base", "reram/milo2021.toml")};
    if (error == "RRAMWan") return {assign("base", "reram/wan2022-multilevel.toml")};
    if (drift == "SONOS") {
        return {assign("base", "charge-trap/sonos-40nm.toml"), assign("read_noise.law", "none"),
                assign("drift.time", row.text("t_drift") + " d")};
    }
    if (drift == "PCMNandakumar") {
        return {assign("base", "pcm/nandakumar2019.toml"), assign("drift.time", pcm_time(row))};
    }
    return generic(row);
}

/// Ranges as CrossSim finds its own: of least error, and +-2.64 for the first layer's inputs.
Experiment with_crosssims_ranges(const RunFile& run, const RunImages& images,
                                 const RunContext& context) {
    std::vector<LayerSettings> settings = layer_settings(run);
    MappingSpec& first = settings.front().mapping;
    first.input_range = InputRange::fixed;
    first.input_low = -2.64;
    first.input_high = 2.64;
    const RunImages training = RunImages::calibration(run);
    std::vector<LayerRanges> ranges = calibrate(run.network, training.source(), settings,
                                                run.device, context, RangeSearch::least_error);
    return {run.network,         images.labelled(), std::move(ranges),
            std::move(settings), run.device,        context};
}

}  // namespace

std::vector<CrossSimDeviceRow> crosssim_device_rows() {
    std::vector<CrossSimDeviceRow> rows;
    for (const CsvRow& row : reference_table("accuracy/crosssim_cifar10.csv")) {
        const std::string& group = row.text("group");
        if (group != "prog" && group != "device" && group != "drift" && group != "onoff" &&
            group != "readnoise" && group != "adc_nonideal") {
            continue;
        }
        rows.push_back({.group = group,
                        .name = row.text("name"),
                        .images = static_cast<std::int64_t>(row.number("n_images")),
                        .seeds = static_cast<std::int64_t>(row.number("n_seeds")),
                        .accuracy_percent = row.number("acc_mean_pct"),
                        .settings = settings_of(row)});
    }
    return rows;
}

RowComparison compare(const CrossSimDeviceRow& row, std::int64_t chips, const RunContext& context) {
    std::vector<std::string> settings = row.settings;
    settings.push_back("data.limit=" + std::to_string(row.images));
    const RunFile run = read_run_file(
        std::string(OHMGRID_SOURCE_DIR) + "/benchmarks/crosssim_resnet20.toml", settings);
    const RunImages images = RunImages::test(run);
    const Experiment experiment = with_crosssims_ranges(run, images, context);
    RowComparison out{.chips = chips};
    double squares = 0;
    const auto n = static_cast<double>(chips);
    for (std::int64_t trial = 0; trial < chips; ++trial) {
        const ChipReport report = experiment.run({.seed = context.seed, .trial = {trial}}, context);
        const double percent =
            100 * static_cast<double>(report.correct) / static_cast<double>(report.images);
        out.mean_percent += percent / n;
        squares += percent * percent / n;
    }
    const double variance =
        std::max(squares - out.mean_percent * out.mean_percent, 0.0) * n / std::max(n - 1, 1.0);
    out.deviation_percent = std::sqrt(variance);
    const double one_image = 100 / static_cast<double>(row.images);
    out.standard_error_percent = std::max(out.deviation_percent, one_image) *
                                 std::sqrt(1 / n + 1 / static_cast<double>(row.seeds));
    return out;
}

}  // namespace ohmgrid
