#include "sim/circuit/detail/ideal_rows.hpp"

namespace ohmgrid::detail {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// One bit line eliminated: what it adds between the rows and its sense nodes.
/// Equations: docs/models/crossbar_dc.md, "Eliminating a line".
class EliminatedColumn {
  public:
    EliminatedColumn(const Crossbar& crossbar, Index column)
        : cells_(crossbar.conductance_siemens.col(column)),
          pass_(cells_.size()),
          wire_ohm_(crossbar.column_wire_ohm) {
        if (crossbar.sense != SenseEnds::top) cells_.reverseInPlace();
        const bool floats = crossbar.column_floats(column);
        const double end_ohm = crossbar.sense_end_ohm();
        if (crossbar.sense == SenseEnds::both && !floats && end_ohm > 0) far_siemens_ = 1 / end_ohm;
        double load = far_siemens_;
        for (Index k = cells_.size() - 1; k > 0; --k) {
            load += cells_(k);
            pass_(k) = 1 / (1 + wire_ohm_ * load);
            load *= pass_(k);
        }
        load += cells_(0);
        head_ratio_ = floats ? 0 : 1 / (1 + end_ohm * load);
        head_ohm_ = !floats ? end_ohm * head_ratio_ : load > 0 ? 1 / load : 0;
    }

    /// Current into the sense nodes per volt on each row, and, added to `mesh`, the conductances
    /// between rows; both with node 0 at the head.
    VectorXd eliminate(RowMajorMatrix& mesh) const {
        VectorXd sensed(cells_.size());
        VectorXd transfer = VectorXd::Zero(cells_.size());  // from node k to those before it
        double own_ohm = head_ohm_;                         // voltage at node k per ampere there
        double ratio = head_ratio_;
        for (Index k = 0; k < cells_.size(); ++k) {
            if (k > 0) {
                transfer.head(k) *= pass_(k);
                own_ohm = pass_(k) * (wire_ohm_ + pass_(k) * own_ohm);
                ratio *= pass_(k);
                mesh.row(k).head(k) += cells_(k) * transfer.head(k).transpose();
            }
            transfer(k) = cells_(k) * own_ohm;
            sensed(k) = cells_(k) * ratio;
        }
        return sensed + far_siemens_ * transfer;
    }

  private:
    VectorXd cells_;
    VectorXd pass_;
    double wire_ohm_;
    double far_siemens_ = 0;
    double head_ratio_ = 0;
    double head_ohm_ = 0;
};

}  // namespace

RowMajorMatrix effective_conductance_of_ideal_rows(const Crossbar& crossbar, PortReducer& reducer) {
    const Index rows = crossbar.rows();
    const Index columns = crossbar.columns();
    const auto row_of = [&](Index k) {
        return crossbar.sense == SenseEnds::top ? k : rows - 1 - k;
    };
    RowMajorMatrix mesh = RowMajorMatrix::Zero(rows, rows);
    RowMajorMatrix sensed(rows, columns);
    for (Index j = 0; j < columns; ++j) {
        sensed.col(j) = EliminatedColumn(crossbar, j).eliminate(mesh);
    }
    // Rows that a source holds are terminals; the others are nodes to be eliminated.
    std::vector<Index> port(static_cast<std::size_t>(rows));
    Index nodes = 0;
    for (Index k = 0; k < rows; ++k) {
        const bool held = crossbar.drive_end_ohm() == 0 && !crossbar.row_floats(row_of(k));
        port[static_cast<std::size_t>(k)] = held ? k : rows + nodes++;
    }
    PortNetwork network = reducer.make_unconnected({rows, nodes, 0, columns});
    const auto couple = [&network](Index a, Index b, double siemens) {
        network.at(std::max(a, b), std::min(a, b)) = siemens;
    };
    const double ends = crossbar.drive == DriveEnds::both ? 2 : 1;
    for (Index k = 0; k < rows; ++k) {
        const Index at = port[static_cast<std::size_t>(k)];
        if (at != k && !crossbar.row_floats(row_of(k))) {
            couple(at, k, ends / crossbar.drive_end_ohm());
        }
        for (Index other = 0; other < k; ++other) {
            couple(at, port[static_cast<std::size_t>(other)], mesh(k, other));
        }
        for (Index j = 0; j < columns; ++j) couple(rows + nodes + j, at, sensed(k, j));
    }
    if (nodes > 0) {
        network = reducer.drop(network, Side::right, {.front = rows, .back = rows});
    }
    RowMajorMatrix effective(rows, columns);
    for (Index k = 0; k < rows; ++k) {
        for (Index j = 0; j < columns; ++j) effective(row_of(k), j) = network.at(rows + j, k);
    }
    return effective;
}

}  // namespace ohmgrid::detail
