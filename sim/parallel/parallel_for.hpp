#pragma once

#include <cstdint>
#include <functional>

#include "sim/core/run_context.hpp"

namespace ohmgrid {

/// Calls `body(index)` for 0 .. count - 1 on `context.threads` OpenMP threads, in any order.
///
/// Deterministic by contract: each call writes only to its own slot; sums are taken afterwards in
/// index order. Exceptions never cross the parallel region: all are collected and the one with the
/// lowest index is rethrown, so the message is the same whatever the schedule. When the user asks
/// to stop, no new index is begun and Interrupted is thrown at the end.
void parallel_for(const RunContext& context, std::int64_t count,
                  const std::function<void(std::int64_t)>& body);

/// As above, with the number of the worker (0 .. threads - 1), for per-worker scratch memory.
void parallel_for_workers(const RunContext& context, std::int64_t count,
                          const std::function<void(std::int64_t index, int worker)>& body);

}  // namespace ohmgrid
