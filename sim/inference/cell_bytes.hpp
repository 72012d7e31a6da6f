#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ohmgrid {

/// A column of numbers as base + unit * (b0 + 256 b1 + 65536 b2), bytes signed.
struct ByteCode {
    double unit = 1;
    double base = 0;
};

/// The whole number as `bytes` signed bytes, the least significant first.
void split_bytes(std::int64_t whole, int bytes, std::span<std::int8_t> out);

/// Bytes (1 or 2) in which all `values` are whole numbers of `code` to nine digits; 0 if they are
/// not.
int exact_bytes(std::span<const double> values, const ByteCode& code);

/// The finest code of 2 or 3 bytes that holds all `values`.
ByteCode finest_code(std::span<const double> values, int bytes);

/// Largest whole number of `bytes` signed bytes in either direction.
std::int64_t most_of_bytes(int bytes);

}  // namespace ohmgrid
