#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/app/data_folders.hpp"
#include "sim/app/device_file.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/units.hpp"
#include "sim/device/law_fit.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/parameter_file.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

std::string in_siemens(double g) { return fmt::format("\"{:.7g} S\"", g); }

/// What was measured: one row per level and time.
Table level_table(const MeasuredConductances& measured) {
    Table table{{"target_siemens", "time_second", "cells", "mean_siemens", "deviation_siemens",
                 "deviation_error_siemens"},
                {}};
    for (const MeasuredLevel& level : measured.levels) {
        for (std::size_t t = 0; t < measured.time_second.size(); ++t) {
            const std::size_t cells = level.samples_siemens[t].size();
            const double s = level.standard_deviation(t);
            table.rows.push_back({level.target_siemens, measured.time_second[t],
                                  static_cast<std::int64_t>(cells), level.mean(t), s,
                                  s / std::sqrt(2.0 * static_cast<double>(cells - 1))});
        }
    }
    return table;
}

std::string with_error(double value, double error) {
    return fmt::format("{:.4g} +- {:.2g}", value, error);
}

/// The laws tried for the programming error, best first.
Table law_table(const std::vector<SigmaFit>& fits) {
    Table table{{"programming error", "coefficients (siemens, powers of G/g_max)", "chi2/dof",
                 "largest miss %"},
                {}};
    for (const SigmaFit& f : fits) {
        std::string coefficients;
        for (std::size_t k = 0; k < f.fit.coefficients.size(); ++k) {
            coefficients +=
                (k == 0 ? "" : ", ") + with_error(f.fit.coefficients[k], f.fit.standard_errors[k]);
        }
        table.rows.push_back(
            {f.name, coefficients,
             fmt::format("{:.3g}/{}", f.fit.chi_square, f.fit.degrees_of_freedom()),
             fmt::format("{:.3g}", 100 * f.largest_miss)});
    }
    return table;
}

Table drift_table(const std::vector<DriftFit>& fits) {
    Table table{{"drift", "exponent, or siemens per e-fold", "spread", "chi2"}, {}};
    for (const DriftFit& f : fits) {
        std::string mean = with_error(f.exponent.coefficients[0], f.exponent.standard_errors[0]);
        if (f.exponent.coefficients.size() > 1) {
            mean += fmt::format(" + ({}) ln(G/g_max)", with_error(f.exponent.coefficients[1],
                                                                  f.exponent.standard_errors[1]));
        }
        table.rows.push_back(
            {f.name, mean, fmt::format("{:.3g}", f.spread), fmt::format("{:.4g}", f.chi_square)});
    }
    return table;
}

const SigmaFit& chosen(const std::vector<SigmaFit>& fits, const std::string& law) {
    if (fits.empty()) {
        throw NumericalError(Message{.place = "--law",
                                     .id = "DEV023",
                                     .what = "every law falls below zero at a measured level",
                                     .remedy = "Use the measurements themselves: --empirical"});
    }
    if (law == "best") return fits.front();
    const std::string name = law.size() == 11 && law.rfind("polynomial", 0) == 0
                                 ? "polynomial of degree " + law.substr(10)
                                 : law;
    for (const SigmaFit& f : fits) {
        if (f.name == name) return f;
    }
    throw InputError(Message{.place = "--law " + law,
                             .id = "DEV023",
                             .what = "the measured levels do not support this law",
                             .remedy = "Choose one of those that 'ohmgrid fit' lists"});
}

std::string programming_text(const SigmaFit& f, const std::string& source) {
    std::string text = "\n[programming]\n";
    if (f.law.kind == SigmaKind::polynomial) {
        text += fmt::format("law = \"polynomial\"  # source: {}\nreference = {}  # source: g_max\n",
                            source, in_siemens(f.law.reference_siemens));
        text += "polynomial = [";
        for (std::size_t k = 0; k < f.law.polynomial_siemens.size(); ++k) {
            text += (k == 0 ? "" : ", ") + in_siemens(f.law.polynomial_siemens[k]);
        }
        return text + fmt::format("]  # source: {}\n", source);
    }
    return text + fmt::format("law = \"{}\"  # source: {}\nsigma = {:.7g}  # source: {}\n", f.name,
                              source, f.law.sigma_ratio, source);
}

std::string drift_text(const std::vector<DriftFit>& fits, const std::string& source) {
    if (fits.empty()) return {};
    const DriftSpec& d = fits.front().drift;
    std::string text = fmt::format(
        "\n[drift]\nlaw = \"{}\"  # source: {}\nreference = \"{:g} s\"  # source: first time\n",
        fits.front().name, source, d.reference_second);
    if (d.kind == DriftKind::logarithmic) {
        return text + fmt::format(
                          "shift_per_e_fold = {}  # source: {}\nspread_per_e_fold = {}  "
                          "# source: {}\n",
                          in_siemens(d.shift_siemens), source, in_siemens(d.spread_slope_siemens),
                          source);
    }
    return text + fmt::format(
                      "[drift.exponent]\nconstant = {:.7g}  # source: {}\nlog_slope = "
                      "{:.7g}  # source: {}\n[drift.exponent_spread]\nconstant = {:.7g}  "
                      "# source: {}\n",
                      d.exponent.constant, source, d.exponent.log_slope, source,
                      d.exponent_spread.constant, source);
}

