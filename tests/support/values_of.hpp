#pragma once

#include <span>
#include <type_traits>
#include <vector>

namespace ohmgrid {

/// The elements of a span, for matchers: GoogleMock 1.11 (Ubuntu 22.04) cannot match a span.
template <class T>
std::vector<std::remove_const_t<T>> values_of(std::span<T> span) {
    return {span.begin(), span.end()};
}

}  // namespace ohmgrid
