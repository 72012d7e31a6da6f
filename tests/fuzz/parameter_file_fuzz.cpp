#include "sim/app/run_file.hpp"
#include "sim/core/error.hpp"
#include "sim/io/parameter_file.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace ohmgrid {

/// A parameter file with all its values; a first byte '=' makes the rest a `--set` argument.
void read_hostile(std::string_view bytes) {
    ParameterSet set;
    if (bytes.starts_with('=')) {
        set_from_command_line(set, bytes.substr(1));
    } else {
        set = read_parameter_file(hostile_file(bytes, "run.toml"), "run", {}).values;
    }
    Complaints complaints;
    const std::vector<ParamInfo> known = run_parameters();
    refuse_unknown_keys(set, known, complaints);
    for (const ParamInfo& info : known) (void)checked_value(info, set, complaints);
    complaints.throw_if_any();
}

}  // namespace ohmgrid
