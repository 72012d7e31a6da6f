#include "sim/inference/quantisation.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

/// The magnitude that `share` of all values do not exceed.
float magnitude_at(std::vector<float> values, double share) {
    if (values.empty()) return 0;
    for (float& v : values) v = std::fabs(v);
    const auto last = static_cast<double>(values.size() - 1);
    const auto at = static_cast<std::ptrdiff_t>(std::ceil(share * last));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

}  // namespace

QuantisedWeights quantise_weights(const Node& node, const MappingSpec& mapping) {
    const auto channels = static_cast<std::size_t>(node.shape.channels);
    const std::size_t rows = node.weights.size() / channels;
    const float steps = static_cast<float>((1 << (mapping.weight_bits - 1)) - 1);
    const auto scale_of = [&](auto first, auto last) {
        const float largest = magnitude_at({first, last}, mapping.weight_percentile);
        return largest > 0 ? largest / steps : 1.0F;
    };
    QuantisedWeights out{.groups = node.groups,
                         .rows = static_cast<std::int64_t>(rows),
                         .outputs = node.shape.channels / node.groups,
                         .q = std::vector<std::int32_t>(node.weights.size()),
                         .scale = {}};
    out.scale.assign(channels, scale_of(node.weights.begin(), node.weights.end()));
    for (std::size_t c = 0; c < channels; ++c) {
        const auto first = node.weights.begin() + static_cast<std::ptrdiff_t>(c * rows);
        if (mapping.per_channel_scale) {
            out.scale[c] = scale_of(first, first + static_cast<std::ptrdiff_t>(rows));
        }
        for (std::size_t r = 0; r < rows; ++r) {
            const float inside =
                std::clamp(node.weights[c * rows + r] / out.scale[c], -steps, steps);
            out.q[c * rows + r] =
                mapping.pair == PairCells::two_sided
                    ? static_cast<std::int32_t>(std::nearbyint((steps + inside) / 2) -
                                                std::nearbyint((steps - inside) / 2))
                    : static_cast<std::int32_t>(std::nearbyint(inside));
        }
    }
    return out;
}

InputScale::InputScale(ValueRange range, int bits, SignedInputs negative)
    : bits_(bits), is_signed_(range.low < 0) {
    if (is_signed_ && bits < 2) {
        throw InputError(Message{.place = {},
                                 .id = "INF001",
                                 .what = "the inputs are negative in places, which one input bit "
                                         "cannot hold",
                                 .remedy = "Set mapping.input_bits to at least 2 for this layer"});
    }
    const auto codes = static_cast<float>(std::int64_t{1} << bits);
    is_sign_magnitude_ = is_signed_ && negative == SignedInputs::sign_magnitude;
    highest_ = (is_signed_ ? codes / 2 : codes) - 1;
    lowest_ = is_sign_magnitude_ ? -highest_ : is_signed_ ? -codes / 2 : 0;
    step_ = range.high / highest_;
    if (is_signed_) step_ = std::max(step_, range.low / lowest_);
    if (step_ <= 0) step_ = 1;
}

}  // namespace ohmgrid
