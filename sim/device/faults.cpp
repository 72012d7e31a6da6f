#include "sim/device/faults.hpp"

#include <algorithm>
#include <cmath>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {

std::vector<ParamRow<FaultSpec>> fault_rows() {
    const auto share = [](const char* key, double FaultSpec::*member, const char* doc) {
        return param::number(key, member, {.fallback = "0", .low = 0, .high = 1, .doc = doc});
    };
    return {
        share("stuck_low", &FaultSpec::stuck_low, "share of the cells that stay at g_min"),
        share("stuck_high", &FaultSpec::stuck_high, "share of the cells that stay at g_max"),
        share("open", &FaultSpec::open, "share of the cells that carry no current"),
        param::count("cluster", &FaultSpec::cluster,
                     {.fallback = "1",
                      .low = 1,
                      .high = 64,
                      .doc = "faults come as squares of so many rows and columns"}),
    };
}

namespace {

/// Which conductance a fault forces, chosen by a uniform number below total().
double forced(const FaultSpec& spec, double u, double low_siemens, double high_siemens) {
    if (u < spec.stuck_low) return low_siemens;
    return u < spec.stuck_low + spec.stuck_high ? high_siemens : 0.0;
}

}  // namespace

void place_faults(const FaultSpec& spec, double low_siemens, double high_siemens,
                  const VirtualChip& chip, std::uint32_t array, RowMajorMatrix& siemens) {
    const double p = spec.total();
    if (p <= 0) return;
    const Eigen::Index k = spec.cluster;
    const auto area = static_cast<double>(k * k);
    const double begins = -std::expm1(std::log1p(-std::min(p, 1.0)) / area);
    const RandomStream stream = chip.stream(ErrorSource::faults, Purpose::stuck_at, array);
    // Squares begin at their upper left cell, up to k - 1 places above and left of the array.
    const Eigen::Index width = siemens.cols() + k - 1;
    const Eigen::Index places = (siemens.rows() + k - 1) * width;
    for (Eigen::Index place = 0; place < places; ++place) {
        const double u = stream.uniform_open(static_cast<std::uint32_t>(place));
        if (u >= begins) continue;
        const double value = forced(spec, u / begins * p, low_siemens, high_siemens);
        const Eigen::Index row = place / width - (k - 1);
        const Eigen::Index column = place % width - (k - 1);
        for (Eigen::Index r = std::max<Eigen::Index>(row, 0); r < std::min(row + k, siemens.rows());
             ++r) {
            for (Eigen::Index c = std::max<Eigen::Index>(column, 0);
                 c < std::min(column + k, siemens.cols()); ++c) {
                siemens(r, c) = value;
            }
        }
    }
}

}  // namespace ohmgrid
