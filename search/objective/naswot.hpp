#pragma once

#include <cstdint>

#include "sim/core/run_context.hpp"
#include "sim/inference/calibration.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid {

/// How differently an untrained network sees different images: log |det K| with
/// K_ij = units that are active for both or for neither of images i and j, over all rectifiers.
///
/// Source: Mellor et al., "Neural architecture search without training", ICML 2021 (NASWOT); what
/// XPert's first phase guards its networks with. K has the number of units on its diagonal, so the
/// score grows as images x ln(units) and cannot exceed it (Hadamard).
/// @param network  with weights; its rectifiers are clips with a low end of zero
/// @throws InputError PRX001 fewer than two images or no rectifier
/// @throws NumericalError PRX002 two images with the same pattern: the determinant is zero
double naswot_score(const Graph& network, const ImageSource& images, const RunContext& context);

/// How much signal an untrained network passes: ln of sum |w dR/dw| over all weights, R the sum of
/// the outputs for an image of ones with all weights made positive.
///
/// R is affine in each layer's weights, so a layer's part of the sum is R minus R without the
/// layer: two passes of one image, no gradients, no data. Source: Tanaka et al., "Pruning neural
/// networks without any data by iteratively conserving synaptic flow", NeurIPS 2020; as a proxy:
/// Abdelfattah et al., "Zero-cost proxies for lightweight NAS", ICLR 2021, where it ranks networks
/// better than scores of activation patterns and Jacobians do.
/// @throws NumericalError PRX003 the sum is not finite or zero
double synflow_score(const Graph& network, const RunContext& context);

}  // namespace ohmgrid
