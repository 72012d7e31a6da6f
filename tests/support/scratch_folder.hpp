#pragma once

#include "sim/io/subprocess.hpp"

namespace ohmgrid {

/// What tests call a fresh folder that is removed with everything in it at the end.
using ScratchFolder = TemporaryFolder;

}  // namespace ohmgrid
