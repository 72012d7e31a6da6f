#include "sim/circuit/detail/buffer_pool.hpp"

#include <algorithm>

namespace ohmgrid::detail {

double* BufferPool::take(std::size_t size) {
    std::vector<double*>& spare = spare_[size];
    if (!spare.empty()) {
        double* numbers = spare.back();
        spare.pop_back();
        return numbers;
    }
    constexpr std::size_t cache_line = 8;
    constexpr std::size_t first_chunk = std::size_t{1} << 14;
    const std::size_t rounded = (size + cache_line - 1) / cache_line * cache_line;
    if (chunks_.empty() || used_ + rounded > chunks_.back().size()) {
        const std::size_t grown = chunks_.empty() ? first_chunk : 2 * chunks_.back().size();
        chunks_.emplace_back(std::max(grown, rounded));
        used_ = 0;
    }
    double* numbers = chunks_.back().data() + used_;
    used_ += rounded;
    return numbers;
}

}  // namespace ohmgrid::detail
