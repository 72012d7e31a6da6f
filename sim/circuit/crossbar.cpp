#include "sim/circuit/crossbar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

/// More complaints than this about single cells help nobody.
constexpr int most_cells_named = 10;

bool is_physical(double value) { return std::isfinite(value) && value >= 0; }

/// Whether all are finite and >= 0, judged by their bits so that the loop vectorises: adding one to
/// the exponent carries into the sign bit exactly for infinity and NaN. (-0 counts as doubtful.)
bool all_plainly_physical(const RowMajorMatrix& values) {
    constexpr std::uint64_t exponent = 0x7FF0000000000000;
    constexpr std::uint64_t exponent_one = 0x0010000000000000;
    constexpr std::uint64_t sign = 0x8000000000000000;
    std::uint64_t doubtful = 0;
    for (Index k = 0; k < values.size(); ++k) {
        const auto bits = std::bit_cast<std::uint64_t>(values.data()[k]);
        doubtful |= bits | ((bits & exponent) + exponent_one);
    }
    return (doubtful & sign) == 0;
}

void check_conductances(const Crossbar& crossbar, Complaints& complaints) {
    if (all_plainly_physical(crossbar.conductance_siemens)) return;
    int named = 0;
    for (Index i = 0; i < crossbar.rows(); ++i) {
        for (Index j = 0; j < crossbar.columns() && named < most_cells_named; ++j) {
            const double g = crossbar.conductance_siemens(i, j);
            if (is_physical(g)) continue;
            ++named;
            complaints.add(
                {.id = "CIR001",
                 .what = fmt::format("conductance of the cell in row {}, column {} (counted from "
                                     "0) is {} S, expected a finite value >= 0",
                                     i, j, g),
                 .remedy = "Correct the conductance; an open cell is 0"});
        }
    }
}

void check_resistances(const Crossbar& crossbar, Complaints& complaints) {
    const auto check_one = [&complaints](std::string_view name, double ohm) {
        if (is_physical(ohm)) return;
        complaints.add(
            {.id = "CIR002",
             .what = fmt::format("{} is {} ohm, expected a finite value >= 0", name, ohm),
             .remedy = "Correct the resistance; an ideal wire is 0"});
    };
    check_one("row_wire", crossbar.row_wire_ohm);
    check_one("column_wire", crossbar.column_wire_ohm);
    check_one("driver", crossbar.driver_ohm);
    check_one("sense", crossbar.sense_ohm);
}

void check_sizes(const Crossbar& crossbar, Complaints& complaints) {
    if (crossbar.rows() < 1 || crossbar.columns() < 1) {
        complaints.add({.id = "CIR003",
                        .what = fmt::format("the array has {} rows and {} columns", crossbar.rows(),
                                            crossbar.columns()),
                        .remedy = "An array needs at least one of each"});
    }
    const auto check_mask = [&complaints](std::string_view name, std::size_t size, Index lines) {
        if (size == 0 || size == static_cast<std::size_t>(lines)) return;
        complaints.add({.id = "CIR003",
                        .what = fmt::format("{} has {} entries for {} lines", name, size, lines),
                        .remedy = "Give one entry per line, or none"});
    };
    check_mask("floating_rows", crossbar.floating_rows.size(), crossbar.rows());
    check_mask("floating_columns", crossbar.floating_columns.size(), crossbar.columns());
}

/// Lines joined by cells, as a union-find forest over rows, then columns, then "the terminals".
class ConnectedLines {
  public:
    explicit ConnectedLines(const Crossbar& crossbar)
        : parent_(static_cast<std::size_t>(crossbar.rows() + crossbar.columns() + 1)) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
        const std::size_t terminals = parent_.size() - 1;
        for (Index i = 0; i < crossbar.rows(); ++i) {
            if (!crossbar.row_floats(i)) join(row(i), terminals);
        }
        for (Index j = 0; j < crossbar.columns(); ++j) {
            if (!crossbar.column_floats(j)) join(column(crossbar, j), terminals);
        }
        for (Index i = 0; i < crossbar.rows(); ++i) {
            for (Index j = 0; j < crossbar.columns(); ++j) {
                if (crossbar.conductance_siemens(i, j) > 0) join(row(i), column(crossbar, j));
            }
        }
    }
    static std::size_t row(Index i) { return static_cast<std::size_t>(i); }
    static std::size_t column(const Crossbar& crossbar, Index j) {
        return static_cast<std::size_t>(crossbar.rows() + j);
    }
    [[nodiscard]] bool reaches_terminal(std::size_t line) {
        return root(line) == root(parent_.size() - 1);
    }

  private:
    std::size_t root(std::size_t line) {
        while (parent_[line] != line) line = parent_[line] = parent_[parent_[line]];
        return line;
    }
    void join(std::size_t a, std::size_t b) { parent_[root(a)] = root(b); }

    std::vector<std::size_t> parent_;
};

