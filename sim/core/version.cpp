#include "sim/core/version.hpp"

namespace ohmgrid {

std::string_view version() { return OHMGRID_VERSION; }

}  // namespace ohmgrid
