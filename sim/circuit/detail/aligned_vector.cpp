#include "sim/circuit/detail/aligned_vector.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace ohmgrid::detail {
namespace {

constexpr std::size_t huge_page_byte = std::size_t{1} << 21;

std::align_val_t alignment_of(std::size_t byte) {
    constexpr std::align_val_t cache_line{64};
    return byte >= huge_page_byte ? std::align_val_t{huge_page_byte} : cache_line;
}

}  // namespace

void* allocate_lines(std::size_t byte) {
    void* memory = ::operator new(byte, alignment_of(byte));
#if defined(__linux__)
    // Only a wish: where it is not granted, ordinary pages serve as well.
    if (byte >= huge_page_byte) madvise(memory, byte, MADV_HUGEPAGE);
#endif
    return memory;
}

void free_lines(void* memory, std::size_t byte) noexcept {
    ::operator delete(memory, alignment_of(byte));
}

}  // namespace ohmgrid::detail
