#include "sim/device/programming.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/contract.hpp"
#include "sim/device/detail/complain.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// The chip as its `cycle`-th writing finds it: other random numbers, everything else the same.
/// The odd step is 2^64 divided by the golden ratio, so that no small seeds meet.
VirtualChip rewritten(const VirtualChip& chip, std::int64_t cycle) {
    constexpr std::uint64_t step = 0x9e3779b97f4a7c15;
    VirtualChip later = chip;
    later.seed += step * static_cast<std::uint64_t>(cycle);
    return later;
}

/// Standardised error of one attempt.
double variate(const RandomStream& stream, ErrorShape shape, std::uint32_t draw) {
    if (shape == ErrorShape::normal) return stream.normal(draw);
    return std::sqrt(12.0) * (stream.uniform_open(draw) - 0.5);
}

std::vector<double> first_attempts(const RandomStream& stream, ErrorShape shape,
                                   std::size_t cells) {
    std::vector<double> out(cells);
    if (shape == ErrorShape::normal) {
        stream.normals(0, out);
    } else {
        std::uint32_t cell = 0;
        for (double& z : out) z = variate(stream, shape, cell++);
    }
    return out;
}

}  // namespace

std::vector<ParamRow<ProgrammingSpec>> programming_rows() {
    std::vector<ParamRow<ProgrammingSpec>> rows;
    for (const ParamRow<SigmaLaw>& row : sigma_law_rows("error of a written conductance")) {
        rows.push_back({row.info, [store = row.store](ProgrammingSpec& s, const ParamValue& v) {
                            store(s.error, v);
                        }});
    }
    rows.push_back(param::choice("shape", &ProgrammingSpec::shape,
                                 {{"normal", ErrorShape::normal}, {"uniform", ErrorShape::uniform}},
                                 {.fallback = "normal",
                                  .doc = "distribution of the error; a uniform one is sigma times "
                                         "the square root of 12 wide"}));
    rows.push_back(param::quantity("tolerance", &ProgrammingSpec::tolerance_siemens,
                                   dimension::conductance,
                                   {.fallback = "0 S",
                                    .low = 0,
                                    .high = 1,
                                    .doc = "largest error that read-back accepts; 0 S: cells are "
                                           "written once, without read-back"}));
    rows.push_back(param::count("attempts", &ProgrammingSpec::attempts,
                                {.fallback = "20",
                                 .low = 1,
                                 .high = 1000,
                                 .doc = "most writes of a cell that read-back does not accept",
                                 .source = "assumed"}));
    rows.push_back(param::count("cycle", &ProgrammingSpec::cycle,
                                {.fallback = "0",
                                 .low = 0,
                                 .high = 1e9,
                                 .doc = "which write of the same chip: another one draws the error "
                                        "of writing anew and keeps device.variation"}));
    rows.push_back(param::flag(
        "reset_cells_err", &ProgrammingSpec::reset_cells_err,
        {.fallback = "true", .doc = "cells aimed at g_min have a programming error as well"}));
    return rows;
}

void check(const ProgrammingSpec& spec, const ParameterSet& set, Complaints& complaints) {
    check(spec.error, "device.programming", set, complaints);
    if (spec.tolerance_siemens > 0 && spec.error.kind == SigmaKind::none) {
        detail::complain(set, complaints, "DEV015", "device.programming.tolerance",
                         "device.programming.law", "is set, but there is no error to read back",
                         "Choose device.programming.law, or leave the tolerance out");
    }
}

void write_cells(const ProgrammingSpec& spec, const SigmaLaw& error, double g_min_siemens,
                 double g_max_siemens, const RowMajorMatrix& aim_siemens, const VirtualChip& chip,
                 std::uint32_t array, RowMajorMatrix& siemens) {
    if (error.kind == SigmaKind::none) return;
    const auto cells = static_cast<std::size_t>(siemens.size());
    OHMGRID_EXPECT(cells * static_cast<std::size_t>(spec.attempts) < (std::size_t{1} << 32U));
    const RandomStream stream =
        rewritten(chip, spec.cycle).stream(ErrorSource::programming, Purpose::programming, array);
    const std::vector<double> first = first_attempts(stream, spec.shape, cells);
    const bool reads_back = spec.tolerance_siemens > 0;
    double last_aim = -1;
    double sigma = 0;
    for (std::size_t cell = 0; cell < cells; ++cell) {
        const double aim = aim_siemens.data()[cell];
        if (!spec.reset_cells_err && aim <= g_min_siemens) continue;
        if (aim != last_aim) {
            last_aim = aim;
            sigma = standard_deviation_siemens(error, aim, g_max_siemens);
        }
        double& g = siemens.data()[cell];
        const double without = g;
        g = without + sigma * first[cell];
        for (std::int64_t attempt = 1;
             reads_back && attempt < spec.attempts && std::abs(g - aim) > spec.tolerance_siemens;
             ++attempt) {
            const auto draw = static_cast<std::uint32_t>(
                attempt * static_cast<std::int64_t>(cells) + static_cast<std::int64_t>(cell));
            g = without + sigma * variate(stream, spec.shape, draw);
        }
    }
}

double acceptance(const ProgrammingSpec& spec, double sigma_siemens) {
    if (spec.tolerance_siemens == 0 || sigma_siemens == 0) return 1;
    const double width = spec.tolerance_siemens / sigma_siemens;
    if (spec.shape == ErrorShape::uniform) return std::min(1.0, width / std::sqrt(3.0));
    return std::erf(width / std::sqrt(2.0));
}

}  // namespace ohmgrid
