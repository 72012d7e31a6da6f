#pragma once

#include <vector>

#include "sim/circuit/crossbar.hpp"

namespace ohmgrid::detail {

/// A conductance between two nodes.
struct Branch {
    Eigen::Index from = 0;
    Eigen::Index to = 0;
    double siemens = 0;
};

/// A crossbar as a list of branches between numbered nodes: first the unknown nodes, then one known
/// node per row (its source) and ground. Nodes joined by a zero resistance share a number.
class NodalNetwork {
  public:
    explicit NodalNetwork(const Crossbar& crossbar);

    [[nodiscard]] Eigen::Index row_node(Eigen::Index row, Eigen::Index column) const {
        return row_node_(row, column);
    }
    [[nodiscard]] Eigen::Index column_node(Eigen::Index row, Eigen::Index column) const {
        return column_node_(row, column);
    }
    [[nodiscard]] Eigen::Index source(Eigen::Index row) const { return unknowns_ + row; }
    [[nodiscard]] Eigen::Index ground() const { return unknowns_ + row_node_.rows(); }
    [[nodiscard]] Eigen::Index unknowns() const { return unknowns_; }
    [[nodiscard]] Eigen::Index nodes() const { return ground() + 1; }
    [[nodiscard]] const std::vector<Branch>& branches() const { return branches_; }

  private:
    using NodeTable = Eigen::Matrix<Eigen::Index, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

    void number_nodes(const Crossbar& crossbar);
    void add_row(const Crossbar& crossbar, Eigen::Index row);
    void add_column(const Crossbar& crossbar, Eigen::Index column);
    void connect(Eigen::Index from, Eigen::Index to, double ohm);

    NodeTable row_node_;
    NodeTable column_node_;
    Eigen::Index unknowns_ = 0;
    std::vector<Branch> branches_;
};

}  // namespace ohmgrid::detail
