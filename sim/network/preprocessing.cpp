#include "sim/network/preprocessing.hpp"

#include <string>
#include <utility>

#include "sim/core/contract.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

/// The entry for `channel` in a list of one for all or one for each.
double entry_for(const std::vector<double>& list, std::int64_t channel) {
    return list[list.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
}

void check_length(const std::vector<double>& list, std::string_view key, std::int64_t channels,
                  Complaints& complaints) {
    if (list.size() == 1 || std::ssize(list) == channels) return;
    complaints.add({.place = {},
                    .id = "DAT007",
                    .what = "data." + std::string(key) + " has " + std::to_string(list.size()) +
                            " entries for images of " + std::to_string(channels) + " channels",
                    .remedy = "Give one number, or one per channel"});
}

}  // namespace

Preprocessing::Preprocessing(const DataSpec& spec, const Shape& shape)
    : pixels_per_channel_(shape.height * shape.width) {
    Complaints complaints;
    check_length(spec.mean, "mean", shape.channels, complaints);
    check_length(spec.std, "std", shape.channels, complaints);
    const bool is_reversed = spec.channel_order == ChannelOrder::bgr;
    if (is_reversed && shape.channels != 3) {
        complaints.add({.place = {},
                        .id = "DAT007",
                        .what = "data.channel_order is bgr for images of " +
                                std::to_string(shape.channels) + " channels",
                        .remedy = "Leave it out unless images have 3 channels"});
    }
    complaints.throw_if_any();
    for (std::int64_t c = 0; c < shape.channels; ++c) {
        Channel& channel = channels_.emplace_back();
        channel.from = is_reversed ? shape.channels - 1 - c : c;
        for (std::size_t pixel = 0; pixel < channel.value_of.size(); ++pixel) {
            const double scaled = static_cast<double>(pixel) / spec.scale;
            channel.value_of[pixel] =
                static_cast<float>((scaled - entry_for(spec.mean, c)) / entry_for(spec.std, c));
        }
    }
}

void Preprocessing::operator()(std::span<const std::uint8_t> pixels,
                               std::span<float> values) const {
    OHMGRID_EXPECT(std::ssize(pixels) == std::ssize(channels_) * pixels_per_channel_);
    OHMGRID_EXPECT(values.size() == pixels.size());
    float* to = values.data();
    for (const Channel& channel : channels_) {
        const std::uint8_t* from = pixels.data() + channel.from * pixels_per_channel_;
        for (std::int64_t i = 0; i < pixels_per_channel_; ++i) *to++ = channel.value_of[from[i]];
    }
}

ImageLoader loader_of(const ImageSet& set, Preprocessing preprocess) {
    return [&set, preprocess = std::move(preprocess)](std::int64_t image, std::span<float> values) {
        preprocess(set.image(image), values);
    };
}

}  // namespace ohmgrid
