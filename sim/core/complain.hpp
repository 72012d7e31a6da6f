#pragma once

#include <initializer_list>
#include <string_view>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// Adds `message`, placed where the first of `keys` that `set` holds was written; without a place
/// if it holds none of them (all are defaults).
void complain(const ParameterSet& set, Complaints& complaints,
              std::initializer_list<std::string_view> keys, Message message);

}  // namespace ohmgrid
