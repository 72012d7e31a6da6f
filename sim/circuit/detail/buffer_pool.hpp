#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/circuit/detail/aligned_vector.hpp"

namespace ohmgrid::detail {

/// Memory for many short-lived matrices of few different sizes: what one gives back is handed out
/// again for the same size, so that a computation repeated on one pool touches no new memory.
class BufferPool {
  public:
    /// Numbers on loan from a pool, which must outlive it. Undefined at first.
    class Buffer {
      public:
        Buffer() = default;
        Buffer(BufferPool& pool, std::size_t size)
            : pool_(&pool), size_(size), numbers_(pool.take(size)) {}
        ~Buffer() {
            if (numbers_ != nullptr) pool_->give(numbers_, size_);
        }
        Buffer(Buffer&& other) noexcept
            : pool_(other.pool_),
              size_(other.size_),
              numbers_(std::exchange(other.numbers_, nullptr)) {}
        Buffer& operator=(Buffer&& other) noexcept {
            std::swap(pool_, other.pool_);
            std::swap(size_, other.size_);
            std::swap(numbers_, other.numbers_);
            return *this;
        }

        [[nodiscard]] double* begin() const { return numbers_; }
        [[nodiscard]] double* end() const { return numbers_ + size_; }

      private:
        BufferPool* pool_ = nullptr;
        std::size_t size_ = 0;
        double* numbers_ = nullptr;
    };

    BufferPool() = default;
    BufferPool(const BufferPool&) = delete;
    BufferPool& operator=(const BufferPool&) = delete;

  private:
    double* take(std::size_t size);
    void give(double* numbers, std::size_t size) { spare_[size].push_back(numbers); }

    std::map<std::size_t, std::vector<double*>> spare_;
    std::vector<AlignedVector> chunks_;
    std::size_t used_ = 0;  ///< of the last chunk
};

}  // namespace ohmgrid::detail
