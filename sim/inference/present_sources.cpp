#include "sim/inference/present_sources.hpp"

#include "sim/converter/converter.hpp"

namespace ohmgrid {
namespace {

void add_if(bool present, ErrorSource source, ErrorSources& sources) {
    if (present) sources = sources.with(source);
}

}  // namespace

ErrorSources present_sources(const DeviceModel& device) {
    ErrorSources sources = ErrorSources::none();
    const bool transistors = device.kind == DeviceKind::sram && device.sram.pelgrom_volt_metre > 0;
    const bool supply = device.kind == DeviceKind::sram && device.sram.supply_factor() != 1;
    const bool written_wrong = device.programming.error.kind != SigmaKind::none ||
                               device.variation.any() || device.measured != nullptr;
    const bool aged = device.drift.kind != DriftKind::none || device.measured != nullptr;
    const bool noisy = device.read_noise.any() || device.telegraph.share > 0;
    add_if(written_wrong || transistors, ErrorSource::programming, sources);
    add_if((aged && device.drift.time_second >= 0) || device.temperature.matters() || supply,
           ErrorSource::drift, sources);
    add_if(noisy, ErrorSource::read_noise, sources);
    add_if(device.faults.total() > 0, ErrorSource::faults, sources);
    return sources;
}

ErrorSources present_sources(const LayerSettings& layer) {
    ErrorSources sources = ErrorSources::none();
    const ArraySpec array = with_switches(layer.array, layer.multiplexer);
    const bool lines = array.row_wire_ohm > 0 || array.column_wire_ohm > 0 ||
                       array.driver_ohm > 0 || array.sense_ohm > 0;
    const AdcSpec& adc = layer.adc;
    const bool noisy = adc.comparator_noise_volt > 0 || adc.sampling_farad > 0;
    add_if(lines, ErrorSource::wires, sources);
    add_if(mixes_columns(layer.multiplexer) || layer.multiplexer.injected_coulomb > 0,
           ErrorSource::multiplexer, sources);
    add_if(has_static_errors(adc), ErrorSource::converter_static, sources);
    add_if(adc.type != AdcType::ideal && noisy, ErrorSource::converter_noise, sources);
    add_if(has_level_errors(layer.driver), ErrorSource::drivers, sources);
    add_if(layer.array.cells != CellReads::linear && layer.law.kind != CellLawKind::linear,
           ErrorSource::nonlinear_cells, sources);
    return sources;
}

}  // namespace ohmgrid
