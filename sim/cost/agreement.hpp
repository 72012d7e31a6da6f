#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sim/cost/technology.hpp"
#include "sim/device/device_model.hpp"
#include "sim/mapping/chip_spec.hpp"

namespace ohmgrid {

/// How far one figure lies from what a reference says about it, over many points.
struct Agreement {
    std::string what;                   ///< "register file"
    std::string figure;                 ///< "area"
    double most_median = 0;             ///< that is still called agreement, as a share
    double most_tail = 0;               ///< likewise, for the share `tail` of the points
    double tail = 0.9;                  ///< 0.9: the ninetieth percentile, 1: the worst point
    std::vector<double> relative = {};  ///< ours / reference - 1, by point

    void add(double ours, double reference) { relative.push_back(ours / reference - 1); }
    /// The `share` quantile of the absolute differences; 0 without points.
    [[nodiscard]] double quantile(double share) const;
    [[nodiscard]] bool holds() const;
};

/// A shipped technology by the name of its file, "32nm" or "32nm-hp".
using TechnologyByName = std::function<Technology(const std::string&)>;

/// Components against NeuroSim V1.3's own, as swept over nodes and sizes by others: the rows
/// "xpert" of the tables in `folder` (sar_adc.csv, flash_adc.csv, mux.csv, rowdecoder.csv,
/// shiftadd.csv, adder.csv, addertree.csv, buffer.csv, switchmatrix.csv, htree.csv,
/// maxpool_relu.csv). Left out, because the reference itself is at fault: 65 nm high performance
/// for adders, shift-add, flash and pools (transistors folded), adder trees with odd inputs
/// (dropped), SAR at an infinite column resistance (a flat 1 uW), the 65 nm flash polynomial, write
/// energy of registers (none).
/// @throws IoError, InputError (CSV001 .. CSV003) for the tables
std::vector<Agreement> component_agreement(const std::filesystem::path& folder,
                                           const TechnologyByName& technologies);

/// VGG16 on XPertSim (NeuroSim V1.3 with one setting per layer), as swept over converter type, bits
/// and column sharing by others. As there, every layer is evaluated on a chip of its own beside a
/// layer of 64 -> 512 channels.
struct SweepAgreement {
    std::vector<Agreement> figures;    ///< tile area, clock, layer latency, layer energy
    double edap_rank_correlation = 0;  ///< Kendall, of energy x latency x tile area, over settings
    double least_rank_correlation = 0;
    std::size_t settings = 0;
    std::size_t other_tiles = 0;  ///< layers for which the floor plan gives another number of tiles

    [[nodiscard]] bool holds() const;
};

/// `chip` as devices/chip/neurosim.toml has it, at 32 nm with NeuroSim's default cell.
SweepAgreement sweep_agreement(const std::filesystem::path& layers_csv,
                               const Technology& technology, const DeviceModel& device,
                               const ChipSpec& chip);

/// Kendall's rank correlation: pairs in the same order minus pairs in opposite order, per pair.
double rank_correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace ohmgrid
