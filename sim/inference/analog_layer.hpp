#pragma once

#include <cstdint>
#include <vector>

#include "sim/converter/adc_spec.hpp"
#include "sim/inference/plane_kernel.hpp"
#include "sim/inference/programmed_layer.hpp"
#include "sim/inference/quantisation.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Scratch memory of one worker; grows to the largest layer it has served.
struct AnalogWorkspace {
    std::vector<std::int32_t> padded_input;
    std::vector<std::int32_t> window;
    std::vector<std::uint16_t> rows;
    std::vector<float> inputs;
    std::vector<std::int32_t> begin;
    std::vector<std::int32_t> end;
    std::vector<float> sums;
};

/// How a layer's inputs reach its word lines.
enum class InputSteps {
    bit_planes,  ///< one read per input bit, every driven row at full input
    one_read     ///< one read with all input levels
};

/// Converter ranges of a layer: one per row part and weight slice, in this order.
using AdcScales = std::vector<AdcScale>;

/// The range every array of the layer uses whatever its inputs (AdcRange::max), or a given range
/// per slice (calibrated, fixed). An ideal converter gives scales with step 0.
AdcScales max_adc_scales(const ProgrammedLayer& layer, const AdcSpec& adc, bool bipolar);
AdcScales ranged_adc_scales(const ProgrammedLayer& layer, const AdcSpec& adc,
                            const std::vector<ValueRange>& range_of_slice);

/// One convolution or linear layer computed by crossbar arrays: quantised inputs drive word lines
/// step by step, column sums are converted, and everything after the converter is exact.
///
/// Modelled: weight and input quantisation, cell levels with finite on/off ratio, slicing, signs,
/// row parts, conversion of every step. Neglected: what ProgrammedLayer and the converter neglect.
class AnalogLayer {
  public:
    AnalogLayer(const Node& node, Shape input, const QuantisedWeights& weights,
                ProgrammedLayer programmed, InputScale input_scale, InputSteps steps,
                AdcScales adc);

    /// `input` and `output` are one image, channels x height x width.
    void run(const float* input, float* output, AnalogWorkspace& workspace) const;

    /// The column sums before conversion of every `stride`-th window, one list per weight slice.
    [[nodiscard]] std::vector<std::vector<float>> observe(const float* input, std::int64_t stride,
                                                          AnalogWorkspace& workspace) const;

    /// Column sums of one slice that an image gives rise to.
    [[nodiscard]] std::int64_t sums_per_image() const;
    [[nodiscard]] int slices() const { return programmed_.slices; }
    /// Share of ones among all bits of the quantised inputs (two's complement if signed).
    [[nodiscard]] double input_bit_density(const std::vector<float>& input) const;

  private:
    void load_input(const float* input, AnalogWorkspace& workspace) const;
    void drive(const ProgrammedPart& part, AnalogWorkspace& workspace) const;
    void emit(const ProgrammedBlock& block, std::int64_t position, float* output,
              const AnalogWorkspace& workspace) const;
    [[nodiscard]] PlaneTask task_for(const ProgrammedPart& part, const AdcScale* adc,
                                     AnalogWorkspace& workspace) const;
    void gather(IndexRange groups, std::int64_t position, AnalogWorkspace& workspace) const;

    Shape input_;
    Shape output_;
    Window window_;
    std::int64_t padded_height_ = 0;
    std::int64_t padded_width_ = 0;
    std::int64_t channels_per_group_ = 0;  ///< of the input
    std::int64_t outputs_per_group_ = 0;
    std::vector<std::int64_t> offsets_;  ///< weight row -> place in the padded input of its group
    std::vector<float> output_scale_;    ///< per output channel
    std::vector<float> bias_;
    ProgrammedLayer programmed_;
    InputScale input_scale_;
    InputSteps steps_;
    std::vector<float> step_weight_;
    AdcScales adc_;
    PlaneKernel kernel_;
};

}  // namespace ohmgrid
