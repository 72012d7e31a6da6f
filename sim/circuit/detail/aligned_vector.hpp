#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace ohmgrid::detail {

/// Storage on cache-line boundaries whose elements start out undefined.
template <class T>
struct CacheLineAllocator {
    using value_type = T;
    static constexpr std::align_val_t alignment{64};

    CacheLineAllocator() = default;
    template <class U>
    explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}

    T* allocate(std::size_t count) {
        return static_cast<T*>(::operator new(count * sizeof(T), alignment));
    }
    void deallocate(T* p, std::size_t) noexcept { ::operator delete(p, alignment); }
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
