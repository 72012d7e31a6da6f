#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/network/image_set.hpp"

namespace ohmgrid {

/// The project's own image set: one of ten figures on a striped ground, drawn from a seed, so that
/// an accuracy can be simulated without a download. docs/examples/README.md shows it.
///
/// Every picture is a pure function of (seed, split, index) in integer arithmetic alone: the same
/// bytes on every machine, in any order, on any thread. Position, size, rotation, proportions,
/// shear, ripple, colours, contrast, stripes, light, clutter in front and behind, and noise vary
/// smoothly and so widely that neighbouring classes touch.
inline constexpr Shape example_shape{.channels = 3, .height = 20, .width = 20};
inline constexpr std::int64_t example_classes = 10;

/// The two parts of the set; no picture is in both.
enum class ExampleSplit { train = 0, test = 1 };

/// Pictures of each part: 20000 and 10000.
[[nodiscard]] constexpr std::int64_t example_count(ExampleSplit split) {
    return split == ExampleSplit::train ? 20000 : 10000;
}

/// The seed of the pictures that the shipped network was trained and measured on.
inline constexpr std::uint64_t example_seed = 1;

/// The part that a data source of the form "example:train" or "example:test" names; nothing if the
/// source is a file.
/// @throws InputError (DAT008) if another word follows "example:"
std::optional<ExampleSplit> example_split(std::string_view source);

/// The class of picture `index`: every ten pictures in a row hold each class once.
[[nodiscard]] constexpr std::int64_t example_label(std::int64_t index) {
    return index % example_classes;
}

/// Draws picture `index`, 0 .. 2^32 - 1, into channels x height x width bytes. About 0.1 ms.
void draw_example_image(ExampleSplit split, std::int64_t index, std::span<std::uint8_t> pixels,
                        std::uint64_t seed = example_seed);

/// The first `count` >= 1 pictures of a part, with their labels.
ImageSet draw_example_images(ExampleSplit split, std::int64_t count,
                             std::uint64_t seed = example_seed);

}  // namespace ohmgrid
