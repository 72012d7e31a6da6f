#include "search/space/circuit_choice.hpp"

namespace ohmgrid {

CircuitChoice choice_of(const LayerSettings& s) {
    return {.adc_type = s.adc.type,
            .adc_bits = s.adc.bits,
            .column_sharing = s.array.column_sharing,
            .input_bits = s.mapping.input_bits,
            .weight_bits = s.mapping.weight_bits,
            .cell_bits = s.array.cell_bits,
            .array_side = 0,
            .replication = s.mapping.replication};
}

LayerSettings with_choice(LayerSettings s, const CircuitChoice& choice) {
    s.adc.type = choice.adc_type;
    s.adc.bits = choice.adc_bits;
    s.array.column_sharing = choice.column_sharing;
    s.array.cell_bits = choice.cell_bits;
    if (choice.array_side > 0) s.array.rows = s.array.columns = choice.array_side;
    s.mapping.input_bits = choice.input_bits;
    s.mapping.weight_bits = choice.weight_bits;
    s.mapping.replication = choice.replication;
    return s;
}

std::string to_text(AdcType type) {
    switch (type) {
        case AdcType::ideal:
            return "ideal";
        case AdcType::sar:
            return "sar";
        case AdcType::flash:
            return "flash";
    }
    return "";
}

}  // namespace ohmgrid
