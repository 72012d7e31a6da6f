#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ohmgrid {

/// The project's own image set: one of ten figures on a striped ground, drawn from a seed, so that
/// an accuracy can be simulated without downloading anything.
///
/// Every picture is a pure function of (seed, split, index) in integer arithmetic alone: the same
/// bytes on every machine, in any order, on any thread. Position, size, rotation, proportions,
/// shear, ripple, colours, contrast, stripes, light, clutter in front and behind, and noise all
/// vary, smoothly and over ranges wide enough that neighbouring classes touch.
/// docs/examples/README.md shows them.
struct ExampleImages {
    static constexpr std::int64_t classes = 10;
    static constexpr std::int64_t channels = 3;  ///< red, green, blue
    static constexpr std::int64_t height = 20;
    static constexpr std::int64_t width = 20;
    static constexpr std::int64_t pixels_per_image = channels * height * width;

    std::vector<std::uint8_t> pixels;  ///< count x channels x height x width
    std::vector<std::int64_t> labels;  ///< count, each 0 .. classes - 1
};

/// Which half of the set: no picture of one occurs in the other.
enum class ExampleSplit : std::int64_t { train = 0, test = 1 };

/// The seed of the pictures that the shipped network was trained and measured on.
inline constexpr std::uint64_t example_seed = 1;

/// How many pictures each split is agreed to have; more could be drawn.
[[nodiscard]] constexpr std::int64_t example_count(ExampleSplit split) {
    return split == ExampleSplit::train ? 20000 : 10000;
}

/// What the figure of each class is called.
[[nodiscard]] const std::array<std::string_view, ExampleImages::classes>& example_class_names();

/// The class of picture `index`: index modulo 10, so that every run of 10 holds each class once.
[[nodiscard]] constexpr std::int64_t example_label(std::int64_t index) {
    return index % ExampleImages::classes;
}

/// Draws picture `index` >= 0 into channels x height x width bytes. About 0.1 ms.
void draw_example_image(std::uint64_t seed, ExampleSplit split, std::int64_t index,
                        std::span<std::uint8_t> pixels);

/// Draws the pictures first .. first + count - 1 with their labels.
[[nodiscard]] ExampleImages draw_example_images(std::uint64_t seed, ExampleSplit split,
                                                std::int64_t first, std::int64_t count);

}  // namespace ohmgrid
