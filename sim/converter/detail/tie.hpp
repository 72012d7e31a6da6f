#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace ohmgrid {

/// A threshold below which an input does not get `code`. An input exactly on it gets the even one
/// of the two codes, as rounding does: for an odd code the threshold is the next number above.
inline double even_on_tie(double threshold_lsb, std::int32_t code) {
    return code % 2 == 0 ? threshold_lsb
                         : std::nextafter(threshold_lsb, std::numeric_limits<double>::infinity());
}

}  // namespace ohmgrid
