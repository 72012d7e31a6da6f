#include "sim/io/known_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ohmgrid {

void refuse_unknown_tables(const ParameterFile& file, const std::vector<std::string>& known,
                           Complaints& complaints) {
    for (const auto& [name, entries] : file.tables) {
        if (std::ranges::count(known, name) > 0) continue;
        const auto& keys = entries.front().entries();
        complaints.add({.place = keys.empty() ? "" : keys.begin()->second.place.text(),
                        .id = "RUN003",
                        .what = fmt::format("unknown list of tables [[{}]]", name),
                        .remedy = fmt::format("Known here: [[{}]]", fmt::join(known, "]], [["))});
    }
}

}  // namespace ohmgrid
