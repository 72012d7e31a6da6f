#include "sim/core/complain.hpp"

#include <utility>

namespace ohmgrid {

void complain(const ParameterSet& set, Complaints& complaints,
              std::initializer_list<std::string_view> keys, Message message) {
    for (const std::string_view key : keys) {
        if (const ParamEntry* entry = set.find(key)) {
            message.place = entry->place.text();
            break;
        }
    }
    complaints.add(std::move(message));
}

}  // namespace ohmgrid
