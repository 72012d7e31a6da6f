#pragma once

// Kept free of other headers, like detail/row_kernels.hpp, which includes it.

namespace ohmgrid {

/// Vector instructions of an x86-64 processor, in rising width: 4, 8 or 16 floats at once. Other
/// processors have `baseline` only.
enum class InstructionSet { baseline, avx2, avx512 };

/// "baseline", "avx2" or "avx512".
const char* to_text(InstructionSet set);

/// True if this build has kernels for `set` and this processor can run them.
bool is_available(InstructionSet set);

/// The widest available instruction set.
InstructionSet widest_instruction_set();

}  // namespace ohmgrid
