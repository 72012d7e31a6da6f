#include "sim/io/provenance.hpp"

#include <fmt/chrono.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "sim/core/version.hpp"

namespace ohmgrid {
namespace {

constexpr double format_version = 1;

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

}  // namespace

std::string utc_now() {
    const auto now =
        std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

void write_provenance(Hdf5Writer& file, const std::string& filetype, const Provenance& record) {
    file.attribute("/", "filetype", filetype);
    file.attribute("/", "format_version", format_version);
    file.attribute("/", "program_version", std::string(version()));
    file.attribute("/", "results_version", results_version);
    file.attribute("/", "command_line", record.command_line);
    file.attribute("/", "seed", fmt::format("{}", record.seed));
    file.attribute("/", "threads", record.threads);
    file.attribute("/", "host", host_name());
    file.attribute("/", "started_at", record.started_at);
    file.attribute("/", "finished_at", utc_now());

    std::vector<std::string> keys, values, origins, names, hashes;
    for (const ResolvedParam& p : record.parameters) {
        keys.push_back(p.key);
        values.push_back(p.value);
        origins.push_back(p.origin);
    }
    for (const auto& [name, hash] : record.sha256_of) {
        names.push_back(name);
        hashes.push_back(hash);
    }
    file.write_texts("/provenance/parameters/key", keys, "dotted name of each tunable");
    file.write_texts("/provenance/parameters/value", values, "value in force");
    file.write_texts("/provenance/parameters/origin", origins, "default, file place or option");
    file.write_texts("/provenance/inputs/file", names, "every file that was read");
    file.write_texts("/provenance/inputs/sha256", hashes, "SHA-256 of its bytes");
}

}  // namespace ohmgrid
