#pragma once

#include <source_location>
#include <string_view>

/// Contracts between Ohmgrid's own functions. They are on in every preset but `release`; what a
/// user can get wrong is never left to them but always checked and thrown as InputError.
///
///   OHMGRID_EXPECT  what the caller promised      OHMGRID_ENSURE  what the function promises
#ifdef OHMGRID_CONTRACTS
#define OHMGRID_EXPECT(condition) \
    ((condition) ? void() : ::ohmgrid::contract_broken("expected", #condition))
#define OHMGRID_ENSURE(condition) \
    ((condition) ? void() : ::ohmgrid::contract_broken("ensured", #condition))
#else
#define OHMGRID_EXPECT(condition) void()
#define OHMGRID_ENSURE(condition) void()
#endif

namespace ohmgrid {

/// @throws InternalError naming the broken promise and its place.
[[noreturn]] void contract_broken(std::string_view kind, std::string_view condition,
                                  std::source_location where = std::source_location::current());

}  // namespace ohmgrid