/// The device file: everything not measured comes from `base`.
std::string device_text(const Arguments& arguments, const MeasuredConductances& measured,
                        const std::vector<SigmaFit>& laws, const std::vector<DriftFit>& drifts) {
    const std::filesystem::path file = arguments.files().front();
    const bool empirical = arguments.has("empirical");
    const std::string source =
        fmt::format("{} {}", empirical ? "measured," : "fitted to", file.filename().string());
    std::string text = fmt::format(
        "schema = \"ohmgrid.device/1\"\n# Made by 'ohmgrid fit' from {} (SHA-256 {}).\nbase = "
        "\"{}\"\nname = \"{}\"\n\n[states]\ng_min = {}  # source: lowest target measured\ng_max = "
        "{} "
        " # source: highest target measured\n",
        file.filename().string(), sha256(read_file(file)), arguments.text("base"),
        "cells of " + file.stem().string(), in_siemens(measured.levels.front().target_siemens),
        in_siemens(measured.levels.back().target_siemens));
    if (empirical) {
        return text + fmt::format(
                          "\n[programming]\nlaw = \"none\"\n[drift]\nlaw = \"none\"\n"
                          "[measured]\nfile = \"{}\"  # source: {}\n",
                          std::filesystem::absolute(file).lexically_normal().string(), source);
    }
    return text + programming_text(chosen(laws, arguments.text("law")), source) +
           drift_text(drifts, source);
}

nlohmann::json as_json(const MeasuredConductances& measured, const std::vector<SigmaFit>& laws,
                       const std::vector<DriftFit>& drifts) {
    nlohmann::json out;
    out["levels"] = nlohmann::json::parse(to_json(level_table(measured)));
    for (const SigmaFit& f : laws) {
        out["programming"].push_back({{"law", f.name},
                                      {"coefficients_siemens", f.fit.coefficients},
                                      {"standard_errors_siemens", f.fit.standard_errors},
                                      {"chi_square", f.fit.chi_square},
                                      {"degrees_of_freedom", f.fit.degrees_of_freedom()},
                                      {"largest_miss", f.largest_miss}});
    }
    for (const DriftFit& f : drifts) {
        out["drift"].push_back({{"law", f.name},
                                {"coefficients", f.exponent.coefficients},
                                {"standard_errors", f.exponent.standard_errors},
                                {"spread", f.spread},
                                {"chi_square", f.chi_square}});
    }
    return out;
}

ExitCode fit(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    (void)arguments.choice(
        "law", {"best", "constant", "proportional", "polynomial1", "polynomial2", "polynomial3"});
    const MeasuredConductances measured = read_measured(arguments.files().front());
    if (measured.levels.size() < 2) {
        throw InputError(Message{.place = arguments.files().front(),
                                 .id = "DEV024",
                                 .what = "only one level was measured",
                                 .remedy = "A device needs at least its lowest and highest level"});
    }
    const std::vector<SigmaFit> laws = fit_programming_error(measured);
    const std::vector<DriftFit> drifts = fit_drift(measured);
    if (format == Format::json) {
        console.out << as_json(measured, laws, drifts).dump(2) << '\n';
    } else {
        print_table(level_table(measured), format, console);
    }
    if (format == Format::table) {
        console.out << '\n';
        print_table(law_table(laws), format, console);
        if (!drifts.empty()) {
            console.out << '\n';
            print_table(drift_table(drifts), format, console);
        }
    }
    if (arguments.has("out")) {
        write_file(arguments.text("out"), device_text(arguments, measured, laws, drifts));
        console.err << "wrote " << arguments.text("out") << '\n';
    }
    return ExitCode::done;
}

}  // namespace

Verb fit_verb() {
    return {.name = "fit",
            .sentence =
                "Make a device file from measured conductances: fitted laws with their "
                "errors, or the measurements themselves.",
            .example = "ohmgrid fit docs/examples/measured_cells.csv",
            .files = "MEASURED.csv",
            .files_least = 1,
            .files_most = 1,
            .options = {{"law", "LAW",
                         "programming error: best, constant, proportional, polynomial1 .. "
                         "polynomial3",
                         "best"},
                        {"empirical", "", "draw from the measured cells instead of from a law"},
                        {"base", "DEVICE.toml", "where everything not measured comes from",
                         "reram/hfox-1t1r.toml"},
                        option::out(""),
                        option::format()},
            .action = fit};
}

}  // namespace ohmgrid
