#include "sim/circuit/detail/nodal_network.hpp"

namespace ohmgrid::detail {

using Eigen::Index;

NodalNetwork::NodalNetwork(const Crossbar& crossbar)
    : row_node_(crossbar.rows(), crossbar.columns()),
      column_node_(crossbar.rows(), crossbar.columns()) {
    number_nodes(crossbar);
    for (Index i = 0; i < crossbar.rows(); ++i) add_row(crossbar, i);
    for (Index j = 0; j < crossbar.columns(); ++j) add_column(crossbar, j);
    for (Index i = 0; i < crossbar.rows(); ++i) {
        for (Index j = 0; j < crossbar.columns(); ++j) {
            branches_.push_back(
                {row_node_(i, j), column_node_(i, j), crossbar.conductance_siemens(i, j)});
        }
    }
}

/// Numbers from 0 for unknown nodes; a line held by its source takes the source's number, which is
/// known only when the unknowns have been counted.
void NodalNetwork::number_nodes(const Crossbar& crossbar) {
    constexpr Index held = -1;
    const auto number_line = [this](auto line, double wire_ohm, bool is_held) {
        for (Index k = 0; k < line.size(); ++k) {
            const bool is_new = k == 0 || wire_ohm > 0;
            line(k) = is_held ? held : is_new ? unknowns_++ : line(k - 1);
        }
    };
    for (Index i = 0; i < crossbar.rows(); ++i) {
        number_line(row_node_.row(i), crossbar.row_wire_ohm,
                    crossbar.drive_end_ohm() == 0 && !crossbar.row_floats(i));
    }
    for (Index j = 0; j < crossbar.columns(); ++j) {
        number_line(column_node_.col(j), crossbar.column_wire_ohm,
                    crossbar.sense_end_ohm() == 0 && !crossbar.column_floats(j));
    }
    for (Index i = 0; i < crossbar.rows(); ++i) {
        if (row_node_(i, 0) == held) row_node_.row(i).setConstant(source(i));
    }
    for (Index j = 0; j < crossbar.columns(); ++j) {
        if (column_node_(0, j) == held) column_node_.col(j).setConstant(ground());
    }
}

void NodalNetwork::add_row(const Crossbar& crossbar, Index row) {
    const Index last = crossbar.columns() - 1;
    for (Index j = 0; j < last; ++j) {
        connect(row_node_(row, j), row_node_(row, j + 1), crossbar.row_wire_ohm);
    }
    if (crossbar.row_floats(row)) return;
    if (crossbar.drive != DriveEnds::right) {
        connect(source(row), row_node_(row, 0), crossbar.drive_end_ohm());
    }
    if (crossbar.drive != DriveEnds::left) {
        connect(source(row), row_node_(row, last), crossbar.drive_end_ohm());
    }
}

void NodalNetwork::add_column(const Crossbar& crossbar, Index column) {
    const Index last = crossbar.rows() - 1;
    for (Index i = 0; i < last; ++i) {
        connect(column_node_(i, column), column_node_(i + 1, column), crossbar.column_wire_ohm);
    }
    if (crossbar.column_floats(column)) return;
    if (crossbar.sense != SenseEnds::top) {
        connect(column_node_(last, column), ground(), crossbar.sense_end_ohm());
    }
    if (crossbar.sense != SenseEnds::bottom) {
        connect(column_node_(0, column), ground(), crossbar.sense_end_ohm());
    }
}

/// A zero resistance has already made its two nodes one.
void NodalNetwork::connect(Index from, Index to, double ohm) {
    if (ohm > 0) branches_.push_back({from, to, 1 / ohm});
}

}  // namespace ohmgrid::detail