void check_paths(const Crossbar& crossbar, Complaints& complaints) {
    const auto floats = [](const std::vector<bool>& mask) {
        return std::find(mask.begin(), mask.end(), true) != mask.end();
    };
    if (!floats(crossbar.floating_rows) && !floats(crossbar.floating_columns)) return;
    if (std::find(crossbar.floating_rows.begin(), crossbar.floating_rows.end(), false) ==
            crossbar.floating_rows.end() &&
        !crossbar.floating_rows.empty()) {
        complaints.add({.id = "CIR004",
                        .what = "every driver is floating, so nothing drives the array",
                        .remedy = "Connect at least one row"});
    }
    ConnectedLines lines(crossbar);
    const auto complain = [&complaints](std::string_view kind, Index line) {
        complaints.add({.id = "CIR005",
                        .what = fmt::format("{} {} (counted from 0) floats and has no path to a "
                                            "driver or to ground: its voltage is undefined",
                                            kind, line),
                        .remedy = "Connect the line, or give one of its cells a conductance"});
    };
    for (Index i = 0; i < crossbar.rows(); ++i) {
        if (!lines.reaches_terminal(ConnectedLines::row(i))) complain("row", i);
    }
    for (Index j = 0; j < crossbar.columns(); ++j) {
        if (!lines.reaches_terminal(ConnectedLines::column(crossbar, j))) complain("column", j);
    }
}

}  // namespace

void Crossbar::check() const {
    Complaints complaints;
    check_sizes(*this, complaints);
    check_resistances(*this, complaints);
    check_conductances(*this, complaints);
    complaints.throw_if_any();
    check_paths(*this, complaints);
    complaints.throw_if_any();
}

Crossbar make_crossbar(const ArraySpec& spec, RowMajorMatrix conductance_siemens) {
    if (conductance_siemens.rows() != spec.rows || conductance_siemens.cols() != spec.columns) {
        throw InputError({.id = "CIR003",
                          .what = fmt::format("conductances are {} x {}, the array is {} x {}",
                                              conductance_siemens.rows(),
                                              conductance_siemens.cols(), spec.rows, spec.columns),
                          .remedy = "Give one conductance per cell: rows x columns"});
    }
    return {.conductance_siemens = std::move(conductance_siemens),
            .row_wire_ohm = spec.row_wire_ohm,
            .column_wire_ohm = spec.column_wire_ohm,
            .driver_ohm = spec.driver_ohm,
            .sense_ohm = spec.sense_ohm,
            .drive = spec.drive,
            .sense = spec.sense};
}

void check_inputs(const Crossbar& crossbar, const RowMajorMatrix& input_volt) {
    if (input_volt.cols() != crossbar.rows()) {
        throw InputError({.id = "CIR003",
                          .what = fmt::format("an input vector has {} voltages for {} rows",
                                              input_volt.cols(), crossbar.rows()),
                          .remedy = "Give one voltage per row: vectors x rows"});
    }
    if (!input_volt.allFinite()) {
        throw InputError({.id = "CIR006",
                          .what = "an input voltage is not finite",
                          .remedy = "Give finite voltages"});
    }
}

void check_memory(double needed_byte, std::string_view what) {
    const double there_is_byte =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    if (needed_byte <= there_is_byte) return;
    constexpr double byte_per_gigabyte = 1e9;
    throw InputError(
        {.id = "CIR007",
         .what = fmt::format("{} needs about {:.3g} GB, this machine has {:.3g} GB", what,
                             needed_byte / byte_per_gigabyte, there_is_byte / byte_per_gigabyte),
         .remedy = "Use a smaller array"});
}

}  // namespace ohmgrid
