#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/app/adc_design.hpp"
#include "sim/converter/characterisation.hpp"
#include "sim/inference/evaluation.hpp"
#include "sim/io/chart.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// What a network makes of a design: the same test images on several virtual chips.
struct NetworkFigures {
    std::int64_t chips = 0;
    std::int64_t images = 0;
    double digital_accuracy = 0;
    Spread accuracy;          ///< over chips
    Interval interval_95;     ///< of the mean, Student's t over chips
    double energy_joule = 0;  ///< of one image, dynamic, typical converters
    double adc_energy_joule = 0;
    double area_m2 = 0;         ///< of the chip
    double latency_second = 0;  ///< of one image
};

/// Runs the network of a run file, with `assignments`, on `chips` virtual chips (at least 2).
/// @throws as read_run_file and Experiment
NetworkFigures network_figures(const std::filesystem::path& run_file,
                               const std::vector<std::string>& assignments, std::int64_t chips,
                               const RunContext& context);

/// One design of a sweep, characterised and costed.
struct AdcResult {
    AdcDesign design;
    std::vector<std::string> swept;  ///< values of the swept parameters
    ConverterStudy study;
    Transfer first;        ///< of the first instance
    double noise_lsb = 0;  ///< of one conversion
    AdcCosts costs;
    std::optional<NetworkFigures> network;  ///< if asked for
    std::string warning;                    ///< the cost model outside its data; empty inside
};

/// All designs of one call.
struct AdcResults {
    std::vector<std::string> swept_keys;
    std::vector<AdcResult> designs;
};

/// One row per design: accuracy figures, area, energy per conversion and latency per array read.
/// Names and units: docs/reference/command_line.md.
Table adc_table(const AdcResults& results);

/// The same for people: fewer columns, prefixed units.
Table adc_overview(const AdcResults& results);

/// Mean, standard deviation and extremes of every figure over the instances of one design.
Table adc_spread_table(const AdcResult& result);

/// "sar 8 bits, 8 columns each".
std::string name_of(const AdcResults& results, const AdcResult& result);

nlohmann::ordered_json to_json(const AdcResults& results);

/// /designs/* one value per design; /design_N/* by code and by instance.
void write_adc(Hdf5Writer& file, const AdcResults& results);

}  // namespace ohmgrid
