#include "sim/cost/component_cost.hpp"

namespace ohmgrid {

std::string_view to_text(Component component) {
    switch (component) {
        case Component::array:
            return "array";
        case Component::adc:
            return "adc";
        case Component::multiplexer:
            return "multiplexer";
        case Component::wordline:
            return "wordline";
        case Component::precharge:
            return "precharge";
        case Component::shift_add:
            return "shift_add";
        case Component::accumulation:
            return "accumulation";
        case Component::buffer:
            return "buffer";
        case Component::interconnect:
            return "interconnect";
        case Component::pooling:
            return "pooling";
        case Component::activation:
            return "activation";
        case Component::control:
            return "control";
    }
    return "";
}

Cost ComponentCosts::total() const {
    Cost sum;
    for (const Cost& c : items) sum += c;
    return sum;
}

}  // namespace ohmgrid
