#include "sim/inference/nonlinear_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/circuit/conversion_phase.hpp"
#include "sim/circuit/effective_conductance.hpp"
#include "sim/circuit/nonlinear_solver.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

/// Currents of every column in the phase that converts it; `see` gets each phase's whole answer.
template <class See>
RowMajorMatrix solve_phases(const Crossbar& crossbar, const CellLaw& law, const ArraySpec& sharing,
                            const RowMajorMatrix& volt, Detail detail, const See& see) {
    if (!phases_differ(sharing, crossbar.columns())) {
        NonlinearSolution solution = solve_nonlinear(crossbar, law, volt, {}, detail);
        see(solution);
        return std::move(solution.column_current_ampere);
    }
    RowMajorMatrix current(volt.rows(), crossbar.columns());
    for (Index phase = 0; phase < conversion_phases(sharing, crossbar.columns()); ++phase) {
        const NonlinearSolution solution =
            solve_nonlinear(crossbar_in_phase(crossbar, sharing, phase), law, volt, {}, detail);
        see(solution);
        for (Index j = 0; j < crossbar.columns(); ++j) {
            if (conversion_phase(sharing, j) == phase) {
                current.col(j) = solution.column_current_ampere.col(j);
            }
        }
    }
    return current;
}

/// Inputs that drive a share of the rows each, spread evenly, and together every row at a few
/// levels.
RowMajorMatrix sample_volts(Index rows, const ReadVolts& volts) {
    constexpr double least_share = 1.0 / 32;  // more samples take longer; assumed
    constexpr double golden = 0.61803398874989485;
    const Index levels = volts.levels == 1 ? 1 : 4;
    const double share = std::clamp(volts.driven_share, least_share, 1.0);
    const Index samples =
        std::max<Index>(8, static_cast<Index>(std::ceil(1 / share))) * (volts.levels == 1 ? 1 : 2);
    RowMajorMatrix volt = RowMajorMatrix::Zero(samples, rows);
    for (Index row = 0; row < rows; ++row) {
        Index times = 0;
        for (Index k = 0; k < samples; ++k) {
            const double at = static_cast<double>(row) * golden +
                              static_cast<double>(k) / static_cast<double>(samples);
            if (at - std::floor(at) >= share) continue;
            const Index level = (row + times++) % levels + 1;
            volt(k, row) = volts.full * static_cast<double>(level) / static_cast<double>(levels);
        }
    }
    return volt;
}

/// Cells as the secants that fit their voltages and currents best while their rows are driven.
class Secants {
  public:
    Secants(Index rows, Index columns)
        : product_(RowMajorMatrix::Zero(rows, columns)), square_(product_) {}

    void add(const RowMajorMatrix& volt, const NonlinearSolution& solution) {
        for (Index k = 0; k < volt.rows(); ++k) {
            const auto at = static_cast<std::size_t>(k);
            const RowMajorMatrix across =
                solution.nodes[at].row_volt - solution.nodes[at].column_volt;
            for (Index row = 0; row < volt.cols(); ++row) {
                if (volt(k, row) == 0) continue;
                product_.row(row) +=
                    across.row(row).cwiseProduct(solution.cells[at].ampere.row(row));
                square_.row(row) += across.row(row).cwiseAbs2();
            }
        }
    }

    [[nodiscard]] RowMajorMatrix siemens() const {
        return (square_.array() > 0).select(product_.array() / square_.array(), 0.0);
    }

  private:
    RowMajorMatrix product_;
    RowMajorMatrix square_;
};

/// Column currents of one array, which is named should they not be found.
RowMajorMatrix currents_of(const ReadCircuit& circuit, const RowMajorMatrix& volt) {
    try {
        return solve_phases(circuit.crossbar, circuit.law, circuit.sharing, volt, Detail::currents,
                            [](const NonlinearSolution&) {});
    } catch (Error& error) {
        error.add_context(fmt::format("array {}", circuit.array));
        throw;
    }
}

bool is_zero(const RowMajorMatrix& inputs, Index vector) {
    return (inputs.row(vector).array() == 0).all();
}

}  // namespace

bool follows_cell_law(const LayerSettings& settings, const VirtualChip& chip) {
    return settings.array.cells != CellReads::linear &&
           chip.sources.has(ErrorSource::nonlinear_cells);
}

double read_siemens(const LayerSettings& settings, const DeviceModel& device,
                    const VirtualChip& chip, double siemens) {
    if (!follows_cell_law(settings, chip) || siemens == 0) return siemens;
    const Crossbar cell{.conductance_siemens = RowMajorMatrix::Constant(1, 1, siemens)};
    const CellLaw law = make_cell_law(settings.law, cell.conductance_siemens, {});
    return cell_point(law, cell, 0, 0, device.read_volt, 0).ampere / device.read_volt;
}

RowMajorMatrix linearised_map(const Crossbar& crossbar, const CellLaw& law,
                              const ArraySpec& sharing, const ReadVolts& volts) {
    const RowMajorMatrix volt = sample_volts(crossbar.rows(), volts);
    Secants secants(crossbar.rows(), crossbar.columns());
    const RowMajorMatrix exact =
        solve_phases(crossbar, law, sharing, volt, Detail::nodes,
                     [&](const NonlinearSolution& solution) { secants.add(volt, solution); });
    Crossbar linear = crossbar;
    linear.conductance_siemens = secants.siemens();
    RowMajorMatrix map = effective_conductance(linear, sharing);
    const RowMajorMatrix near = volt * map;
    for (Index j = 0; j < map.cols(); ++j) {
        const double square = near.col(j).squaredNorm();
        if (square > 0) map.col(j) *= near.col(j).dot(exact.col(j)) / square;
    }
    return map;
}

RowMajorMatrix newton_sums(const ReadCircuit& circuit, const RowMajorMatrix& inputs) {
    RowMajorMatrix sums = RowMajorMatrix::Zero(inputs.rows(), circuit.crossbar.columns());
    std::vector<Index> driven;
    for (Index k = 0; k < inputs.rows(); ++k) {
        if (!is_zero(inputs, k)) driven.push_back(k);
    }
    if (driven.empty()) return sums;
    RowMajorMatrix volt = RowMajorMatrix::Zero(std::ssize(driven), circuit.crossbar.rows());
    for (std::size_t k = 0; k < driven.size(); ++k) {
        for (std::size_t p = 0; p < circuit.order.size(); ++p) {
            volt(static_cast<Index>(k), static_cast<Index>(p)) =
                circuit.full_volt[p] * inputs(driven[k], circuit.order[p]);
        }
    }
    RowMajorMatrix current = currents_of(circuit, volt);
    if (circuit.mixing.size() > 0) current = current * circuit.mixing;
    for (std::size_t k = 0; k < driven.size(); ++k) {
        sums.row(driven[k]) = current.row(static_cast<Index>(k)) / circuit.unit_ampere;
    }
    return sums;
}

}  // namespace ohmgrid
