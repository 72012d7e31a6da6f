#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/io/hdf5.hpp"

namespace ohmgrid {

/// What is needed to repeat a run; stored with every result.
struct Provenance {
    std::string command_line;
    std::uint64_t seed = 1;
    int threads = 1;
    std::string started_at;  ///< ISO 8601, UTC
    std::vector<ResolvedParam> parameters = {};
    std::map<std::string, std::string> sha256_of = {};  ///< input file -> hash of its bytes
};

/// The time now as ISO 8601 in UTC.
std::string utc_now();

/// Writes the record as root attributes (filetype, format_version, program_version,
/// results_version, command_line, seed, threads, host, started_at, finished_at) and the groups
/// /provenance/parameters and /provenance/inputs.
void write_provenance(Hdf5Writer& file, const std::string& filetype, const Provenance& record);

}  // namespace ohmgrid
