#include "sim/mapping/mapping_spec.hpp"

#include <string>

#include "sim/core/complain.hpp"

namespace ohmgrid {

const ParamTable<MappingSpec>& mapping_parameters() {
    static const ParamTable<MappingSpec> table{
        "mapping",
        {
            param::count("weight_bits", &MappingSpec::weight_bits,
                         {.fallback = "8",
                          .low = 2,
                          .high = 16,
                          .doc = "bits of a weight including its sign; differential pairs store "
                                 "one bit less"}),
            param::count("input_bits", &MappingSpec::input_bits,
                         {.fallback = "8",
                          .low = 1,
                          .high = 16,
                          .doc = "bits of an input; bit-serial reads take as many steps"}),
            param::choice("encoding", &MappingSpec::encoding,
                          {{"bit-serial", InputEncoding::bit_serial},
                           {"multi-level", InputEncoding::multi_level}},
                          {.fallback = "bit-serial", .doc = "how an input is put on a word line"}),
            param::choice("signed", &MappingSpec::signed_weights,
                          {{"differential", SignedWeights::differential},
                           {"offset", SignedWeights::offset},
                           {"reference-column", SignedWeights::reference_column}},
                          {.fallback = "differential", .doc = "how negative weights are stored"}),
            param::choice(
                "pair", &MappingSpec::pair,
                {{"one-sided", PairCells::one_sided}, {"two-sided", PairCells::two_sided}},
                {.fallback = "one-sided",
                 .doc = "cells of a differential pair: one holds the magnitude, or both "
                        "move from the middle"}),
            param::choice(
                "subtraction", &MappingSpec::subtraction,
                {{"analog", Subtraction::analog}, {"digital", Subtraction::digital}},
                {.fallback = "analog",
                 .doc = "differential pairs: currents before the converter, or codes after it"}),
            param::choice(
                "conversion", &MappingSpec::conversion,
                {{"every-step", Conversion::every_step}, {"accumulated", Conversion::accumulated}},
                {.fallback = "every-step",
                 .doc = "bit-serial inputs: convert every step, or once after analog "
                        "accumulation"}),
            param::count("step_bits", &MappingSpec::step_bits,
                         {.fallback = "1",
                          .low = 1,
                          .high = 8,
                          .doc = "bit-serial inputs: bits per step (1, 2, 4 or 8)"}),
            param::choice("signed_inputs", &MappingSpec::signed_inputs,
                          {{"twos-complement", SignedInputs::twos_complement},
                           {"sign-magnitude", SignedInputs::sign_magnitude}},
                          {.fallback = "twos-complement", .doc = "how negative inputs are fed"}),
            param::choice("row_parts", &MappingSpec::row_parts,
                          {{"equal", RowParts::equal},
                           {"rounded", RowParts::rounded},
                           {"full", RowParts::full}},
                          {.fallback = "equal",
                           .doc = "how the rows of a layer are cut: equal parts, parts of the "
                                  "rounded mean size, or full arrays and a rest"}),
            param::choice(
                "slice_columns", &MappingSpec::slice_columns,
                {{"adjacent", SliceColumns::adjacent}, {"separate", SliceColumns::separate}},
                {.fallback = "adjacent",
                 .doc =
                     "slices of a weight in neighbouring columns, or each in arrays of its own"}),
            param::choice("column_gain", &MappingSpec::column_gain,
                          {{"none", ColumnGain::none}, {"ir-drop", ColumnGain::ir_drop}},
                          {.fallback = "none",
                           .doc = "digital factor per column for the mean loss in its wires, "
                                  "known from the design"}),
            param::choice(
                "row_order", &MappingSpec::row_order,
                {{"given", RowOrder::given}, {"by-magnitude", RowOrder::by_magnitude}},
                {.fallback = "given",
                 .doc = "rows of an array as the layer has them, or those with large weights next "
                        "to the sense ends"}),
            param::choice("drift_scale", &MappingSpec::drift_scale,
                          {{"none", DriftScale::none}, {"per-array", DriftScale::per_array}},
                          {.fallback = "none",
                           .doc = "digital factor per array for what its cells have lost on "
                                  "average since they were written"}),
            param::flag("per_channel_scale", &MappingSpec::per_channel_scale,
                        {.fallback = "false",
                         .doc = "one weight scale per output channel instead of one per layer"}),
            param::number("weight_percentile", &MappingSpec::weight_percentile,
                          {.fallback = "100 %",
                           .low = 0.5,
                           .high = 1,
                           .doc = "share of the weights' magnitudes inside the weight range"}),
            param::number("input_percentile", &MappingSpec::input_percentile,
                          {.fallback = "100 %",
                           .low = 0.5,
                           .high = 1,
                           .doc = "share of the calibration inputs inside the input range"}),
            param::choice("input_range", &MappingSpec::input_range,
                          {{"calibrated", InputRange::calibrated}, {"fixed", InputRange::fixed}},
                          {.fallback = "calibrated",
                           .doc = "range of a layer's inputs: seen on calibration images, or "
                                  "`input_low` .. `input_high`"}),
            param::number("input_low", &MappingSpec::input_low,
                          {.fallback = "0",
                           .low = -1e6,
                           .high = 0,
                           .doc = "lowest input of a fixed range; 0 where no input is negative"}),
            param::number("input_high", &MappingSpec::input_high,
                          {.fallback = "1",
                           .low = 1e-6,
                           .high = 1e6,
                           .doc = "highest input of a fixed range"}),
            param::count("replication", &MappingSpec::replication,
                         {.fallback = "1",
                          .low = 1,
                          .high = 65536,
                          .doc = "copies of a layer's weights that work in parallel"}),
            param::choice(
                "copies", &MappingSpec::copies,
                {{"given", CopyRule::given}, {"fill-tiles", CopyRule::fill_tiles}},
                {.fallback = "given",
                 .doc = "'given' makes `replication` copies; 'fill-tiles' makes as many more as "
                        "fit into the tiles these occupy anyway"}),
        }};
    return table;
}

void check(const MappingSpec& mapping, int cell_bits, const ParameterSet& set,
           Complaints& complaints) {
    if (mapping.step_bits != 1 && mapping.step_bits != 2 && mapping.step_bits != 4 &&
        mapping.step_bits != 8) {
        complain(set, complaints, {"mapping.step_bits"},
                 {.id = "MAP002",
                  .what = "mapping.step_bits is " + std::to_string(mapping.step_bits),
                  .remedy = "Use 1, 2, 4 or 8 input bits per step"});
    }
    if (mapping.pair == PairCells::two_sided &&
        (mapping.signed_weights != SignedWeights::differential || mapping.slices(cell_bits) != 1)) {
        complain(
            set, complaints, {"mapping.pair"},
            {.id = "MAP003",
             .what =
                 "two-sided pairs hold whole weights: mapping.signed must be \"differential\" and "
                 "a weight must fit one cell",
             .remedy = "Set array.cell_bits to at least mapping.weight_bits - 1, or use one-sided "
                       "pairs"});
    }
}

}  // namespace ohmgrid
