#pragma once

#include <functional>
#include <optional>
#include <string>

namespace ohmgrid::detail {

/// What `work` returns, computed in a copy of this process; nothing if it returns nothing, crashes,
/// or takes more than 10 s. For calls of libraries that damaged files can crash. What `work`
/// changes is not seen here, and it must not need other threads.
/// @throws IoError (PRC001) if the system cannot copy the process
std::optional<std::string> elsewhere(const std::function<std::optional<std::string>()>& work,
                                     double longest_second);

}  // namespace ohmgrid::detail
