#pragma once

#include "sim/inference/experiment.hpp"

namespace ohmgrid {

/// Images made as hard for a network as images that it has not been trained on.
struct HarderImages {
    ImageSource images;
    double noise = 0;     ///< standard deviation that was added to every preprocessed value
    double accuracy = 0;  ///< of the digital network on the images that noise was chosen on
};

/// A network tells images that it was trained on apart with larger leads than others, so that
/// coarse circuits seem to cost less on them. Independent normal noise is added to every value,
/// of the smallest deviation (found by halving) at which the digital network is right on no more
/// than `accuracy` of the images; none if it is so already.
///
/// That leads as often small are as often lost is assumed, not proven: noise is no unseen image.
/// Noise is a function of the seed, the image's number and the value's place.
HarderImages made_harder(const Graph& network, const LabelledImages& images, double accuracy,
                         const RunContext& context);

}  // namespace ohmgrid
