#include "sim/circuit/cell_law_spec.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "sim/io/hdf5.hpp"

namespace ohmgrid {
namespace {

enum class Form { text, number, volt, ampere };

/// How an attribute of an array file is written in a parameter file.
struct AttributeKey {
    std::string_view attribute;
    std::string_view key;
    Form form = Form::number;
};
constexpr std::array<AttributeKey, 11> attribute_keys{{
    {"cell_law", "device.law.kind", Form::text},
    {"sinh_b_per_volt", "device.law.sinh_b_per_volt"},
    {"cubic_k2_per_volt", "device.law.cubic_k2_per_volt"},
    {"cubic_k3_per_volt2", "device.law.cubic_k3_per_volt2"},
    {"cell_table", "device.law.table", Form::text},
    {"threshold_volt", "device.law.transistor.threshold", Form::volt},
    {"alpha", "device.law.transistor.alpha"},
    {"drive_ampere", "device.law.transistor.drive", Form::ampere},
    {"saturation_volt", "device.law.transistor.saturation", Form::volt},
    {"modulation_per_volt", "device.law.transistor.modulation_per_volt"},
    {"gate_volt", "device.law.transistor.gate", Form::volt},
}};

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

CubicLaw cubic_law(const CellLawSpec& spec, const RowMajorMatrix& conductance_siemens) {
    CubicLaw law{{}, {}};
    for (const double g : conductance_siemens.reshaped<Eigen::RowMajor>()) {
        law.c2_siemens_per_volt.push_back(g * spec.cubic_k2_per_volt);
        law.c3_siemens_per_volt2.push_back(g * spec.cubic_k3_per_volt2);
    }
    return law;
}

/// An attribute as a parameter file would give it, if it is there.
std::optional<ParamValue> written(const Hdf5Reader& file, const AttributeKey& a) {
    const std::string name(a.attribute);
    if (a.form == Form::text) {
        const auto text = file.text_attribute("/", name);
        return text ? std::optional<ParamValue>(*text) : std::nullopt;
    }
    const auto number = file.number_attribute("/", name);
    if (!number) return std::nullopt;
    if (a.form == Form::number) return *number;
    return fmt::format("{} {}", *number, a.form == Form::volt ? "V" : "A");
}

ParameterSet attributes_of(const Hdf5Reader& file, const std::string& path) {
    ParameterSet set;
    for (const AttributeKey& a : attribute_keys) {
        if (auto value = written(file, a)) {
            set.set(std::string(a.key),
                    {std::move(*value), Place{fmt::format("{}:{}", path, a.attribute)}});
        }
    }
    return set;
}

bool is_csv(const std::filesystem::path& path) { return path.extension() == ".csv"; }

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

CellLaw read_cell_law(const std::filesystem::path& array_file, const Crossbar& crossbar) {
    if (is_csv(array_file)) return LinearLaw{};
    const Hdf5Reader file(array_file);
    Complaints complaints;
    const CellLawSpec spec =
        cell_law_parameters().read(attributes_of(file, array_file.string()), complaints);
    complaints.throw_if_any();
    CellLaw law = make_cell_law(spec, crossbar.conductance_siemens, array_file.parent_path());
    auto* gated = std::get_if<TransistorLaw>(&law);
    if (gated != nullptr && file.has("/gate_volt")) {
        gated->gate_volt = file.read<double>("/gate_volt").values;
    }
    return law;
}

ArrayCapacitance read_capacitance(const std::filesystem::path& array_file) {
    if (is_csv(array_file)) return {};
    const Hdf5Reader file(array_file);
    const auto farad = [&](const char* name) {
        return file.number_attribute("/", name).value_or(0.0);
    };
    return {.row_wire_farad = farad("row_wire_farad"),
            .column_wire_farad = farad("column_wire_farad"),
            .cell_farad = farad("cell_farad")};
}

}  // namespace ohmgrid
