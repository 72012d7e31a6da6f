/// The compiled part of the Python module `ohmgrid`: what __init__.py cannot do itself. It runs the
/// program's verbs and the array solver in this process, with Python's lock released.
#include <pybind11/eigen.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <chrono>
#include <future>
#include <sstream>

#include "search/app/verbs.hpp"
#include "sim/app/command_line.hpp"
#include "sim/circuit/crossbar_io.hpp"
#include "sim/core/error.hpp"
#include "sim/core/version.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/parameter_file.hpp"

namespace py = pybind11;

namespace ohmgrid {
namespace {

/// How often a verb that runs looks whether Python has got a signal.
constexpr std::chrono::milliseconds glance{50};

/// What the program would have answered in a terminal.
struct Spoken {
    int code = 0;
    std::string out;
    std::string err;
};

Spoken speak(const std::vector<std::string>& words, const std::stop_token& stop) {
    std::ostringstream out;
    std::ostringstream err;
    Console console{.out = out, .err = err, .words = words, .stop = stop};
    const ExitCode code = run_program(all_verbs(), console);
    return {static_cast<int>(code), out.str(), err.str()};
}

/// Runs one command line on a thread of its own; Ctrl-C in Python stops it as it stops the program,
/// then raises what Python's handler raises.
std::tuple<int, std::string, std::string> run_verb(const std::vector<std::string>& words) {
    std::stop_source stop;
    std::future<Spoken> answer = std::async(std::launch::async, speak, words, stop.get_token());
    const auto is_done = [&answer] {
        const py::gil_scoped_release others_may_run;
        return answer.wait_for(glance) == std::future_status::ready;
    };
    while (!is_done()) {
        if (PyErr_CheckSignals() == 0) continue;
        const py::error_already_set raised;
        stop.request_stop();
        while (!is_done()) {
        }
        throw raised;
    }
    const Spoken spoken = answer.get();
    return {spoken.code, spoken.out, spoken.err};
}

ParameterSet parameters_of(const std::vector<std::string>& assignments) {
    ParameterSet set;
    for (const std::string& assignment : assignments) set_from_command_line(set, assignment);
    return set;
}

DcSolution solve_array(RowMajorMatrix conductance_siemens, RowMajorMatrix input_volt,
                       const std::vector<std::string>& assignments, Backend backend,
                       Detail detail) {
    const ArrayProblem problem = make_array({.conductance_siemens = std::move(conductance_siemens),
                                             .input_volt = std::move(input_volt)},
                                            parameters_of(assignments), "");
    return solve(problem, backend, detail);
}

RowMajorMatrix linear_map(RowMajorMatrix conductance_siemens,
                          const std::vector<std::string>& assignments) {
    const Eigen::Index rows = conductance_siemens.rows();
    const ArrayProblem problem = make_array({.conductance_siemens = std::move(conductance_siemens),
                                             .input_volt = RowMajorMatrix::Zero(1, rows)},
                                            parameters_of(assignments), "");
    return effective_conductance(problem);
}

template <class T>
py::array_t<T> array_of(const Hdf5Reader& file, const std::string& path) {
    const Dataset<T> data = file.read<T>(path);
    py::array_t<T> array(data.extents);
    std::copy(data.values.begin(), data.values.end(), array.mutable_data());
    return array;
}

/// A group as a dict of its members, a dataset as an array, texts as a list.
py::object read_object(const Hdf5Reader& file, const std::string& path) {
    if (!file.is_group(path)) {
        if (file.is_text(path)) return py::cast(file.read_texts(path));
        if (file.is_uint8(path)) return array_of<std::uint8_t>(file, path);
        return array_of<double>(file, path);
    }
    py::dict members;
    for (const std::string& name : file.names(path)) {
        members[py::str(name)] = read_object(file, (path == "/" ? path : path + '/') + name);
    }
    return members;
}

void declare_errors(py::module_& module) {
    // pybind11 tries the last one first.
    py::register_exception<InternalError>(module, "InternalError", PyExc_RuntimeError);
    py::register_exception<IoError>(module, "FileError", PyExc_OSError);
    py::register_exception<NumericalError>(module, "NumericalError", PyExc_ArithmeticError);
    py::register_exception<InputError>(module, "InputError", PyExc_ValueError);
}

}  // namespace
}  // namespace ohmgrid

PYBIND11_MODULE(_core, module) {
    using namespace ohmgrid;
    using without_lock = py::call_guard<py::gil_scoped_release>;
    declare_errors(module);
    module.attr("version") = std::string(version());
    py::enum_<Backend>(module, "Backend")
        .value("fast", Backend::fast)
        .value("reference", Backend::reference)
        .value("ngspice", Backend::ngspice);
    py::enum_<Detail>(module, "Detail")
        .value("currents", Detail::currents)
        .value("nodes", Detail::nodes);
    py::class_<NodeVoltages>(module, "NodeVoltages")
        .def_readonly("row_volt", &NodeVoltages::row_volt)
        .def_readonly("column_volt", &NodeVoltages::column_volt);
    py::class_<DcSolution>(module, "DcSolution")
        .def_readonly("column_current_ampere", &DcSolution::column_current_ampere)
        .def_readonly("nodes", &DcSolution::nodes)
        .def_readonly("residual", &DcSolution::residual)
        .def_readonly("iterations", &DcSolution::iterations);
    module.def("solve", &solve_array, without_lock());
    module.def("effective_conductance", &linear_map, without_lock());
    module.def("run_verb", &run_verb);
    module.def("read_results", [](const std::filesystem::path& path) {
        return read_object(Hdf5Reader(path), "/");
    });
}
