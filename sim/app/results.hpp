#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/app/console.hpp"
#include "sim/app/run_file.hpp"
#include "sim/cost/activity_range.hpp"
#include "sim/cost/chip_cost.hpp"
#include "sim/inference/diagnosis.hpp"
#include "sim/inference/evaluation.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// The record of a run that begins now.
Provenance begin_record(const Console& console, const RunContext& context, const RunFile& run);

/// Accuracy results as machines read them (docs/reference/command_line.md).
nlohmann::ordered_json to_json(const InferenceReport& report);

/// layer, relative_rms_error, input_bit_density.
Table layer_error_table(const InferenceReport& report);

/// The cost table as machines read it: one row per layer and one `total` row; area, latency, energy
/// and leakage also by component ("energy_joule.adc").
Table cost_table(const ChipCost& chip);

/// The cost table for people, 100 columns wide; errors by layer if there are any.
Table overview_table(const ChipCost& chip, const std::vector<LayerError>& errors);

/// "chip       3.1 TOPS/W   0.42 TOPS/mm2   EDAP ...".
std::string chip_line(const ChipCost& chip);

/// "           3.0 .. 4.1 .. 6.5 uJ with input bits all 0 .. as given .. all 1".
std::string activity_line(const ActivityRange& activity);

/// {"energy_joule_zeros": ..., "energy_joule_given": ..., "energy_joule_ones": ...}.
nlohmann::ordered_json to_json(const ActivityRange& activity);

/// One line for every model that was used outside its data.
std::string warning_lines(const ChipCost& chip);

/// {"layers": [...], "total": {...}, "tops_per_watt": ..., "edap": ...}.
nlohmann::ordered_json to_json(const ChipCost& chip);

/// Group /cost: one dataset per column of the cost table.
void write_cost(Hdf5Writer& file, const ChipCost& chip);

/// "accuracy   digital 97.1 %   ideal array 97.0 %   this chip 95.8 %  (95 % interval ...)".
std::string accuracy_line(const InferenceReport& report);
/// "cells      linearised: column sums within 0.8 % of solved reads (rms), worst in conv1\n"; empty
/// where no cells are linearised.
std::string linearisation_line(const InferenceReport& report);

/// Accuracy and errors of every layer with and without each compensation, as tables for people;
/// empty where nothing is compensated.
std::string compensation_text(const InferenceReport& report);

/// [{"without", "accuracy", "accuracy_interval_95", "gained", "lost", "relative_rms_error"}].
nlohmann::ordered_json compensation_json(const InferenceReport& report);

/// Group /compensation; nothing where nothing is compensated.
void write_compensation(Hdf5Writer& file, const InferenceReport& report);

/// Relative rms error by layer (rows) and cause (columns).
Table cause_table(const Diagnosis& diagnosis);

/// "first broken layer ..." and which converters clip more than one in a thousand sums.
std::string diagnosis_lines(const Diagnosis& diagnosis);

/// {"causes": [{"name", "relative_rms_error", "snr_db"}], "first_broken", "layers": [{"name",
/// "sums": [...]}]}.
nlohmann::ordered_json to_json(const Diagnosis& diagnosis);

/// Group /diagnosis.
void write_diagnosis(Hdf5Writer& file, const Diagnosis& diagnosis);

/// Groups /accuracy, /layers and /compensation.
void write_inference(Hdf5Writer& file, const InferenceReport& report);

}  // namespace ohmgrid
