#pragma once

#include <cstdint>
#include <vector>

#include "sim/montecarlo/study.hpp"

namespace ohmgrid {

/// Which chips a study needs, and when it may end: functions of the head and of the values alone,
/// so that every process that knows them decides alike.

/// The number of trials after which the study next looks whether it may end: multiples of the
/// batch, the first one being two batches; without `until` all trials.
std::int64_t next_look(const StudyHead& head, std::int64_t begun);

/// True if the mean of the first measure over the first `trials` trials is known as well as asked.
bool is_settled(const StudyHead& head, const TrialValues& values, std::int64_t trials);

/// How many trials the study consists of: those at the first look that settles it, else all.
/// @throws InputError MCS006 if a trial that decides about this is missing
std::int64_t trials_needed(const StudyHead& head, const TrialValues& values);

/// Trials begin .. end - 1.
std::vector<Point> study_points(const StudyHead& head, std::int64_t begin, std::int64_t end);

/// The chips that the attribution of a study of so many trials asks for beside the trials.
std::vector<Point> points_of_attribution(const StudyHead& head, std::int64_t trials);
/// How many chips are compared with their neighbours.
std::int64_t attribution_chips(const StudyHead& head, std::int64_t trials);

/// Every `shard.of`-th point.
std::vector<Point> part_of_shard(const std::vector<Point>& points, Shard shard);

}  // namespace ohmgrid
