#include "sim/circuit/dc_solution.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

/// One line seen from its source: what flows out of the source end and out of the far end.
struct LineEnds {
    double end_ohm = 0;   ///< wire segment and driver or sense resistance
    double wire_ohm = 0;  ///< one segment
    bool near = false;    ///< connected before the first node
    bool far = false;     ///< connected behind the last node
};

struct LinePower {
    double wire_watt = 0;
    double end_watt = 0;  ///< in the driver or sense resistance
};

/// Power in the resistances of one line at terminal voltage `source_volt` whose nodes lose
/// `tapped_ampere` each.
LinePower line_power(const LineEnds& ends, double source_volt, const Eigen::VectorXd& node_volt,
                     const Eigen::VectorXd& tapped_ampere) {
    const double total = tapped_ampere.sum();
    double near_ampere = ends.near ? total : 0;
    if (ends.near && ends.far) {
        near_ampere = ends.end_ohm > 0 ? (source_volt - node_volt(0)) / ends.end_ohm : total / 2;
    }
    const double far_ampere = total - near_ampere;
    const double end_square = near_ampere * near_ampere + far_ampere * far_ampere;
    double segment_square = end_square;
    double along = near_ampere;
    for (Index k = 0; k + 1 < node_volt.size(); ++k) {
        along -= tapped_ampere(k);
        segment_square += along * along;
    }
    return {ends.wire_ohm * segment_square, (ends.end_ohm - ends.wire_ohm) * end_square};
}

}  // namespace

RowMajorMatrix cell_currents(const Crossbar& crossbar, const NodeVoltages& nodes) {
    return crossbar.conductance_siemens.cwiseProduct(nodes.row_volt - nodes.column_volt);
}

PowerBalance power_balance(const Crossbar& crossbar, const Eigen::VectorXd& input_volt,
                           const NodeVoltages& nodes, const RowMajorMatrix& cell_ampere) {
    PowerBalance power;
    power.cells_watt = cell_ampere.cwiseProduct(nodes.row_volt - nodes.column_volt).sum();
    for (Index i = 0; i < crossbar.rows(); ++i) {
        const bool driven = !crossbar.row_floats(i);
        const LinePower line = line_power({.end_ohm = crossbar.drive_end_ohm(),
                                           .wire_ohm = crossbar.row_wire_ohm,
                                           .near = driven && crossbar.drive != DriveEnds::right,
                                           .far = driven && crossbar.drive != DriveEnds::left},
                                          input_volt(i), nodes.row_volt.row(i).transpose(),
                                          cell_ampere.row(i).transpose());
        power.wires_watt += line.wire_watt;
        power.drivers_watt += line.end_watt;
        if (driven) power.delivered_watt += input_volt(i) * cell_ampere.row(i).sum();
    }
    for (Index j = 0; j < crossbar.columns(); ++j) {
        const bool sensed = !crossbar.column_floats(j);
        const LinePower line = line_power({.end_ohm = crossbar.sense_end_ohm(),
                                           .wire_ohm = crossbar.column_wire_ohm,
                                           .near = sensed && crossbar.sense != SenseEnds::bottom,
                                           .far = sensed && crossbar.sense != SenseEnds::top},
                                          0, nodes.column_volt.col(j), -cell_ampere.col(j));
        power.wires_watt += line.wire_watt;
        power.sense_watt += line.end_watt;
    }
    return power;
}

}  // namespace ohmgrid
