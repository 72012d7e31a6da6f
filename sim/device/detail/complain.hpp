#pragma once

#include <string>
#include <utility>

#include "sim/core/complain.hpp"

namespace ohmgrid::detail {

/// A complaint about `key`, at the place where it was written; where it was not, at that of
/// `else_key`.
inline void complain(const ParameterSet& set, Complaints& complaints, const std::string& id,
                     const std::string& key, const std::string& else_key, const std::string& what,
                     std::string remedy) {
    ohmgrid::complain(set, complaints, {key, else_key},
                      {.id = id, .what = key + ' ' + what, .remedy = std::move(remedy)});
}

}  // namespace ohmgrid::detail
