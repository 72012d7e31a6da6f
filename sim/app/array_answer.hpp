#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/app/command_line.hpp"
#include "sim/circuit/array_problem.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// What `ohmgrid solve` found out about an array, ready to be printed and stored.
struct ArrayAnswer {
    std::string summary;  ///< lines above the table on a terminal
    Table table;
    std::function<void(Hdf5Writer&)> store;
};

Backend backend_of(const Arguments& arguments);

/// Column currents at DC, and with --power where the power goes.
ArrayAnswer steady_answer(const ArrayProblem& problem, const Arguments& arguments,
                          Console& console);

/// When every column current has come to rest (--settling).
ArrayAnswer settling_answer(const ArrayProblem& problem, const Arguments& arguments);

/// Column currents over time (--transient).
ArrayAnswer transient_answer(const ArrayProblem& problem, const Arguments& arguments,
                             Console& console);

/// Largest difference relative to the largest of `expected`.
double deviation(const RowMajorMatrix& value, const RowMajorMatrix& expected);

}  // namespace ohmgrid
