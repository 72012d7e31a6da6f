#include "sim/circuit/array_spec.hpp"

#include <string>

#include "sim/core/complain.hpp"

namespace ohmgrid {

const ParamTable<ArraySpec>& array_parameters() {
    static const ParamTable<ArraySpec> table{
        "array",
        {
            param::count(
                "rows", &ArraySpec::rows,
                {.fallback = "128", .low = 1, .high = 16384, .doc = "word lines of one array"}),
            param::count(
                "columns", &ArraySpec::columns,
                {.fallback = "128", .low = 1, .high = 16384, .doc = "bit lines of one array"}),
            param::count("cell_bits", &ArraySpec::cell_bits,
                         {.fallback = "1",
                          .low = 1,
                          .high = 8,
                          .doc = "bits stored in one cell: 2^cell_bits conductance levels"}),
            param::quantity("row_wire", &ArraySpec::row_wire_ohm, dimension::resistance,
                            {.fallback = "0 ohm",
                             .low = 0,
                             .high = 1e9,
                             .doc = "word-line wire per cell pitch; 0 is an ideal wire"}),
            param::quantity("column_wire", &ArraySpec::column_wire_ohm, dimension::resistance,
                            {.fallback = "0 ohm",
                             .low = 0,
                             .high = 1e9,
                             .doc = "bit-line wire per cell pitch; 0 is an ideal wire"}),
            param::quantity("driver", &ArraySpec::driver_ohm, dimension::resistance,
                            {.fallback = "0 ohm",
                             .low = 0,
                             .high = 1e9,
                             .doc = "output resistance of a word-line driver"}),
            param::quantity("sense", &ArraySpec::sense_ohm, dimension::resistance,
                            {.fallback = "0 ohm",
                             .low = 0,
                             .high = 1e9,
                             .doc = "resistance between a bit line and the virtual ground"}),
            param::choice(
                "drive", &ArraySpec::drive,
                {{"left", DriveEnds::left}, {"right", DriveEnds::right}, {"both", DriveEnds::both}},
                {.fallback = "left", .doc = "driven ends of the word lines"}),
            param::choice(
                "sense_end", &ArraySpec::sense,
                {{"bottom", SenseEnds::bottom}, {"top", SenseEnds::top}, {"both", SenseEnds::both}},
                {.fallback = "bottom", .doc = "sensed ends of the bit lines"}),
            param::count("column_sharing", &ArraySpec::column_sharing,
                         {.fallback = "8",
                          .low = 1,
                          .high = 16384,
                          .doc = "columns that share one ADC; a read takes as many phases"}),
            param::choice(
                "shared_columns", &ArraySpec::shared_columns,
                {{"adjacent", SharedColumns::adjacent}, {"strided", SharedColumns::strided}},
                {.fallback = "adjacent", .doc = "which columns share an ADC"}),
            param::choice("unselected", &ArraySpec::unselected,
                          {{"clamped", UnselectedColumns::clamped},
                           {"floating", UnselectedColumns::floating}},
                          {.fallback = "clamped",
                           .doc = "columns not being converted: held at the virtual ground or "
                                  "left floating"}),
            param::choice("cells", &ArraySpec::cells,
                          {{"linear", CellReads::linear},
                           {"linearised", CellReads::linearised},
                           {"newton", CellReads::newton}},
                          {.fallback = "linear",
                           .doc = "how networks read cells that follow [device.law]: by Ohm's law, "
                                  "as the nearest linear array, or solving every read (slow)"}),
        }};
    return table;
}

void check(const ArraySpec& array, const ParameterSet& set, Complaints& complaints) {
    if (array.column_sharing <= array.columns) return;
    complain(set, complaints, {"array.column_sharing"},
             {.id = "ARR001",
              .what = "array.column_sharing: " + std::to_string(array.column_sharing) +
                      " columns share a converter, but an array has only " +
                      std::to_string(array.columns),
              .remedy = "Use at most array.columns; a number that does not divide it leaves the "
                        "last converter with fewer columns"});
}

}  // namespace ohmgrid
