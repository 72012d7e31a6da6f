#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sim/io/hdf5.hpp"
#include "sim/montecarlo/point.hpp"

namespace ohmgrid {

/// What a file of trials belongs to.
struct StudyHead {
    StudySpec spec;
    std::vector<Measure> measures = {};           ///< the first one is the study's headline
    ErrorSources sources = ErrorSources::none();  ///< those present in the configuration
    /// Everything the values depend on, by name: parameters, hashes of inputs, seed.
    std::map<std::string, std::string> configuration = {};
};

/// Trials as they were found in a file, finished study or not.
struct StoredTrials {
    StudyHead head;
    TrialValues values;
    std::uint64_t damaged_bytes = 0;  ///< at the end of a journal, left out
};

/// First line of a study's journal.
std::string head_text(const StudyHead& head);

/// One evaluated point as an entry of a journal; numbers keep all their bits.
std::string trial_text(const Point& point, const std::vector<double>& values);

/// Adds what entries of a journal hold.
/// @throws InputError MCF001 if an entry is none of ours; `place` names the journal
void add_trials(const std::vector<std::string>& entries, const std::string& place,
                TrialValues& values);

/// Group /points of a result file, and the head as an attribute of it.
void write_trials(Hdf5Writer& file, const StudyHead& head, const TrialValues& values);

/// What write_trials has written; `place` names the file.
/// @throws InputError MCF001, MCF002
StoredTrials trials_in(const Hdf5Reader& file, const std::string& place);

/// Reads a journal or a result file.
/// @throws InputError MCF001 (no study), MCF002 (written by a version whose numbers differ),
/// JRN001, H5F002, H5F003; IoError
StoredTrials read_trials(const std::filesystem::path& path);

/// @throws InputError MCF003, listing every difference, if `stored` belongs to other chips than
/// `now`.
void refuse_other_configuration(const StudyHead& stored, const StudyHead& now,
                                const std::string& place);

}  // namespace ohmgrid
