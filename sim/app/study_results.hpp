#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/io/hdf5.hpp"
#include "sim/io/table.hpp"
#include "sim/montecarlo/study.hpp"

namespace ohmgrid {

/// One row per measure: trials, mean with interval, standard deviation, percentiles.
Table summary_table(const StudyHead& head, const StudyReport& report);

/// One row per source of error: cost alone, gain by removal, shares of the variance, each with its
/// interval.
Table attribution_table(const StudyReport& report);

/// What a study found as text for people: tables, yield, how it ended.
std::string study_text(const StudyHead& head, const StudyReport& report);

/// What a study found as machines read it (docs/reference/command_line.md).
nlohmann::ordered_json study_json(const StudyHead& head, const StudyReport& report);

/// The last two lines of the text: yield and how the study ended; empty where not asked for.
std::string yield_line(const StudyHead& head, const StudyReport& report);
std::string ending_line(const StudyHead& head, const StudyReport& report);

/// Groups /trials, /summary, /convergence and /attribution.
void write_study(Hdf5Writer& file, const StudyHead& head, const StudyReport& report);

}  // namespace ohmgrid
