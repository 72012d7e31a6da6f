#include "sim/circuit/array_capacitance.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/error.hpp"

namespace ohmgrid {

void ArrayCapacitance::check() const {
    Complaints complaints;
    const auto expect = [&complaints](double farad, const char* name) {
        if (farad >= 0 && std::isfinite(farad)) return;
        complaints.add({.place = {},
                        .id = "CIR130",
                        .what = fmt::format("the capacitance of {} is {} F", name, farad),
                        .remedy = "Give a finite value of 0 F or more"});
    };
    expect(row_wire_farad, "a word-line segment");
    expect(column_wire_farad, "a bit-line segment");
    expect(cell_farad, "a cell");
    complaints.throw_if_any();
}

const ParamTable<ArrayCapacitance>& capacitance_parameters() {
    const auto row = [](const char* key, double ArrayCapacitance::*member, const char* doc) {
        return param::quantity(key, member, dimension::capacitance,
                               {.fallback = "0 F", .low = 0, .high = 1, .doc = doc});
    };
    static const ParamTable<ArrayCapacitance> table{
        "array",
        {
            row("row_wire_capacitance", &ArrayCapacitance::row_wire_farad,
                "word line to ground, per cell pitch"),
            row("column_wire_capacitance", &ArrayCapacitance::column_wire_farad,
                "bit line to ground, per cell pitch"),
            row("cell_capacitance", &ArrayCapacitance::cell_farad,
                "between word and bit line, every cell"),
        }};
    return table;
}

}  // namespace ohmgrid
