#include "sim/network/example_images.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/contract.hpp"
#include "sim/core/error.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

// Fixed point, so that no rounding differs between machines: a fraction is in 1/1024, an angle in
// 1/4096 of a turn, a place in the picture in 1/8 of a pixel (4 x 4 samples sit at odd eighths).
constexpr int unit = 1024;
constexpr int turn = 4096;
constexpr int eighths = 8;
constexpr int samples = 4;

constexpr int channels = static_cast<int>(example_shape.channels);
constexpr int height = static_cast<int>(example_shape.height);
constexpr int width = static_cast<int>(example_shape.width);

using Colour = std::array<int, channels>;

/// Sine in 1/1024 of an angle in 1/4096 turns: a parabola per half wave, corrected to 0.2 %.
int sine(int angle) {
    const int wrapped = angle & (turn - 1);
    const int half = wrapped & (turn / 2 - 1);
    const int parabola = half * (turn / 2 - half) / unit;
    const int wave = parabola + 225 * (parabola * parabola / unit - parabola) / 1000;
    return wrapped < turn / 2 ? wave : -wave;
}

int cosine(int angle) { return sine(angle + turn / 4); }

// ---------------------------------------------------------------------------------------------
// The ten figures: is (x, y) inside? The figure's radius is 1024; y points down.

bool in_disc(int x, int y, int radius) { return x * x + y * y < radius * radius; }

bool in_box(int x, int y, int half_width, int half_height) {
    return std::abs(x) < half_width && std::abs(y) < half_height;
}

bool disc(int x, int y) { return in_disc(x, y, 880); }
bool ring(int x, int y) { return in_disc(x, y, 980) && !in_disc(x, y, 520); }
bool crescent(int x, int y) { return in_disc(x, y, 960) && !in_disc(x - 420, y, 760); }
bool square(int x, int y) { return in_box(x, y, 790, 790); }
bool cross(int x, int y) { return in_box(x, y, 1000, 290) || in_box(x, y, 290, 1000); }
bool bars(int x, int y) { return in_box(x, std::abs(y) - 560, 900, 270); }

bool triangle(int x, int y) { return y < 600 && 7 * std::abs(x) < 4 * (y + 1080); }

bool chevron(int x, int y) {
    const int depth = y - std::abs(x) + 560;
    return std::abs(x) < 900 && depth > -220 && depth < 520;
}

bool letter_l(int x, int y) { return in_box(x + 480, y, 270, 960) || in_box(x, y - 690, 750, 270); }

/// Three blades: r^2 < 0.41 + 0.625 r sin(3 phi) in units of the radius, where
/// r^3 sin(3 phi) = 3 x^2 y - y^3.
bool propeller(int x, int y) {
    const std::int64_t r2 = std::int64_t{x} * x + std::int64_t{y} * y;
    const std::int64_t swing = (3 * std::int64_t{x} * x - std::int64_t{y} * y) * y / unit;
    return r2 * r2 / (unit * unit) < r2 * 420 / unit + swing * 640 / unit;
}

using Outline = bool (*)(int x, int y);

/// By class.
constexpr std::array<Outline, example_classes> outlines{
    disc, ring, crescent, square, triangle, cross, propeller, chevron, bars, letter_l};

// ---------------------------------------------------------------------------------------------

/// The picture's random numbers, taken one after the other; noise has its own draws.
class Dice {
  public:
    explicit Dice(const RandomStream& stream) : stream_(stream) {}

    int between(int low, int high) {
        return low +
               static_cast<int>(stream_.below(static_cast<std::uint32_t>(high - low + 1), draw_++));
    }
    int either(int value) { return between(0, 1) == 0 ? -value : value; }

  private:
    const RandomStream& stream_;
    std::uint32_t draw_ = 0;
};

/// A colour with stripes: colour + depth * sine(phase + x * across + y * down), x and y in pixels.
struct Paint {
    Colour colour{};
    Colour depth{};
    int across = 0;
    int down = 0;
    int phase = 0;

    [[nodiscard]] int at(int x, int y, int channel) const {
        const auto c = static_cast<std::size_t>(channel);
        return colour[c] + depth[c] * sine(phase + x * across + y * down) / unit;
    }
};

