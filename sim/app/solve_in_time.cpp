#include <fmt/format.h>

#include <algorithm>

#include "sim/app/array_answer.hpp"
#include "sim/app/array_arguments.hpp"
#include "sim/circuit/ngspice.hpp"
#include "sim/circuit/settling.hpp"
#include "sim/core/error.hpp"
#include "sim/core/units.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

NewtonOptions newton_of(const Arguments& arguments) {
    return {.linear = backend_of(arguments) == Backend::reference ? LinearMethod::reference
                                                                  : LinearMethod::line};
}

void refuse_differing_phases(const ArrayProblem& problem) {
    if (!phases_differ(problem.sharing, problem.crossbar.columns())) return;
    throw InputError({.place = {},
                      .id = "CIR026",
                      .what = "unselected columns float, so every phase is another circuit",
                      .remedy = "Choose one phase, as in --phase 0"});
}

/// --lsb, or the largest final column current over 2^--adc-bits.
double lsb_of(const Arguments& arguments, double full_ampere) {
    if (arguments.has("lsb")) return arguments.quantity("lsb", dimension::current);
    constexpr std::int64_t most_bits = 24;
    return full_ampere /
           static_cast<double>(std::int64_t{1} << arguments.count("adc-bits", 1, most_bits));
}

double share_of(const Arguments& arguments) {
    return arguments.quantity("within", dimension::ratio);
}

std::string settling_summary(const std::vector<Settling>& all, double lsb_ampere, double share) {
    const auto slowest =
        std::max_element(all.begin(), all.end(),
                         [](const Settling& a, const Settling& b) { return a.second < b.second; });
    Index column = 0;
    slowest->column_second.maxCoeff(&column);
    return fmt::format(
        "all column currents are within {:.3g} of an LSB of {} after {} (vector {}, column {})\n"
        "slowest time constant {}; a single pole of it would need {}\n",
        share, format_quantity(lsb_ampere, dimension::current),
        format_quantity(slowest->second, dimension::time), slowest - all.begin(), column,
        format_quantity(slowest->time_constant_second, dimension::time),
        format_quantity(slowest->single_pole_second, dimension::time));
}

Table settling_table(const std::vector<Settling>& all) {
    Table table{{"vector", "column", "current_ampere", "settling_second"}, {}};
    for (std::size_t v = 0; v < all.size(); ++v) {
        for (Index j = 0; j < all[v].column_second.size(); ++j) {
            table.rows.push_back({static_cast<std::int64_t>(v), std::int64_t{j},
                                  all[v].column_current_ampere(j), all[v].column_second(j)});
        }
    }
    return table;
}

void store_settling(const std::vector<Settling>& all, double band_ampere, Hdf5Writer& file) {
    const Index columns = all.front().column_second.size();
    Dataset<double> second{{std::ssize(all), columns}, {}};
    Dataset<double> current = second;
    Dataset<double> tau{{std::ssize(all)}, {}};
    for (const Settling& one : all) {
        second.values.insert(second.values.end(), one.column_second.begin(),
                             one.column_second.end());
        current.values.insert(current.values.end(), one.column_current_ampere.begin(),
                              one.column_current_ampere.end());
        tau.values.push_back(one.time_constant_second);
    }
    file.write("/column_current_ampere", current, "ampere", "current out of each column at rest");
    file.write("/settling_second", second, "second",
               "last time at which a column current is outside its band");
    file.write("/time_constant_second", tau, "second", "slowest time constant, per input vector");
    file.attribute("/", "settling_band_ampere", band_ampere);
}

/// One run of a waveform, and ngspice's answer to it where it was asked for.
struct Course {
    Transient ours;
    RowMajorMatrix ngspice_ampere = {};  ///< at our times
};

/// `spice` at the times of `second`, linearly between its own.
RowMajorMatrix sampled(const SpiceTransient& spice, const std::vector<double>& second) {
    RowMajorMatrix out(std::ssize(second), spice.column_current_ampere.cols());
    const std::vector<double>& known = spice.second;
    for (std::size_t k = 0; k < second.size(); ++k) {
        const auto above = std::lower_bound(known.begin() + 1, known.end() - 1, second[k]);
        const Index at = above - known.begin();
        const double span = *above - *(above - 1);
        const double share = span > 0 ? std::clamp((second[k] - *(above - 1)) / span, 0.0, 1.0) : 1;
        out.row(static_cast<Index>(k)) = (1 - share) * spice.column_current_ampere.row(at - 1) +
                                         share * spice.column_current_ampere.row(at);
    }
    return out;
}

