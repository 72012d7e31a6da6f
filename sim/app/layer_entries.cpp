#include "sim/app/layer_entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sim/core/spelling.hpp"

namespace ohmgrid {
namespace {

/// Where the entry stands: its name, or whatever it holds.
std::string place_of(const ParameterSet& entry) {
    if (const ParamEntry* name = entry.find("name")) return name->place.text();
    return entry.entries().empty() ? "" : entry.entries().begin()->second.place.text();
}

}  // namespace

std::vector<LayerEntry> layer_entries(const ParameterFile& file, const Graph& network,
                                      Complaints& complaints) {
    std::vector<std::string> names;
    for (const NodeId id : network.weighted_nodes()) names.push_back(network.node(id).name);
    std::vector<LayerEntry> known;
    const auto entries = file.tables.find("layer");
    if (entries == file.tables.end()) return known;
    for (const ParameterSet& entry : entries->second) {
        const ParamEntry* name = entry.find("name");
        const auto* text = name == nullptr ? nullptr : std::get_if<std::string>(&name->value);
        const auto at =
            text == nullptr ? names.end() : std::find(names.begin(), names.end(), *text);
        if (at != names.end()) {
            known.push_back({static_cast<std::size_t>(at - names.begin()), &entry});
            continue;
        }
        complaints.add({.place = place_of(entry),
                        .id = "RUN002",
                        .what = text == nullptr
                                    ? "a [[layer]] entry has no name"
                                    : fmt::format("the network has no layer '{}'", *text),
                        .remedy = did_you_mean(text == nullptr ? "" : *text, names,
                                               "'ohmgrid cost' lists the layers of a network")});
    }
    return known;
}

}  // namespace ohmgrid
