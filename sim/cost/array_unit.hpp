#pragma once

#include "sim/cost/components/adc.hpp"
#include "sim/cost/components/array_core.hpp"
#include "sim/cost/components/column_multiplexer.hpp"
#include "sim/cost/components/control.hpp"
#include "sim/cost/components/precharge.hpp"
#include "sim/cost/components/shift_adder.hpp"
#include "sim/cost/components/wordline_driver.hpp"
#include "sim/cost/layer_plan.hpp"

namespace ohmgrid {

/// An array (or the twin arrays of a differential layer) with what it needs to be read: word-line
/// drivers, multiplexer and (SRAM) precharge per array, converters, shift-adders and control per
/// unit.
struct ArrayUnit {
    int planes = 1;
    std::int64_t converters = 0;
    ArrayCore core;
    WordlineDrivers wordline_spec;
    WordlineCost wordline;
    ColumnMultiplexer multiplexer_spec;
    Cost multiplexer;
    Precharge precharge_spec;  ///< no columns unless the cells are of SRAM
    Cost precharge;
    Control control_spec;
    Cost control;
    double column_ohm = 0;  ///< conducting cells of the fullest column in parallel
    AdcCost adc;
    ShiftAdders slice_adder_spec;
    Cost slice_adders;  ///< none if a weight is one slice
    ShiftAdders step_adder_spec;
    Cost step_adders;  ///< none if an input is one step
    int sum_bits = 0;  ///< of an output after all shift-adds, before row parts are summed

    double min_siemens = 0;    ///< of a cell that holds zero
    double mean_siemens = 0;   ///< of cells that hold weights
    double settle_second = 0;  ///< bit line to half a step of the converter

    /// One conversion of every converter, from switching the multiplexer to the code.
    [[nodiscard]] double phase_second() const {
        return precharge.latency_second + wordline.cost.latency_second +
               multiplexer.latency_second + settle_second + adc.cost.latency_second;
    }
    /// Share of a phase during which word lines are driven and cells conduct: until the converter
    /// has sampled.
    [[nodiscard]] double conducting_second() const {
        return wordline.cost.latency_second + multiplexer.latency_second + settle_second +
               adc.sampling_second;
    }
    [[nodiscard]] double area_m2() const;
};

ArrayUnit array_unit(const LayerPlan& plan, const LayerMapping& mapping, const DeviceModel& device,
                     const LogicCells& cells, const Technology& technology);

}  // namespace ohmgrid