Paint striped(Dice& dice, const Colour& colour, int depth_most) {
    Paint paint{.colour = colour};
    const int depth = dice.between(0, depth_most);
    for (int& d : paint.depth) d = depth * dice.between(unit / 2, unit) / unit;
    const int angle = dice.between(0, turn - 1);
    const int pixels_per_wave = dice.between(3, 14);
    paint.across = turn / pixels_per_wave * cosine(angle) / unit;
    paint.down = turn / pixels_per_wave * sine(angle) / unit;
    paint.phase = dice.between(0, turn - 1);
    return paint;
}

/// A colour that differs from `other` by at least `least` in some channel, by `most` at most.
Colour contrasting(Dice& dice, const Colour& other, int least, int most) {
    const int contrast = dice.between(least, most);
    const int strongest = dice.between(0, channels - 1);
    Colour colour = other;
    for (int c = 0; c < channels; ++c) {
        const int share = c == strongest ? dice.either(unit) : dice.between(-unit, unit);
        colour[static_cast<std::size_t>(c)] += contrast * share / unit;
    }
    return colour;
}

/// An outline with its place in the picture, its distortions and its paint.
struct Figure {
    Outline outline = nullptr;
    Paint paint{};
    int centre_x = 0;  ///< eighths of a pixel
    int centre_y = 0;
    int radius_x = 0;  ///< eighths of a pixel, before the rotation
    int radius_y = 0;
    int angle = 0;
    int shear = 0;         ///< in 1/1024
    int ripple = 0;        ///< sideways swing, in 1/1024 of the radius
    int ripple_phase = 0;  ///< one wave over 2048/1024 of the radius

    [[nodiscard]] bool contains(int x, int y) const {
        const int along = cosine(angle) * (x - centre_x) + sine(angle) * (y - centre_y);
        const int aside = cosine(angle) * (y - centre_y) - sine(angle) * (x - centre_x);
        const int v = aside / radius_y;
        const int swing = ripple * sine(2 * v + ripple_phase) / unit;
        return outline(along / radius_x + v * shear / unit + swing, v);
    }

    /// Of the 4 x 4 samples of pixel (x, y), how many lie inside.
    [[nodiscard]] int coverage(int x, int y) const {
        const int reach = 2 * std::max(radius_x, radius_y) + eighths;
        if (!in_box(eighths * x - centre_x, eighths * y - centre_y, reach, reach)) return 0;
        int inside = 0;
        for (int i = 0; i < samples; ++i) {
            for (int j = 0; j < samples; ++j) {
                inside += contains(eighths * x + 2 * j + 1, eighths * y + 2 * i + 1) ? 1 : 0;
            }
        }
        return inside;
    }
};

/// Somewhere at least `margin` from the edges, distorted. Sizes in eighths of a pixel.
Figure placed(Dice& dice, Outline outline, const Paint& paint, int radius, int margin) {
    Figure figure{.outline = outline, .paint = paint};
    const int proportion = dice.between(820, 1250);
    figure.radius_x = radius * proportion / unit;
    figure.radius_y = radius * unit / proportion;
    figure.centre_x = dice.between(margin, eighths * width - margin);
    figure.centre_y = dice.between(margin, eighths * height - margin);
    figure.angle = dice.between(0, turn - 1);
    figure.shear = dice.between(-250, 250);
    figure.ripple = dice.between(0, 130);
    figure.ripple_phase = dice.between(0, turn - 1);
    return figure;
}

using Canvas = std::array<Colour, static_cast<std::size_t>(width* height)>;

template <class PerPixel>
void for_each_pixel(Canvas& canvas, PerPixel&& per_pixel) {
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            per_pixel(x, y, canvas[static_cast<std::size_t>(y * width + x)]);
        }
    }
}

void fill(Canvas& canvas, const Paint& paint) {
    for_each_pixel(canvas, [&](int x, int y, Colour& pixel) {
        for (int c = 0; c < channels; ++c) pixel[static_cast<std::size_t>(c)] = paint.at(x, y, c);
    });
}

void draw(Canvas& canvas, const Figure& figure) {
    for_each_pixel(canvas, [&](int x, int y, Colour& pixel) {
        const int inside = figure.coverage(x, y);
        if (inside == 0) return;
        for (int c = 0; c < channels; ++c) {
            int& value = pixel[static_cast<std::size_t>(c)];
            value += (figure.paint.at(x, y, c) - value) * inside / (samples * samples);
        }
    });
}

