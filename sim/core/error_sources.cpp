#include "sim/core/error_sources.hpp"

namespace ohmgrid {

std::string_view to_text(ErrorSource source) {
    switch (source) {
        case ErrorSource::programming:
            return "programming";
        case ErrorSource::faults:
            return "faults";
        case ErrorSource::drift:
            return "drift";
        case ErrorSource::read_noise:
            return "read_noise";
        case ErrorSource::wires:
            return "wires";
        case ErrorSource::nonlinear_cells:
            return "nonlinear_cells";
        case ErrorSource::multiplexer:
            return "multiplexer";
        case ErrorSource::converter_static:
            return "converter_static";
        case ErrorSource::converter_noise:
            return "converter_noise";
        case ErrorSource::drivers:
            return "drivers";
    }
    return "";
}

}  // namespace ohmgrid
