#pragma once

#include <cstdint>
#include <vector>

#include "sim/inference/input_code.hpp"
#include "sim/inference/programmed_layer.hpp"

namespace ohmgrid {

/// The reads of a row part at the first `positions` windows of a tile, as voltages: what
/// CellReads::newton solves in place of the kernels' products.
///
/// A step of a StepPlan is one read, except where bit-serial steps are accumulated before the
/// converter: that plan has one step for all bits, and every bit is a read of its own here.
class SolvedReads {
  public:
    /// `digits` as the kernels take them; `rows` of the part.
    SolvedReads(const InputCode& inputs, const std::uint8_t* digits, std::int64_t rows,
                std::int64_t positions);

    /// Column sums of every step, [column][step][16], column-sum units; zero behind the last
    /// position.
    /// @throws as newton_sums
    [[nodiscard]] std::vector<double> sums(const ProgrammedUnit& unit) const;

  private:
    void place_value(std::int32_t value, Eigen::Index first, Eigen::Index row);

    const InputCode& code_;
    std::int64_t positions_;
    std::vector<double> weight_;  ///< of every read of a step in the step's sum
    RowMajorMatrix inputs_;       ///< (position, step, read) x rows
};

}  // namespace ohmgrid
