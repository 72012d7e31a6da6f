#include "sim/network/detail/row_kernels.hpp"

namespace ohmgrid::detail {

extern const RowKernels row_kernels_baseline;
#ifdef OHMGRID_X86_KERNELS
extern const RowKernels row_kernels_avx2;
extern const RowKernels row_kernels_avx512;
#endif

const RowKernels* compiled_row_kernels(InstructionSet set) {
    switch (set) {
        case InstructionSet::baseline:
            return &row_kernels_baseline;
#ifdef OHMGRID_X86_KERNELS
        case InstructionSet::avx2:
            return &row_kernels_avx2;
        case InstructionSet::avx512:
            return &row_kernels_avx512;
#else
        case InstructionSet::avx2:
        case InstructionSet::avx512:
            break;
#endif
    }
    return nullptr;
}

}  // namespace ohmgrid::detail
