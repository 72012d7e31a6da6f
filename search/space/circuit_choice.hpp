#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "sim/inference/layer_settings.hpp"

namespace ohmgrid {

/// What the search may change of one layer's circuit. Everything else stays as the run file says.
struct CircuitChoice {
    AdcType adc_type = AdcType::sar;
    int adc_bits = 0;
    std::int64_t column_sharing = 0;
    int input_bits = 0;
    int weight_bits = 0;
    int cell_bits = 0;
    std::int64_t array_side = 0;  ///< rows and columns; 0: as in the run file
    std::int64_t replication = 1;

    friend auto operator<=>(const CircuitChoice&, const CircuitChoice&) = default;
};

/// The choice that changes nothing.
CircuitChoice choice_of(const LayerSettings& settings);

/// `settings` with the choice in force.
LayerSettings with_choice(LayerSettings settings, const CircuitChoice& choice);

/// "flash": the word of run files.
std::string to_text(AdcType type);

/// One value of everything that is chosen for a layer besides its width.
struct LayerOption {
    std::int64_t kernel = 0;  ///< side of a convolution's kernel; 0: as in the network
    CircuitChoice circuit;

    friend auto operator<=>(const LayerOption&, const LayerOption&) = default;
};

}  // namespace ohmgrid
