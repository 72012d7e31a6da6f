#include "sim/parallel/parallel_for.hpp"

#include <omp.h>

#include <exception>
#include <limits>
#include <utility>

namespace ohmgrid {
namespace {

/// Keeps the exception of the lowest index seen.
class FirstFailure {
  public:
    void keep(std::int64_t index, std::exception_ptr failure) {
#pragma omp critical(ohmgrid_first_failure)
        if (index < index_) {
            index_ = index;
            failure_ = std::move(failure);
        }
    }
    void rethrow_if_any() const {
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    std::int64_t index_ = std::numeric_limits<std::int64_t>::max();
    std::exception_ptr failure_;
};

}  // namespace

void parallel_for_workers(const RunContext& context, std::int64_t count,
                          const std::function<void(std::int64_t, int)>& body) {
    FirstFailure failure;
#pragma omp parallel for schedule(dynamic) num_threads(context.threads)
    for (std::int64_t index = 0; index < count; ++index) {
        if (context.stop.stop_requested()) continue;
        try {
            body(index, omp_get_thread_num());
        } catch (...) {
            failure.keep(index, std::current_exception());
        }
    }
    failure.rethrow_if_any();
    context.throw_if_stopped();
}

void parallel_for(const RunContext& context, std::int64_t count,
                  const std::function<void(std::int64_t)>& body) {
    parallel_for_workers(context, count, [&body](std::int64_t index, int) { body(index); });
}

}  // namespace ohmgrid
