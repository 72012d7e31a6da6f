#include "sim/app/parameter_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace ohmgrid {

std::string kind_text(const ParamInfo& info) {
    switch (info.kind) {
        case ParamKind::quantity:
            return describe(info.dimension);
        case ParamKind::number:
            return "a plain number or a percentage";
        case ParamKind::count:
            return "a whole number";
        case ParamKind::flag:
            return "true or false";
        case ParamKind::text:
            return "a text";
        case ParamKind::choice:
            return fmt::format("one of {}", fmt::join(info.choices, ", "));
        case ParamKind::quantity_list:
            return "a list, each " + describe(info.dimension);
        case ParamKind::number_list:
            return "a list of numbers";
    }
    return {};
}

std::string default_text(const ParamInfo& info) {
    if (!info.fallback) return "required";
    return info.fallback->empty() ? "none" : *info.fallback;
}

std::string range_text(const ParamInfo& info) {
    if (!std::isfinite(info.low) && !std::isfinite(info.high)) return {};
    const auto in_units = [&](double v) {
        return info.dimension == dimension::ratio ? fmt::format("{}", v)
                                                  : format_quantity(v, info.dimension);
    };
    return fmt::format("{} .. {}", in_units(info.low), in_units(info.high));
}

}  // namespace ohmgrid
