#include "sim/circuit/array_spec.hpp"
#include "sim/converter/adc_spec.hpp"
#include "sim/core/error.hpp"
#include "sim/device/device_model.hpp"
#include "sim/io/parameter_file.hpp"
#include "sim/network/data_spec.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace ohmgrid {

/// A parameter file read as several specs; a first byte '=' makes the rest a `--set` argument.
void read_hostile(std::string_view bytes) {
    ParameterSet set;
    if (bytes.starts_with('=')) {
        set_from_command_line(set, bytes.substr(1));
    } else {
        set = read_parameter_file(hostile_file(bytes, "run.toml"), "run", {}).values;
    }
    Complaints complaints;
    (void)array_parameters().read(set, complaints);
    (void)adc_parameters().read(set, complaints);
    (void)device_parameters().read(set, complaints);
    (void)data_parameters().read(set, complaints);
    const std::vector<ParamInfo> known = array_parameters().infos();
    refuse_unknown_keys(set, known, complaints);
    (void)resolve(known, set);
    complaints.throw_if_any();
}

}  // namespace ohmgrid
