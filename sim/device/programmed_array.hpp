#pragma once

#include <cstdint>

#include "sim/core/matrix.hpp"
#include "sim/device/device_model.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// The conductances of one array of a virtual chip when it is read, from those it was meant to
/// have. Every cell is drawn, also those at g_min. In this order, each step switched by its source:
///
/// | step                                                        | source      |
/// |-------------------------------------------------------------|-------------|
/// | lasting differences between devices, transistor mismatch    | programming |
/// | error of writing, or of the measured cells                  | programming |
/// | drift; another temperature or supply than that of g_max     | drift       |
/// | lasting (1/f) noise, random telegraph noise, mean of reads  | read_noise  |
/// | stuck and open cells                                        | faults      |
///
/// After each of them cells are held inside the device's range (at least 0 S).
/// What `chip.sources` leaves out has no effect; a device without errors returns the targets
/// unchanged, exactly. A pure function of its arguments: random numbers are addressed by (seed,
/// purpose, trial, array, cell), with cells counted row by row.
///
/// @param target_siemens rows x columns, each >= 0
/// @param array          number of the array on the whole chip
RowMajorMatrix program_array(const DeviceModel& device, const RowMajorMatrix& target_siemens,
                             const VirtualChip& chip, std::uint32_t array);

/// Standard deviation of one read of one cell whose conductance, as program_array returns it, is
/// `siemens`; 0 without noise, and for noise that lasts, which program_array adds.
double read_noise_siemens(const DeviceModel& device, double siemens);

}  // namespace ohmgrid
