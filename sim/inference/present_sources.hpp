#pragma once

#include "sim/core/error_sources.hpp"
#include "sim/device/device_model.hpp"
#include "sim/inference/layer_settings.hpp"

namespace ohmgrid {

/// The sources of error that a design has at all: leaving out any other one changes nothing.
ErrorSources present_sources(const DeviceModel& device);
ErrorSources present_sources(const LayerSettings& layer);

}  // namespace ohmgrid
