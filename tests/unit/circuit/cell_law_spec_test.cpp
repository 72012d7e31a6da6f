#include "sim/circuit/cell_law_spec.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

const Crossbar two_cells{.conductance_siemens = RowMajorMatrix{{1e-5, 2e-5}}};

TEST(CellLawSpec, DefaultsAreInRangeAndMakeEveryKindOfLaw) {
    Complaints complaints;
    CellLawSpec spec = cell_law_parameters().read(ParameterSet{}, complaints);
    EXPECT_TRUE(complaints.empty());
    for (const CellLawKind kind :
         {CellLawKind::linear, CellLawKind::sinh, CellLawKind::cubic, CellLawKind::transistor}) {
        spec.kind = kind;
        EXPECT_NO_THROW(check(make_cell_law(spec, two_cells.conductance_siemens, "."), two_cells));
    }
}

TEST(CellLawSpec, ATabulatedLawNeedsATable) {
    CellLawSpec spec;
    spec.kind = CellLawKind::table;
    EXPECT_THROW(make_cell_law(spec, two_cells.conductance_siemens, "."), InputError);
}

}  // namespace
}  // namespace ohmgrid
