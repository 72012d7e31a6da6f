#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/circuit/crossbar.hpp"

namespace ohmgrid {

/// Measured or simulated I-V curves of one kind of cell, one curve per state.
///
/// As a file: comment lines begin with '#'; the head line is
/// `voltage (V),current at 1e-05 S (A),current at 2e-05 S (A)`; then one line per voltage.
struct IvTable {
    std::vector<double> volt;           ///< across the cell, rising
    std::vector<double> state_siemens;  ///< names of the states, rising, each > 0
    RowMajorMatrix current_ampere;      ///< states x voltages; never falls along a row
    std::vector<std::string> origin;    ///< how it was made: the file's comment lines

    /// @throws InputError with everything that is wrong. `place` is the file (or whatever the user
    /// knows the table by). CIR101: sizes disagree or fewer than two voltages; CIR102: voltages,
    /// states or currents out of order (a curve that falls), naming the row counted from 1;
    /// CIR103: not finite.
    void check(std::string_view place) const;
};

/// @throws IoError as read_file; InputError (CIR104 with file:line for a line that cannot be
/// read, else as IvTable::check).
IvTable read_iv_table(const std::filesystem::path& path);

/// The file form of a table, with all digits.
std::string to_csv(const IvTable& table);

/// A smooth curve through every point of an IvTable that rises wherever the points rise.
///
/// Per state: piecewise cubic Hermite polynomials whose slopes at the points are the weighted
/// harmonic mean of the neighbouring differences (Fritsch and Butland, SIAM J. Sci. Stat. Comput.
/// 5, 300 (1984)): monotone, once continuously differentiable, never beyond its neighbours. Outside
/// the voltages of the table the curve goes on along its end tangent; a solver must not accept an
/// answer there. Between two states the current is linear in the state's conductance; below the
/// first and above the last state it is proportional to it, so 0 S is an open cell.
class IvInterpolant {
  public:
    /// @throws InputError as IvTable::check.
    explicit IvInterpolant(IvTable table, std::string_view place = "I-V table");

    struct Point {
        double ampere = 0;
        double siemens = 0;  ///< derivative with respect to the voltage
    };
    [[nodiscard]] Point at(double state_siemens, double volt) const;
    /// Coefficients of the cubic of `interval` (0-based) in powers of (volt - volt[interval]).
    struct Cubic {
        double c0 = 0;
        double c1 = 0;
        double c2 = 0;
        double c3 = 0;
    };
    [[nodiscard]] Cubic cubic(std::size_t interval, double state_siemens) const;
    /// The share of each state's curve in a cell's current.
    [[nodiscard]] std::vector<double> state_weights(double state_siemens) const;

    [[nodiscard]] const IvTable& table() const { return table_; }

  private:
    /// A state as a weighted sum of two neighbouring curves.
    struct Mix {
        Eigen::Index lower = 0;
        double lower_weight = 0;
        Eigen::Index upper = 0;
        double upper_weight = 0;
    };
    [[nodiscard]] Mix mix(double state_siemens) const;

    IvTable table_;
    RowMajorMatrix slope_siemens_;  ///< states x voltages
};

}  // namespace ohmgrid
