#include "sim/app/verbs.hpp"

namespace ohmgrid {

std::vector<Verb> simulator_verbs() {
    return {run_verb(),     cost_verb(), infer_verb(),   montecarlo_verb(), calibrate_verb(),
            solve_verb(),   adc_verb(),  netlist_verb(), validate_verb(),   explain_verb(),
            devices_verb(), fit_verb(),  convert_verb(), report_verb(),     doctor_verb()};
}

}  // namespace ohmgrid
