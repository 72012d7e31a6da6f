#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "sim/circuit/cell_law.hpp"
#include "sim/circuit/spice_deck.hpp"

namespace ohmgrid {

/// How the `ngspice` program is run. It is an optional component (Debian package `ngspice`).
struct NgspiceOptions {
    std::string program = "ngspice";
    std::chrono::milliseconds timeout = std::chrono::minutes(10);
    std::stop_token stop = {};
};

/// Everything one analysis of a deck gave, as doubles.
struct SpiceResult {
    std::vector<std::string> names;  ///< lower case: "time", "i(vsense_0)", "v(w_0_0)"
    RowMajorMatrix values;           ///< points x names
    double analysis_second = 0;      ///< as reported by ngspice

    /// @throws InternalError if the deck did not save `name`.
    [[nodiscard]] Eigen::VectorXd column(const std::string& name) const;
};

/// "ngspice-39", or nothing when the program is absent.
std::optional<std::string> ngspice_version(const NgspiceOptions& options = {});

/// Runs a deck in batch mode in a temporary folder, without the user's own initialisation file, and
/// reads the binary result.
/// @throws IoError CIR140: ngspice is not installed (says how to install it); PRC002: timeout.
/// InputError CIR141: ngspice refuses the deck, with its words and the line it names.
/// NumericalError CIR142: ngspice does not converge. Interrupted on stop.
SpiceResult run_ngspice(const std::string& deck, const NgspiceOptions& options = {});

/// Operating points of an array as ngspice finds them, one run per row of `input_volt`.
struct SpiceDcResult {
    RowMajorMatrix column_current_ampere;  ///< vectors x columns
    std::vector<NodeVoltages> nodes;       ///< one per vector with Detail::nodes, else empty
    double analysis_second = 0;            ///< all vectors together, as reported by ngspice
};
SpiceDcResult solve_with_ngspice(const Crossbar& crossbar, const CellLaw& law,
                                 const RowMajorMatrix& input_volt,
                                 const NgspiceOptions& options = {},
                                 Detail detail = Detail::currents);

/// Column currents over time as ngspice finds them, at its own time points.
struct SpiceTransient {
    std::vector<double> second;
    RowMajorMatrix column_current_ampere;  ///< times x columns
    double analysis_second = 0;            ///< computing time as reported by ngspice
};
SpiceTransient solve_transient_with_ngspice(const Crossbar& crossbar, const CellLaw& law,
                                            const Eigen::VectorXd& input_volt,
                                            const TransientDeck& transient,
                                            const NgspiceOptions& options = {});

}  // namespace ohmgrid
