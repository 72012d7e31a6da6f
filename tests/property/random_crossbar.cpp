#include "tests/property/random_crossbar.hpp"

#include <array>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

/// Numbers drawn one after the other; the tests need no more order than that.
class Draws {
  public:
    explicit Draws(std::uint32_t trial) : stream_(1, Purpose::test, TrialId{trial}, 0) {}
    double uniform() { return stream_.uniform_open(next_++); }
    std::uint32_t below(std::uint32_t bound) { return stream_.below(bound, next_++); }
    bool with_probability(double p) { return uniform() < p; }
    double log_uniform(double low, double high) { return low * std::pow(high / low, uniform()); }
    double ohm() { return with_probability(0.3) ? 0 : log_uniform(0.01, 1000); }

  private:
    RandomStream stream_;
    std::uint32_t next_ = 0;
};

std::vector<bool> some_of(Draws& draws, Index lines) {
    std::vector<bool> mask;
    if (!draws.with_probability(0.4)) return mask;
    for (Index k = 0; k < lines; ++k) mask.push_back(draws.with_probability(0.4));
    return mask;
}

bool is_valid(const Crossbar& crossbar) {
    try {
        crossbar.check();
        return true;
    } catch (const InputError&) {
        return false;
    }
}

}  // namespace

Crossbar random_crossbar(std::uint32_t trial, const CrossbarVariety& variety) {
    Draws draws(trial);
    const auto most = static_cast<std::uint32_t>(variety.most_lines);
    const Index rows = 1 + draws.below(most);
    const Index columns = 1 + draws.below(most);
    Crossbar crossbar{
        .conductance_siemens = RowMajorMatrix::NullaryExpr(
            rows, columns, [&] { return draws.log_uniform(1e-6, 1e-3); }),
        .row_wire_ohm = draws.ohm(),
        .column_wire_ohm = draws.ohm(),
        .driver_ohm = draws.ohm(),
        .sense_ohm = draws.ohm(),
        .drive = std::array{DriveEnds::left, DriveEnds::right, DriveEnds::both}[draws.below(3)],
        .sense = std::array{SenseEnds::bottom, SenseEnds::top, SenseEnds::both}[draws.below(3)]};
    if (draws.with_probability(0.3)) {
        for (double& g : crossbar.conductance_siemens.reshaped()) {
            if (draws.with_probability(0.2)) g = 0;
        }
    }
    if (!variety.floating_lines) return crossbar;
    Crossbar with_floating = crossbar;
    with_floating.floating_rows = some_of(draws, rows);
    with_floating.floating_columns = some_of(draws, columns);
    return is_valid(with_floating) ? with_floating : crossbar;
}

RowMajorMatrix random_inputs(std::uint32_t trial, Index vectors, Index rows) {
    const RandomStream stream(2, Purpose::test, TrialId{trial}, 0);
    std::uint32_t draw = 0;
    return RowMajorMatrix::NullaryExpr(vectors, rows,
                                       [&] { return 0.4 * stream.uniform_open(draw++) - 0.2; });
}

}  // namespace ohmgrid
