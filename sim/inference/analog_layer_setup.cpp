// What an AnalogLayer prepares once per chip; analog_layer.cpp reads with it.

#include <algorithm>
#include <cmath>

#include "sim/converter/converter.hpp"
#include "sim/core/contract.hpp"
#include "sim/core/error.hpp"
#include "sim/inference/analog_layer.hpp"

namespace ohmgrid {
namespace {

/// A code swallows what is not finite: no later stage would show it.
void check_finite(const KernelColumn& column, std::uint32_t converter) {
    double sum = 0;  // finite only if all are
    for (const float value : column.scale_of_byte) sum += static_cast<double>(value);
    for (const float value : column.variance_of_byte) sum += static_cast<double>(value);
    for (const float value :
         {column.scale_of_count, column.low, column.codes_per_sum, column.top_code,
          column.value_of_code, column.lowest, column.value_at_zero, column.converter_variance}) {
        sum += static_cast<double>(value);
    }
    if (std::isfinite(sum)) return;
    throw NumericalError(Message{.place = "converter " + std::to_string(converter),
                                 .id = "INF005",
                                 .what = "its range, gain or noise is not finite",
                                 .remedy = "Check the ranges of data.ranges and of [adc]"});
}

}  // namespace

AnalogLayer::AnalogLayer(const Node& node, Shape input, const std::vector<float>& weight_scale,
                         ProgrammedLayer programmed, InputCode inputs, LayerConverters converters,
                         const VirtualChip& chip)
    : input_(input),
      output_(node.shape),
      window_(node.window),
      outputs_per_group_(node.shape.channels / node.groups),
      bias_(node.bias),
      programmed_(std::move(programmed)),
      inputs_(inputs),
      converters_(std::move(converters)),
      chip_(chip),
      kernels_(tile_kernels().front()) {
    OHMGRID_EXPECT(converters_.scales.size() == programmed_.blocks.front().parts.size() *
                                                    static_cast<std::size_t>(programmed_.slices));
    if (node.op == Op::linear) input_ = {input.elements(), 1, 1};  // one channel vector
    bias_.resize(static_cast<std::size_t>(output_.channels), 0.0F);
    if (in_single_precision()) {
        const ProgrammedPart& part = programmed_.blocks.front().parts.front();
        value_of_total_ =
            std::abs(part.units.front().columns.front().weight) * inputs_.full_digit();
    }
    for (const float scale : weight_scale) {
        output_scale_.push_back(static_cast<float>(value_of_total_ * static_cast<double>(scale) *
                                                   static_cast<double>(inputs_.scale().step())));
    }
    place_windows(node);
    for (ProgrammedBlock& block : programmed_.blocks) {
        const AdcScale* scales = converters_.scales.data();
        for (ProgrammedPart& part : block.parts) {
            for (ProgrammedUnit& unit : part.units) {
                units_.push_back(prepared(unit, scales, chip));
            }
            scales += programmed_.slices;
        }
    }
}

/// Where every weight row of a block finds its input, counted from a window's corner.
void AnalogLayer::place_windows(const Node& node) {
    padded_height_ = input_.height + window_.pad_top + window_.pad_bottom;
    padded_width_ = input_.width + window_.pad_left + window_.pad_right;
    if (node.op == Op::linear) padded_height_ = padded_width_ = 1;
    const std::int64_t channels = input_.channels / node.groups;
    for (const ProgrammedBlock& block : programmed_.blocks) {
        std::vector<std::int32_t>& offsets = row_offset_.emplace_back();
        for (std::int64_t c = block.groups.begin * channels; c < block.groups.end * channels; ++c) {
            for (std::int64_t y = 0; y < window_.kernel_height; ++y) {
                for (std::int64_t x = 0; x < window_.kernel_width; ++x) {
                    offsets.push_back(static_cast<std::int32_t>(
                        (c * padded_height_ + y * window_.dilation_height) * padded_width_ +
                        x * window_.dilation_width));
                }
            }
        }
    }
}

/// Tables take eight times the memory of bytes: where they are fetched for few windows, they are
/// waited for.
bool AnalogLayer::pays_for_tables() const {
    return output_.height * output_.width > (tiles_together - 1) * tile_positions;
}

AnalogLayer::Unit AnalogLayer::prepared(ProgrammedUnit& unit, const AdcScale* scales,
                                        const VirtualChip& chip) {
    Unit out;
    if (inputs_.plan().is_bitwise() && unit.circuits.empty() && pays_for_tables()) {
        out.tables = sum_tables(unit, scales);
    }
    const bool has_tables = !out.tables.signal.empty();
    const std::size_t bytes = unit.cells.size() / unit.columns.size();
    const std::size_t rows = bytes / static_cast<std::size_t>(unit.bytes);
    if (!unit.noise_cells.empty()) is_noisy_ = true;
    for (std::size_t at = 0; at < unit.columns.size(); ++at) {
        ConvertedColumn column = unit.columns[at];
        if (has_tables) column.unit = out.tables.unit[at];
        if (!out.tables.variance.empty()) column.noise_unit = out.tables.noise_unit[at];
        KernelColumn kernel = kernel_column(column, scales[column.slice], chip);
        check_finite(kernel, column.converter);
        if (has_tables) kernel.origin = out.tables.lowest[at];
        for (std::size_t row = 0; row < bytes; ++row) {
            kernel.colsum[row / rows] += unit.cells[at * bytes + row];
        }
        out.counts_inputs = out.counts_inputs || column.base != 0;
        out.columns.push_back(kernel);
        out.gain.push_back(converts() ? 1 : column.weight * inputs_.full_digit());
    }
    (has_tables ? uses_patterns_ : uses_digits_) = true;
    if (has_tables) {
        add_buckets(out);
        unit.cells = {};
        unit.noise_cells = {};
    }
    return out;
}

/// Whole-number conversion for columns without noise.
void AnalogLayer::add_buckets(Unit& unit) const {
    if (is_noisy_ || !converts() || in_single_precision()) return;
    std::vector<std::size_t> ends;
    for (std::size_t c = 0; c < unit.columns.size(); ++c) {
        add_code_buckets(unit.tables.lowest[c], unit.tables.highest[c], unit.columns[c],
                         unit.thresholds);
        ends.push_back(unit.thresholds.size());
    }
    std::size_t begin = 0;
    for (std::size_t c = 0; c < unit.columns.size(); begin = ends[c++]) {
        const std::uint16_t* first = unit.thresholds.data() + begin;
        const auto own = static_cast<std::int64_t>(ends[c] - begin);
        if (own > 0) unit.columns[c].first_of_bucket = first;
        if (own > code_buckets) unit.columns[c].second_of_bucket = first + code_buckets;
    }
}

KernelColumn AnalogLayer::kernel_column(const ConvertedColumn& column, const AdcScale& scale,
                                        const VirtualChip& chip) {
    KernelColumn k{.sum = static_cast<std::int32_t>(column.sum), .number = column.number};
    const double full = inputs_.full_digit();
    // Of a column sum; without converter, what it adds to its sum.
    const double gain = converts() ? 1 : column.weight * full;
    const double codes_per_sum = converts() ? 1 / scale.step : 1;
    const double square_gain = std::pow(gain * codes_per_sum / full, 2) *
                               std::ldexp(1.0, 2 * inputs_.plan().square_shift());
    for (int b = 0; b < 3; ++b) {
        k.scale_of_byte[b] = static_cast<float>(std::ldexp(column.unit * gain / full, 8 * b));
    }
    for (int b = 0; b < 2; ++b) {
        k.variance_of_byte[b] =
            static_cast<float>(std::ldexp(column.noise_unit * square_gain, 8 * b));
    }
    k.scale_of_count = static_cast<float>(column.base * gain / full);
    if (!converts()) return k;
    const double nearest_zero = std::nearbyint(scale.zero_code());
    const auto weight_sum = static_cast<double>(inputs_.weight_sum());
    k.low = static_cast<float>(scale.low -
                               column.injected_volt / converters_.adc.lsb_volt() * scale.step);
    k.codes_per_sum = static_cast<float>(codes_per_sum);
    k.top_code = static_cast<float>(scale.top_code);
    const StepPlan& plan = inputs_.plan();
    k.value_of_code = static_cast<float>(
        column.weight * full / value_of_total_ *
        (in_single_precision() ? std::ldexp(1, plan.steps * plan.step_bits) : scale.step));
    k.lowest = static_cast<float>(scale.low);
    k.code_sum_at_zero = static_cast<std::int32_t>(nearest_zero * weight_sum);
    k.value_at_zero = static_cast<float>(column.weight * full * scale.step * weight_sum *
                                         (nearest_zero - scale.zero_code()));
    const DrawnConverter& own = converter(column.converter, chip);
    if (own.transfer) k.transfer = &*own.transfer;
    k.converter_variance = static_cast<float>(own.noise_lsb * own.noise_lsb);
    is_noisy_ = is_noisy_ || own.noise_lsb > 0;
    return k;
}

const DrawnConverter& AnalogLayer::converter(std::uint32_t number, const VirtualChip& chip) {
    const auto [entry, is_new] = drawn_.try_emplace(number);
    if (is_new) {
        const Converter drawn = Converter::drawn(converters_.adc, chip, number);
        entry->second.noise_lsb = drawn.noise_lsb();
        if (has_static_errors(converters_.adc) && chip.sources.has(ErrorSource::converter_static)) {
            entry->second.transfer = transfer_table(drawn.transfer(), converters_.adc.levels());
        }
    }
    return entry->second;
}

}  // namespace ohmgrid
