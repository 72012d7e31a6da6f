#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/cost/components/adc.hpp"
#include "sim/cost/technology.hpp"
#include "sim/device/device_model.hpp"

namespace ohmgrid {

/// How a column of a macro adds up.
enum class MacroSensing {
    current,   ///< cells conduct into a sense node for the whole cycle
    bit_line,  ///< cells discharge the precharged bit line
    charge     ///< one capacitor per cell, switched to the supply or not
};

/// One measured macro as published; the columns of devices/silicon/macros.csv.
struct SiliconChip {
    std::string name;
    std::string memory;  ///< "SRAM" or "eNVM"
    std::string cell;
    MacroSensing sensing = MacroSensing::current;
    double node_metre = 0;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::optional<double> supply_volt;  ///< none: the node's nominal one
    double input_bits = 1;
    double weight_bits = 1;
    double adc_bits = 1;
    double rows_on = 0;
    double columns_per_converter = 1;
    double converters = 1;
    double bit_operations = 0;                ///< one-bit multiplications per invocation
    double invocations = 1;                   ///< whose results are joined for one input
    std::optional<double> cycle_second = {};  ///< of an invocation
    double tops_per_watt = 0;                 ///< measured, two operations per multiplication
    std::optional<double> cell_f2 = {};       ///< area of a cell, where published
    std::optional<double> adc_energy_share = {};
    std::optional<double> adc_area_share = {};
};

/// @throws IoError, InputError (CSV001 .. CSV004)
std::vector<SiliconChip> read_silicon(const std::filesystem::path& path);

/// The cells that chips are assumed to have: hardly anybody publishes conductances. Of the two
/// ReRAM cells a chip has the one nearer in node.
struct SiliconCells {
    DeviceModel reram_130nm;
    DeviceModel reram_28nm;
    DeviceModel pcm;
    DeviceModel sram;
};

/// What the cost model says of a macro; energies of one invocation.
struct SiliconEstimate {
    Range adc_joule;
    double array_joule = 0;   ///< cells and bit lines
    double line_joule = 0;    ///< input registers, their converters, word lines
    double output_joule = 0;  ///< registers of the results
    double control_joule = 0;
    Range adc_m2;
    double rest_m2 = 0;
    Range tops_per_watt;  ///< low: with the dearest converters

    /// Everything but the converters.
    [[nodiscard]] double rest_joule() const {
        return array_joule + line_joule + output_joule + control_joule;
    }
    [[nodiscard]] double adc_energy_share() const {
        return adc_joule.typical / (adc_joule.typical + rest_joule());
    }
    [[nodiscard]] double adc_area_share() const {
        return adc_m2.typical / (adc_m2.typical + rest_m2);
    }
};

/// The macro by the components of the cost model, with published geometry, supply and cycle as the
/// only inputs and nothing fitted to any chip:
///
/// * converters at the effective number of levels a column can have, min(adc bits, log2(1 + rows on
///   (2^input - 1) (2^weight - 1))): up to 4 bits NeuroSim's sense amplifiers (down to 22 nm),
///   times (supply / nominal)^2, above macro_sar
/// * cells: `current` V^2 G, half of the inputs and of the weights one, for the published cycle, in
///   SRAM for a phase of the model if that is shorter; `bit_line` half of C V^2 of the line;
///   `charge` half of the cells' capacitors, 1.5 fF/um2 of a cell of its transistors' area (a metal
///   capacitor above it; assumed), and of the line
/// * word lines: registers and input converters, clocked once per set of columns, and lines of half
///   of the rows on
/// * a register for the result of every converter, half of whose bits change
/// * control, as of the chip's arrays
///
/// Neglected: digital recombination of slices and steps, what is left of whole processors.
/// `technologies`: files of one roadmap, see technology_at.
/// @throws InputError COST011 outside the technologies
SiliconEstimate estimate(const SiliconChip& chip, std::span<const Technology> technologies,
                         const SiliconCells& cells);

/// All chips of one file against the model.
struct SiliconComparison {
    std::vector<SiliconChip> chips;
    std::vector<SiliconEstimate> estimates;  ///< one per chip

    /// Median of |log2(model / measured TOPS/W)| over chips of one memory.
    [[nodiscard]] double median_log2(const std::string& memory) const;
    /// The lowest and the highest it becomes if one chip is left out; typical: the median of all.
    [[nodiscard]] Range leave_one_out(const std::string& memory) const;
    [[nodiscard]] std::size_t count(const std::string& memory) const;
};

SiliconComparison compare_silicon(const std::filesystem::path& path,
                                  std::span<const Technology> technologies,
                                  const SiliconCells& cells);

}  // namespace ohmgrid
