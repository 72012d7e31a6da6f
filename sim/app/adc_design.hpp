#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sim/converter/multiplexer.hpp"
#include "sim/cost/array_unit.hpp"
#include "sim/device/device_model.hpp"

namespace ohmgrid {

/// One converter design with the array it serves, from an ADC file or a run file.
struct AdcDesign {
    AdcSpec adc;
    AdcCostSpec cost;
    ArraySpec array;
    MultiplexerSpec multiplexer;
    Technology technology;
    DeviceModel device;
};

/// The values such designs are read from.
struct AdcFile {
    ParameterSet values;
    std::vector<ParamInfo> known;
    std::map<std::string, std::string> sha256_of;
};

/// An ADC file (schema ohmgrid.adc/1) in the surroundings of `technology` and `device`, which are
/// file names; or a run file, of which everything but the network counts. `assignments` are those
/// of --set; keys may be given by their last word.
/// @throws InputError, IoError
AdcFile read_adc_file(const std::filesystem::path& path, const std::string& technology,
                      const std::string& device, const std::vector<std::string>& assignments);

/// "bits=6" -> "adc.bits=6".
std::string with_full_key(const std::string& assignment, const std::vector<ParamInfo>& known);

/// The design with further `assignments` on top.
/// @throws InputError with everything that is wrong; ADC007 for a converter without codes to
/// characterise
AdcDesign design_of(const AdcFile& file, const std::vector<std::string>& assignments);

/// What one read of one array asks of its converters.
struct AdcCosts {
    std::int64_t converters = 0;    ///< per array
    std::int64_t phases = 0;        ///< per read
    std::int64_t last_columns = 0;  ///< served by the last converter
    AdcCost one;
    double phase_second = 0;  ///< select, settle and convert one column
};

/// As the cost model has them, for an array full of weights.
AdcCosts costs_of(const AdcDesign& design);

}  // namespace ohmgrid