Course course_of(const ArrayProblem& problem, const Arguments& arguments, Console& console) {
    constexpr std::int64_t most_points = 1'000'000;
    const double stop_second = stop_of(arguments, problem);
    const std::int64_t points = arguments.count("points", 2, most_points);
    const Eigen::VectorXd input_volt = problem.input_volt.row(0).transpose();
    TransientOptions options{.stop_second = stop_second, .newton = newton_of(arguments)};
    for (std::int64_t k = 0; k < points; ++k) {
        options.output_second.push_back(stop_second * static_cast<double>(k) /
                                        static_cast<double>(points - 1));
    }
    Course course{.ours = solve_transient(problem.crossbar, problem.law, problem.capacitance,
                                          input_volt, waveform_of(arguments), options)};
    if (backend_of(arguments) == Backend::ngspice) {
        constexpr double least_steps = 2000;
        const double steps = std::max(least_steps, static_cast<double>(points));
        course.ngspice_ampere =
            sampled(solve_transient_with_ngspice(problem.crossbar, problem.law, input_volt,
                                                 {.capacitance = problem.capacitance,
                                                  .waveform = waveform_of(arguments),
                                                  .stop_second = stop_second,
                                                  .step_second = stop_second / steps},
                                                 {.stop = console.stop}),
                    course.ours.second);
    }
    return course;
}

Table course_table(const Course& course) {
    Table table{{"second"}, {}};
    const RowMajorMatrix& current = course.ours.column_current_ampere;
    const RowMajorMatrix& other = course.ngspice_ampere;
    for (Index j = 0; j < current.cols(); ++j) {
        table.columns.push_back(fmt::format("column_{}_ampere", j));
    }
    for (Index j = 0; j < other.cols(); ++j) {
        table.columns.push_back(fmt::format("ngspice_column_{}_ampere", j));
    }
    for (Index k = 0; k < current.rows(); ++k) {
        auto& row = table.rows.emplace_back();
        row.emplace_back(course.ours.second[static_cast<std::size_t>(k)]);
        for (const double ampere : current.row(k)) row.emplace_back(ampere);
        if (other.size() == 0) continue;
        for (const double ampere : other.row(k)) row.emplace_back(ampere);
    }
    return table;
}

void store_course(const Course& course, Hdf5Writer& file) {
    const std::vector<double>& second = course.ours.second;
    const auto write = [&](const std::string& name, const RowMajorMatrix& ampere,
                           const std::string& what) {
        file.write<double>(
            name, {{ampere.rows(), ampere.cols()}, {ampere.data(), ampere.data() + ampere.size()}},
            "ampere", what);
    };
    file.write<double>("/transient/second", {{std::ssize(second)}, second}, "second", "times");
    write("/transient/column_current_ampere", course.ours.column_current_ampere,
          "current out of each column, one row per time");
    if (course.ngspice_ampere.size() > 0) {
        write("/transient/ngspice_column_current_ampere", course.ngspice_ampere,
              "the same from ngspice");
    }
}

}  // namespace

ArrayAnswer settling_answer(const ArrayProblem& problem, const Arguments& arguments) {
    refuse_differing_phases(problem);
    if (backend_of(arguments) == Backend::ngspice) {
        throw InputError({.place = "--backend ngspice",
                          .id = "CIR028",
                          .what = "ngspice does not search for settling times",
                          .remedy = "Compare the currents over time with --transient"});
    }
    const double full_ampere =
        solve(problem, backend_of(arguments)).column_current_ampere.cwiseAbs().maxCoeff();
    const double lsb_ampere = lsb_of(arguments, full_ampere);
    const double share = share_of(arguments);
    std::vector<Settling> all;
    for (Index v = 0; v < problem.input_volt.rows(); ++v) {
        all.push_back(settling_time(problem.crossbar, problem.law, problem.capacitance,
                                    problem.input_volt.row(v).transpose(), share * lsb_ampere,
                                    newton_of(arguments)));
    }
    return {.summary = settling_summary(all, lsb_ampere, share),
            .table = settling_table(all),
            .store = [=](Hdf5Writer& file) { store_settling(all, share * lsb_ampere, file); }};
}

ArrayAnswer transient_answer(const ArrayProblem& problem, const Arguments& arguments,
                             Console& console) {
    refuse_differing_phases(problem);
    const Course course = course_of(problem, arguments, console);
    std::string summary =
        fmt::format("input vector {}, {} time steps up to {}\n",
                    arguments.has("vector") ? arguments.text("vector") : "0", course.ours.steps,
                    format_quantity(course.ours.second.back(), dimension::time));
    if (course.ngspice_ampere.size() > 0) {
        summary += fmt::format(
            "largest deviation from ngspice at any time: {:.2e} of the largest column current\n",
            deviation(course.ours.column_current_ampere, course.ngspice_ampere));
    }
    return {.summary = summary, .table = course_table(course), .store = [=](Hdf5Writer& file) {
                store_course(course, file);
            }};
}

}  // namespace ohmgrid
