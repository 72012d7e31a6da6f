#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ohmgrid {

/// The candidate with the smallest edit distance to `word`, if one is near enough to be meant
/// (at most a third of the word's length, at least two edits allowed).
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// " Did you mean 'x'?" ready to be put into a remedy; `otherwise` if nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                         std::string_view otherwise);

}  // namespace ohmgrid
