#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/device/measured.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"

namespace ohmgrid {
namespace {

struct Sample {
    double target_siemens = 0;
    double measured_siemens = 0;
    double time_second = 0;
};

[[noreturn]] void refuse(const Place& place, std::string id, std::string what, std::string remedy) {
    throw InputError(Message{.place = place.text(),
                             .id = std::move(id),
                             .what = std::move(what),
                             .remedy = std::move(remedy)});
}

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> out;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) {
        const std::size_t first = field.find_first_not_of(" \t\r\"");
        const std::size_t last = field.find_last_not_of(" \t\r\"");
        out.push_back(first == std::string::npos ? "" : field.substr(first, last - first + 1));
    }
    return out;
}

/// Which field of a line holds which value.
struct Columns {
    std::size_t target = 0;
    std::size_t measured = 0;
    std::optional<std::size_t> time;
};

Columns columns_of(const std::string& head, const std::string& file) {
    const std::vector<std::string> names = fields_of(head);
    const auto find = [&](std::string_view name) -> std::optional<std::size_t> {
        const auto at = std::find(names.begin(), names.end(), name);
        if (at == names.end()) return std::nullopt;
        return static_cast<std::size_t>(at - names.begin());
    };
    const auto needed = [&](std::string_view name) {
        const auto at = find(name);
        if (!at) {
            refuse({file, 1, 1}, "DEV020", fmt::format("no column {}", name),
                   "The first line names the columns: target_siemens,measured_siemens and "
                   "perhaps time_second");
        }
        return *at;
    };
    return {needed("target_siemens"), needed("measured_siemens"), find("time_second")};
}

double number_in(const std::vector<std::string>& fields, std::size_t column, const Place& place) {
    double value = 0;
    if (column < fields.size()) {
        const std::string& text = fields[column];
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failure == std::errc{} && end == text.data() + text.size() && value >= 0 &&
            value <= 1e12) {
            return value;
        }
    }
    refuse(place, "DEV020",
           column < fields.size()
               ? fmt::format("'{}' is not a number of at least 0", fields[column])
               : fmt::format("the line has {} fields, column {} is missing", fields.size(),
                             column + 1),
           "Write conductances in siemens and times in seconds");
}

std::vector<Sample> samples_of_csv(const std::filesystem::path& path) {
    std::istringstream lines(read_file(path));
    std::string line;
    std::getline(lines, line);
    const Columns columns = columns_of(line, path.string());
    std::vector<Sample> samples;
    for (std::int64_t number = 2; std::getline(lines, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos || line.front() == '#') continue;
        const std::vector<std::string> fields = fields_of(line);
        const Place place{path.string(), number, 0};
        samples.push_back({number_in(fields, columns.target, place),
                           number_in(fields, columns.measured, place),
                           columns.time ? number_in(fields, *columns.time, place) : 0});
    }
    return samples;
}

std::vector<Sample> samples_of_hdf5(const std::filesystem::path& path) {
    const Hdf5Reader file(path);
    const auto target = file.read<double>("/target_siemens");
    const auto measured = file.read<double>("/measured_siemens");
    std::vector<double> times{0};
    std::vector<std::int64_t> wanted;
    if (file.has("/time_second")) {
        times = file.read<double>("/time_second").values;
        wanted.push_back(static_cast<std::int64_t>(times.size()));
    }
    for (const std::int64_t extent : target.extents) wanted.push_back(extent);
    if (measured.extents != wanted) {
        refuse({path.string() + ":/measured_siemens"}, "DEV020",
               "the dataset has another shape than /target_siemens (with the times in front)",
               "Store one measured value for every target and time");
    }
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < measured.values.size(); ++i) {
        const Sample sample{target.values[i % target.values.size()], measured.values[i],
                            times[i / target.values.size()]};
        if (!(sample.target_siemens >= 0 && sample.measured_siemens >= 0)) {
            refuse({path.string() + ":/measured_siemens"}, "DEV020",
                   fmt::format("value {} is not a conductance of at least 0 S", i),
                   "Leave such cells out of the file");
        }
        samples.push_back(sample);
    }
    return samples;
}

MeasuredConductances sorted(const std::vector<Sample>& samples, const std::string& file) {
    MeasuredConductances out;
    std::set<double> times;
    std::map<double, std::map<double, std::vector<double>>> found;
    for (const Sample& s : samples) {
        times.insert(s.time_second);
        found[s.target_siemens][s.time_second].push_back(s.measured_siemens);
    }
    if (samples.empty()) {
        refuse({file}, "DEV020", "the file holds no measured cell", "Add one line per cell");
    }
    out.time_second.assign(times.begin(), times.end());
    for (auto& [target, by_time] : found) {
        MeasuredLevel level{target, {}};
        for (const double time : times) {
            std::vector<double>& values = by_time[time];
            if (values.size() < 2) {
                refuse({file}, "DEV021",
                       fmt::format("the level {:g} S has {} at {:g} s", target,
                                   values.empty() ? "no value" : "only one value", time),
                       "Measure at least two cells of every level at every time, or leave the "
                       "level out");
            }
            std::sort(values.begin(), values.end());
            level.samples_siemens.push_back(std::move(values));
        }
        out.levels.push_back(std::move(level));
    }
    return out;
}

}  // namespace

MeasuredConductances read_measured(const std::filesystem::path& path) {
    const bool is_csv = path.extension() == ".csv";
    return sorted(is_csv ? samples_of_csv(path) : samples_of_hdf5(path), path.string());
}

}  // namespace ohmgrid
