#pragma once

#include <string>
#include <vector>

#include "sim/circuit/transient.hpp"

namespace ohmgrid {

/// The names an array's electrical nodes have in a deck. Nodes joined by an ideal wire share a
/// name; a line held by its source has the source's.
///   in_I  driver of row I      w_I_J  word-line node      b_I_J  bit-line node
///   sense_J  virtual ground of column J, behind the ammeter Vsense_J      gate_I  select line
class DeckNodes {
  public:
    /// `crossbar` must outlive this object.
    explicit DeckNodes(const Crossbar& crossbar) : crossbar_(crossbar) {}

    [[nodiscard]] std::string row(Eigen::Index row, Eigen::Index column) const;
    [[nodiscard]] std::string column(Eigen::Index row, Eigen::Index column) const;
    [[nodiscard]] static std::string driver(Eigen::Index row);
    [[nodiscard]] static std::string sense(Eigen::Index column);

  private:
    const Crossbar& crossbar_;
};

struct DeckOptions {
    std::vector<std::string> notes = {};  ///< comment lines at the top
    Detail saved = Detail::currents;      ///< what ngspice keeps: ammeters, or nodes as well
};

/// A commented deck, one `.op`, that ngspice runs unchanged. All numbers carry their full
/// precision; cells are instances of a subcircuit `cell` with their conductance as a parameter,
/// since ngspice rounds plain numbers in expressions to 11 digits. Ideal wires join nodes; no tiny
/// resistors.
/// @throws InputError as Crossbar::check, check_inputs and check(law).
std::string dc_deck(const Crossbar& crossbar, const CellLaw& law, const Eigen::VectorXd& input_volt,
                    const DeckOptions& options = {});

/// What a transient deck has beyond the array.
struct TransientDeck {
    ArrayCapacitance capacitance;
    Waveform waveform;
    double stop_second = 0;
    double step_second = 0;  ///< largest time step, and the spacing of printed results
};

/// As dc_deck, with capacitors, piecewise linear drivers and `.tran`. A jump of the waveform
/// becomes a ramp of a millionth of the stop time, which a comment says.
/// @throws also as ArrayCapacitance::check and Waveform::check; InputError (CIR132) unless
/// 0 < step <= stop.
std::string transient_deck(const Crossbar& crossbar, const CellLaw& law,
                           const Eigen::VectorXd& input_volt, const TransientDeck& transient,
                           const DeckOptions& options = {});

}  // namespace ohmgrid
