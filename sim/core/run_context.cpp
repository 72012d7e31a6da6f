#include "sim/core/run_context.hpp"

#include "sim/core/error.hpp"

namespace ohmgrid {

void RunContext::throw_if_stopped() const {
    if (stop.stop_requested()) throw Interrupted();
}

}  // namespace ohmgrid
