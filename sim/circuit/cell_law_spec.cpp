#include "sim/circuit/cell_law_spec.hpp"

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

std::vector<ParamRow<CellLawSpec>> law_rows() {
    return {
        param::choice("law.kind", &CellLawSpec::kind,
                      {{"linear", CellLawKind::linear},
                       {"sinh", CellLawKind::sinh},
                       {"cubic", CellLawKind::cubic},
                       {"table", CellLawKind::table},
                       {"1t1r", CellLawKind::transistor}},
                      {.fallback = "linear", .doc = "how a cell's current follows its voltage"}),
        param::number("law.sinh_b_per_volt", &CellLawSpec::sinh_b_per_volt,
                      {.fallback = "0",
                       .low = 0,
                       .high = 1000,
                       .doc = "sinh law: b of I = (g / b) sinh(b V), in 1/V"}),
        param::number("law.cubic_k2_per_volt", &CellLawSpec::cubic_k2_per_volt,
                      {.fallback = "0",
                       .low = -1000,
                       .high = 1000,
                       .doc = "cubic law: k2 of I = g (V + k2 V^2 + k3 V^3), in 1/V"}),
        param::number("law.cubic_k3_per_volt2", &CellLawSpec::cubic_k3_per_volt2,
                      {.fallback = "0",
                       .low = -1000,
                       .high = 1000,
                       .doc = "cubic law: k3 of I = g (V + k2 V^2 + k3 V^3), in 1/V^2"}),
        param::numbers("law.cubic_c2_of_log10_g", &CellLawSpec::cubic_c2_of_log10_g,
                       {.fallback = "",
                        .doc = "cubic law: coefficient of V^2 in A/V^2, to be added to g k2, as a "
                               "polynomial of log10(g / S), constant first"}),
        param::numbers("law.cubic_c3_of_log10_g", &CellLawSpec::cubic_c3_of_log10_g,
                       {.fallback = "", .doc = "cubic law: the same for V^3 in A/V^3"}),
        param::text("law.table", &CellLawSpec::table,
                    {.fallback = "", .doc = "table law: path of the I-V table (CSV)"}),
    };
}

std::vector<ParamRow<CellLawSpec>> transistor_rows() {
    return {
        param::quantity("law.transistor.threshold", &CellLawSpec::threshold_volt,
                        dimension::voltage,
                        {.fallback = "0.4 V",
                         .low = -5,
                         .high = 5,
                         .doc = "1T1R: threshold voltage of the access transistor",
                         .source = "assumed"}),
        param::number("law.transistor.alpha", &CellLawSpec::alpha,
                      {.fallback = "2",
                       .low = 1.0001,
                       .high = 2,
                       .doc = "1T1R: velocity saturation index; 2 is the square law"}),
        param::quantity("law.transistor.drive", &CellLawSpec::drive_ampere, dimension::current,
                        {.fallback = "400 uA",
                         .low = 1e-12,
                         .high = 1,
                         .doc = "1T1R: saturation current at 1 V of overdrive",
                         .source = "assumed"}),
        param::quantity("law.transistor.saturation", &CellLawSpec::saturation_volt,
                        dimension::voltage,
                        {.fallback = "1 V",
                         .low = 1e-3,
                         .high = 10,
                         .doc = "1T1R: drain voltage where it saturates at 1 V of overdrive"}),
        param::number("law.transistor.modulation_per_volt", &CellLawSpec::modulation_per_volt,
                      {.fallback = "0",
                       .low = 0,
                       .high = 10,
                       .doc = "1T1R: channel length modulation, in 1/V"}),
        param::quantity("law.transistor.gate", &CellLawSpec::gate_volt, dimension::voltage,
                        {.fallback = "1.2 V",
                         .low = -10,
                         .high = 10,
                         .doc = "1T1R: select voltage on the gates of a selected row",
                         .source = "assumed"}),
    };
}

/// A polynomial of log10(g); open cells have none.
double of_log10(const std::vector<double>& coefficients, double g_siemens) {
    double sum = 0;
    if (coefficients.empty() || g_siemens <= 0) return sum;
    const double x = std::log10(g_siemens);
    for (std::size_t k = coefficients.size(); k-- > 0;) sum = sum * x + coefficients[k];
    return sum;
}

CubicLaw cubic_law(const CellLawSpec& spec, const RowMajorMatrix& conductance_siemens) {
    CubicLaw law{{}, {}};
    for (const double g : conductance_siemens.reshaped<Eigen::RowMajor>()) {
        law.c2_siemens_per_volt.push_back(g * spec.cubic_k2_per_volt +
                                          of_log10(spec.cubic_c2_of_log10_g, g));
        law.c3_siemens_per_volt2.push_back(g * spec.cubic_k3_per_volt2 +
                                           of_log10(spec.cubic_c3_of_log10_g, g));
    }
    return law;
}

}  // namespace

const ParamTable<CellLawSpec>& cell_law_parameters() {
    static const ParamTable<CellLawSpec> table = [] {
        std::vector<ParamRow<CellLawSpec>> rows = law_rows();
        for (ParamRow<CellLawSpec>& row : transistor_rows()) rows.push_back(std::move(row));
        return ParamTable<CellLawSpec>{"device", std::move(rows)};
    }();
    return table;
}

CellLaw make_cell_law(const CellLawSpec& spec, const RowMajorMatrix& conductance_siemens,
                      const std::filesystem::path& folder) {
    switch (spec.kind) {
        case CellLawKind::linear:
            return LinearLaw{};
        case CellLawKind::sinh:
            return SinhLaw{spec.sinh_b_per_volt};
        case CellLawKind::cubic:
            return cubic_law(spec, conductance_siemens);
        case CellLawKind::table: {
            if (spec.table.empty()) {
                throw InputError({.place = "device.law.table",
                                  .id = "CIR108",
                                  .what = "tabulated cells need a table, and none is named",
                                  .remedy = "Name the CSV file of an I-V table"});
            }
            const std::filesystem::path path = folder / spec.table;
            return TabulatedLaw{IvInterpolant(read_iv_table(path), path.string())};
        }
        case CellLawKind::transistor:
            return TransistorLaw{.transistor = {.threshold_volt = spec.threshold_volt,
                                                .alpha = spec.alpha,
                                                .drive_ampere = spec.drive_ampere,
                                                .saturation_volt = spec.saturation_volt,
                                                .modulation_per_volt = spec.modulation_per_volt},
                                 .gate_volt = {spec.gate_volt}};
    }
    return LinearLaw{};
}

}  // namespace ohmgrid
