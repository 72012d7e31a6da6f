#include "sim/cost/components/survey_fit.hpp"

#include <fmt/format.h>

namespace ohmgrid {

std::string SurveyRange::distance(double bits, double node) const {
    const double enob = bits - lost_bits;
    std::string text;
    if (enob < lowest_enob || enob > highest_enob) {
        text = fmt::format("ENOB {:.2f} lies {:.2f} bit {} its converters ({:.2f} .. {:.2f})", enob,
                           enob < lowest_enob ? lowest_enob - enob : enob - highest_enob,
                           enob < lowest_enob ? "below" : "above", lowest_enob, highest_enob);
    }
    if (node < smallest_nanometre || node > largest_nanometre) {
        text += fmt::format(
            "{}{:.3g} nm lies a factor {:.2f} outside its nodes ({:.0f} .. {:.0f} nm)",
            text.empty() ? "" : ", ", node,
            node < smallest_nanometre ? smallest_nanometre / node : node / largest_nanometre,
            smallest_nanometre, largest_nanometre);
    }
    return text;
}

}  // namespace ohmgrid
