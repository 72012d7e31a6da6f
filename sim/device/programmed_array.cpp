#include "sim/device/programmed_array.hpp"

namespace ohmgrid {
namespace {

/// CrossSim and aihwkit cut off at zero after every error, some devices also at g_max.
void hold_in_range(const DeviceModel& device, RowMajorMatrix& siemens) {
    siemens = siemens.cwiseMax(device.least_siemens).cwiseMin(device.most_siemens);
}

/// The time at which measured cells are looked at.
double measured_second(const DeviceModel& device, bool aged) {
    return aged && device.drift.time_second >= 0 ? device.drift.time_second
                                                 : device.measured->time_second.front();
}

void write(const DeviceModel& device, const RowMajorMatrix& aim, const VirtualChip& chip,
           std::uint32_t array, RowMajorMatrix& siemens) {
    const bool aged = chip.sources.has(ErrorSource::drift);
    if (device.variation.any()) {
        siemens.array() *=
            1 + relative_variation(device.variation, aim.rows(), aim.cols(), chip, array).array();
    }
    if (device.kind == DeviceKind::sram) {
        mismatch_cells(device.sram, aged ? device.sram.supply() : device.sram.nominal_volt,
                       (device.g_min_siemens + device.g_max_siemens) / 2, chip, array, siemens);
    }
    if (device.measured != nullptr) {
        draw_measured_cells(*device.measured, measured_second(device, aged), aim, chip, array,
                            siemens);
    } else {
        const SigmaLaw& fresh = device.programming.error;
        write_cells(device.programming, aged ? error_when_read(device.drift, fresh) : fresh,
                    device.g_min_siemens, device.g_max_siemens, aim, chip, array, siemens);
    }
}

/// Mean change of measured cells, for chips whose writing is taken as exact.
void shift_as_measured(const DeviceModel& device, const RowMajorMatrix& aim,
                       RowMajorMatrix& siemens) {
    const MeasuredConductances& found = *device.measured;
    const double now = measured_second(device, true);
    for (Eigen::Index cell = 0; cell < aim.size(); ++cell) {
        const double g = aim.data()[cell];
        siemens.data()[cell] += measured_shift_siemens(found, g, now) -
                                measured_shift_siemens(found, g, found.time_second.front());
    }
}

void change_conditions(const DeviceModel& device, RowMajorMatrix& siemens) {
    const double range = device.g_max_siemens - device.g_min_siemens;
    const double middle = (device.g_max_siemens + device.g_min_siemens) / 2;
    const double supply = device.kind == DeviceKind::sram ? device.sram.supply_factor() : 1;
    if (supply == 1 && !device.temperature.matters()) return;
    for (double& g : siemens.reshaped<Eigen::RowMajor>()) {
        const double heated = device.temperature.factor((g - device.g_min_siemens) / range);
        g *= heated * (g > middle ? supply : 1);
    }
}

}  // namespace

RowMajorMatrix program_array(const DeviceModel& device, const RowMajorMatrix& target_siemens,
                             const VirtualChip& chip, std::uint32_t array) {
    RowMajorMatrix siemens = target_siemens;
    if (chip.sources.has(ErrorSource::programming)) {
        write(device, target_siemens, chip, array, siemens);
        hold_in_range(device, siemens);
    }
    const RowMajorMatrix written = siemens;
    if (chip.sources.has(ErrorSource::drift)) {
        if (device.measured != nullptr) {
            if (!chip.sources.has(ErrorSource::programming)) {
                shift_as_measured(device, target_siemens, siemens);
            }
        } else {
            drift_cells(device.drift, device.g_max_siemens, target_siemens, chip, array, siemens);
        }
        change_conditions(device, siemens);
        hold_in_range(device, siemens);
    }
    if (chip.sources.has(ErrorSource::read_noise)) {
        add_lasting_noise(device.read_noise, device.g_max_siemens, device.drift.seconds(), written,
                          chip, array, siemens);
        apply_telegraph_noise(device.telegraph, chip, array, siemens);
        move_to_mean_read(device.read_noise, device.g_max_siemens, device.drift.seconds(), siemens);
        hold_in_range(device, siemens);
    }
    if (chip.sources.has(ErrorSource::faults)) {
        place_faults(device.faults, device.g_min_siemens, device.g_max_siemens, chip, array,
                     siemens);
    }
    return siemens;
}

double read_noise_siemens(const DeviceModel& device, double siemens) {
    if (device.read_noise.timing == NoiseTiming::lasting) return 0;
    const double seconds = device.drift.seconds();
    return device.read_noise.cut_at_zero
               ? cut_noise_siemens(device.read_noise, device.g_max_siemens, seconds, siemens)
               : noise_siemens(device.read_noise, device.g_max_siemens, seconds, siemens, siemens);
}

}  // namespace ohmgrid