/// Small figures of any kind, about a quarter of the main one's size.
void scatter(Dice& dice, Canvas& canvas, const Colour& ground, int count) {
    for (int i = 0; i < count; ++i) {
        const auto which = static_cast<std::size_t>(dice.between(0, int{example_classes} - 1));
        const Paint paint = striped(dice, contrasting(dice, ground, 20, 90), 0);
        draw(canvas, placed(dice, outlines[which], paint, dice.between(10, 18), 0));
    }
}

/// Light from one side: up to 29 % more or less at an edge of the picture than in its middle.
void shine(Dice& dice, Canvas& canvas) {
    const int across = dice.between(-30, 30);
    const int down = dice.between(-30, 30);
    for_each_pixel(canvas, [&](int x, int y, Colour& pixel) {
        const int light = unit + across * (x - width / 2) + down * (y - height / 2);
        for (int& value : pixel) value = value * light / unit;
    });
}

/// Near-normal noise: a sum of four bytes has mean 510 and standard deviation 147.8.
int noise_of(std::uint32_t word) {
    const std::uint32_t sum =
        (word & 255U) + (word >> 8U & 255U) + (word >> 16U & 255U) + (word >> 24U);
    return static_cast<int>(sum) - 510;
}

// Noise of pixel p is draw 2^16 + p; no picture takes that many other draws.
constexpr std::uint32_t first_noise_draw = 1U << 16U;

Canvas compose(Dice& dice, Outline outline) {
    Canvas canvas{};
    const Colour ground{dice.between(50, 205), dice.between(50, 205), dice.between(50, 205)};
    fill(canvas, striped(dice, ground, 32));
    scatter(dice, canvas, ground, dice.between(1, 3));
    const Paint paint = striped(dice, contrasting(dice, ground, 36, 110), 32);
    draw(canvas, placed(dice, outline, paint, dice.between(44, 66), 60));
    scatter(dice, canvas, ground, dice.between(0, 2));
    shine(dice, canvas);
    return canvas;
}

/// Adds noise of the given standard deviation (grey levels) to every channel of every pixel.
void expose(const RandomStream& stream, int deviation, Canvas& canvas) {
    std::uint32_t draw = first_noise_draw;
    for (Colour& pixel : canvas) {
        const auto words = stream.block(draw++);
        for (std::size_t c = 0; c < pixel.size(); ++c) {
            pixel[c] += deviation * noise_of(words[c]) / 148;
        }
    }
}

}  // namespace

std::optional<ExampleSplit> example_split(std::string_view source) {
    constexpr std::string_view scheme = "example:";
    if (!source.starts_with(scheme)) return std::nullopt;
    const std::string_view word = source.substr(scheme.size());
    if (word == "train") return ExampleSplit::train;
    if (word == "test") return ExampleSplit::test;
    throw InputError(
        Message{.place = {},
                .id = "DAT008",
                .what = "'" + std::string(source) + "' is no part of the example images",
                .remedy = "Write example:train or example:test"});
}

void draw_example_image(ExampleSplit split, std::int64_t index, std::span<std::uint8_t> pixels,
                        std::uint64_t seed) {
    OHMGRID_EXPECT(index >= 0 && index <= UINT32_MAX);
    OHMGRID_EXPECT(std::ssize(pixels) == example_shape.elements());
    const RandomStream stream(seed, Purpose::example_image,
                              TrialId{static_cast<std::int64_t>(split)},
                              static_cast<std::uint32_t>(index));
    Dice dice(stream);
    Canvas canvas = compose(dice, outlines[static_cast<std::size_t>(example_label(index))]);
    expose(stream, dice.between(3, 14), canvas);
    for (std::size_t p = 0; p < canvas.size(); ++p) {
        for (std::size_t c = 0; c < canvas[p].size(); ++c) {
            pixels[c * canvas.size() + p] =
                static_cast<std::uint8_t>(std::clamp(canvas[p][c], 0, 255));
        }
    }
}

ImageSet draw_example_images(ExampleSplit split, std::int64_t count, std::uint64_t seed) {
    OHMGRID_EXPECT(count >= 1);
    const auto size = static_cast<std::size_t>(example_shape.elements());
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(count) * size);
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < count; ++i) {
        labels.push_back(example_label(i));
        draw_example_image(
            split, i, std::span(pixels).subspan(static_cast<std::size_t>(i) * size, size), seed);
    }
    return {example_shape, std::move(pixels), std::move(labels), example_classes};
}

}  // namespace ohmgrid
