#include "sim/network/instruction_set.hpp"

#include "sim/network/detail/row_kernels.hpp"

namespace ohmgrid {
namespace {

bool processor_has(InstructionSet set) {
#ifdef OHMGRID_X86_KERNELS
    switch (set) {
        case InstructionSet::baseline:
            return true;
        case InstructionSet::avx2:
            return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        case InstructionSet::avx512:
            return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("avx512vl");
    }
#endif
    return set == InstructionSet::baseline;
}

}  // namespace

const char* to_text(InstructionSet set) {
    switch (set) {
        case InstructionSet::baseline:
            return "baseline";
        case InstructionSet::avx2:
            return "avx2";
        case InstructionSet::avx512:
            return "avx512";
    }
    return "";
}

bool is_available(InstructionSet set) {
    return detail::compiled_row_kernels(set) != nullptr && processor_has(set);
}

InstructionSet widest_instruction_set() {
    if (is_available(InstructionSet::avx512)) return InstructionSet::avx512;
    if (is_available(InstructionSet::avx2)) return InstructionSet::avx2;
    return InstructionSet::baseline;
}

}  // namespace ohmgrid
