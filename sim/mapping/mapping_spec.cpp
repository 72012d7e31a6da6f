#include "sim/mapping/mapping_spec.hpp"

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

}  // namespace ohmgrid
