#include <cstdio>

#include "sim/circuit/array_spec.hpp"
#include "sim/core/units.hpp"
#include "sim/core/version.hpp"
#include "sim/io/table.hpp"

int main() {
    const ohmgrid::ArraySpec array{.rows = 128, .columns = 100, .column_sharing = 8};
    const ohmgrid::Table table{.columns = {"version", "converters", "read_volt"},
                               .rows = {{std::string(ohmgrid::version()), array.converters(),
                                         ohmgrid::parse_quantity("0.2 V").value}}};
    std::fputs(ohmgrid::to_csv(table).c_str(), stdout);
}
