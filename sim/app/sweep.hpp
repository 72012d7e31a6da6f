#pragma once

#include <string>
#include <vector>

namespace ohmgrid {

/// One `--sweep KEY=LIST`: a parameter and the values it takes. A list holds values as --set takes
/// them, separated by commas; `3..8` stands for the whole numbers from 3 to 8.
struct Sweep {
    std::string key;
    std::vector<std::string> values;
};

/// @throws InputError (CLI011) without '=', with an empty list or a range that does not ascend
Sweep parse_sweep(const std::string& written);

/// Every combination of values, the last sweep fastest: one value per sweep.
std::vector<std::vector<std::string>> combinations(const std::vector<Sweep>& sweeps);

}  // namespace ohmgrid
