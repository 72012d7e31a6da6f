#pragma once

#include <cstdint>

namespace ohmgrid {

/// How two designs did on the same images.
struct PairedResult {
    std::int64_t images = 0;
    std::int64_t lost = 0;  ///< right with the reference alone
    std::int64_t won = 0;   ///< right with the other design alone

    /// Share of the images that the other design loses.
    [[nodiscard]] double loss() const {
        return static_cast<double>(lost - won) / static_cast<double>(images);
    }
};

/// The loss that a further test of `test_images` images of the same kind shows at most, with
/// probability `confidence`: what is promised before the test.
///
/// Whether an image is lost is a coin whose chance is known from `lost` out of `images`, likewise
/// for won. The chance of losing is taken from Beta(lost + 1, images - lost) and that of winning
/// from Beta(won, images - won + 1), whose quantiles are the upper and lower limits of Clopper and
/// Pearson (Biometrika 26, 1934); the counts of the test are then beta-binomial, and the answer is
/// the quantile of their difference. Both choices err on the side of a larger loss.
/// Neglected: that the two counts exclude each other (their correlation is minus the product of
/// small rates). Tested: promises drawn at random are kept at least as often as asked.
/// @param test_images  at least 1
/// @param confidence   0 .. 1, exclusive
double promised_loss(const PairedResult& result, std::int64_t test_images, double confidence);

}  // namespace ohmgrid
