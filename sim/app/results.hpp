#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/app/console.hpp"
#include "sim/app/run_file.hpp"
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

/// "accuracy   digital 97.1 %   ideal array 97.0 %   this chip 95.8 %  (95 % interval ...)".
std::string accuracy_line(const InferenceReport& report);

/// Groups /accuracy and /layers.
void write_inference(Hdf5Writer& file, const InferenceReport& report);

}  // namespace ohmgrid
