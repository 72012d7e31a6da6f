#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace ohmgrid::detail {

/// Memory on cache-line boundaries. Blocks of megabytes are put on huge pages where the system
/// offers them: thousands of page faults would cost more than a solve.
void* allocate_lines(std::size_t byte);
void free_lines(void* memory, std::size_t byte) noexcept;

/// Storage on cache-line boundaries whose elements start out undefined.
template <class T>
struct CacheLineAllocator {
    using value_type = T;

    CacheLineAllocator() = default;
    template <class U>
    explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}

    T* allocate(std::size_t count) { return static_cast<T*>(allocate_lines(count * sizeof(T))); }
    void deallocate(T* p, std::size_t count) noexcept { free_lines(p, count * sizeof(T)); }
    template <class U>
    void construct(U* p) {
        ::new (static_cast<void*>(p)) U;
    }
    template <class U, class... Args>
    void construct(U* p, Args&&... args) {
        ::new (static_cast<void*>(p)) U(static_cast<Args&&>(args)...);
    }
    friend bool operator==(CacheLineAllocator, CacheLineAllocator) { return true; }
};

/// Numbers for the vector kernels. `AlignedVector(n)` leaves them undefined, `AlignedVector(n,
/// 0.0)` sets them.
using AlignedVector = std::vector<double, CacheLineAllocator<double>>;

}  // namespace ohmgrid::detail
