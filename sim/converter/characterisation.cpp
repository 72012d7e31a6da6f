#include "sim/converter/characterisation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/contract.hpp"
#include "sim/parallel/parallel_for.hpp"

namespace ohmgrid {
namespace {

double largest_magnitude(const std::vector<double>& values) {
    double largest = 0;
    for (const double value : values) largest = std::max(largest, std::abs(value));
    return largest;
}

/// Inputs per code between `low` and `high`.
std::vector<double> code_widths(const Transfer& transfer, std::int64_t levels, double low,
                                double high) {
    std::vector<double> width(static_cast<std::size_t>(levels), 0.0);
    for (std::size_t i = 0; i < transfer.codes.size(); ++i) {
        const double from = i == 0 ? low : std::max(low, transfer.thresholds[i - 1]);
        const double to =
            i == transfer.thresholds.size() ? high : std::min(high, transfer.thresholds[i]);
        if (to > from) width[static_cast<std::size_t>(transfer.codes[i])] += to - from;
    }
    return width;
}

}  // namespace

double StaticErrors::worst_inl_lsb() const { return largest_magnitude(inl_lsb); }
double StaticErrors::worst_dnl_lsb() const { return largest_magnitude(dnl_lsb); }

StaticErrors static_errors(const Transfer& transfer, std::int64_t levels) {
    OHMGRID_EXPECT(levels >= 4);
    const std::vector<double> first = transfer.first_inputs(levels);
    const double ideal_width = static_cast<double>(levels - 2);
    const double step = (first.back() - first.front()) / ideal_width;
    StaticErrors errors{.offset_lsb = first.front() - 0.5, .gain_error = step - 1};
    for (std::size_t k = 0; k < first.size(); ++k) {
        errors.inl_lsb.push_back((first[k] - first.front()) / step - static_cast<double>(k));
    }
    const auto width = code_widths(transfer, levels, first.front(), first.back());
    for (std::size_t k = 1; k + 1 < width.size(); ++k)
        errors.dnl_lsb.push_back(width[k] / step - 1);
    std::vector<bool> seen(static_cast<std::size_t>(levels));
    for (const std::int32_t code : transfer.codes) seen[static_cast<std::size_t>(code)] = true;
    for (std::size_t k = 0; k < seen.size(); ++k) {
        if (!seen[k]) errors.missing_codes.push_back(static_cast<std::int32_t>(k));
    }
    return errors;
}

double density_enob(const Transfer& transfer, std::int64_t levels, double noise_lsb) {
    const std::vector<double> first = transfer.first_inputs(levels);
    const double step = (first.back() - first.front()) / static_cast<double>(levels - 2);
    const double low = first.front() - step;
    const double high = first.back() + step;
    const double range = high - low;
    const double middle = low + range / 2;
    // Moments of input x (from the middle) and code c (from mid code) under even density.
    const double middle_code = static_cast<double>(levels - 1) / 2;
    double c_mean = 0, cc = 0, xc = 0;
    for (std::size_t i = 0; i < transfer.codes.size(); ++i) {
        const double from = i == 0 ? low : std::max(low, transfer.thresholds[i - 1]);
        const double to =
            i == transfer.thresholds.size() ? high : std::min(high, transfer.thresholds[i]);
        if (!(to > from)) continue;
        const double share = (to - from) / range;
        const double code = transfer.codes[i] - middle_code;
        c_mean += share * code;
        cc += share * code * code;
        xc += share * code * ((from + to) / 2 - middle);
    }
    const double variance = range * range / 12 - xc * xc / (cc - c_mean * c_mean);
    const double error = variance / (step * step) + noise_lsb * noise_lsb;
    return std::log2(static_cast<double>(levels)) - 0.5 * std::log2(12 * error);
}

double sine_enob(const Converter& converter, const RandomStream& noise, const SineTest& test) {
    const double amplitude = static_cast<double>(converter.levels()) / 2;
    const double middle = amplitude - 0.5;
    const double phase = 2 * std::numbers::pi * noise.uniform_open(0);
    const double step = 2 * std::numbers::pi * static_cast<double>(test.periods) /
                        static_cast<double>(test.samples);
    const auto draws = static_cast<std::uint32_t>(converter.levels()) + 2;
    double sum = 0, squares = 0, cosine = 0, sine = 0;
    for (std::int64_t i = 0; i < test.samples; ++i) {
        const double angle = phase + step * static_cast<double>(i);
        const double input = middle + amplitude * std::sin(angle);
        const auto first = 2 + static_cast<std::uint32_t>(i) * draws;
        const double code = converter.code(input, noise, first) - middle;
        sum += code;
        squares += code * code;
        cosine += code * std::cos(angle);
        sine += code * std::sin(angle);
    }
    // Over whole periods constant, sine and cosine are orthogonal, so each is fitted alone.
    const auto n = static_cast<double>(test.samples);
    const double signal = 2 * (cosine * cosine + sine * sine) / (n * n);
    const double rest = squares / n - (sum / n) * (sum / n) - signal;
    return 0.5 * std::log2(signal / rest / 1.5);  // SNR of an ideal converter: 1.5 * 4^bits
}

Spread spread_of(const std::vector<double>& values) {
    if (values.empty()) return {};
    Spread spread{.low = values.front(), .high = values.front()};
    for (const double value : values) {
        spread.mean += value / static_cast<double>(values.size());
        spread.low = std::min(spread.low, value);
        spread.high = std::max(spread.high, value);
    }
    double squares = 0;
    for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
    if (values.size() > 1) {
        spread.standard_deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
    }
    return spread;
}

namespace {

/// Mean, variance and extremes of many values one after the other, by code. Source of the update:
/// Welford, Technometrics 4, 1962.
class RunningSpread {
  public:
    void add(const std::vector<double>& values) {
        if (spread_.empty()) {
            spread_.resize(values.size());
            squares_.resize(values.size());
        }
        ++count_;
        for (std::size_t i = 0; i < values.size(); ++i) {
            Spread& s = spread_[i];
            s.low = count_ == 1 ? values[i] : std::min(s.low, values[i]);
            s.high = count_ == 1 ? values[i] : std::max(s.high, values[i]);
            const double before = values[i] - s.mean;
            s.mean += before / static_cast<double>(count_);
            squares_[i] += before * (values[i] - s.mean);
        }
    }

    [[nodiscard]] std::vector<Spread> result() const {
        std::vector<Spread> out = spread_;
        for (std::size_t i = 0; count_ > 1 && i < out.size(); ++i) {
            out[i].standard_deviation = std::sqrt(squares_[i] / static_cast<double>(count_ - 1));
        }
        return out;
    }

  private:
    std::int64_t count_ = 0;
    std::vector<Spread> spread_;
    std::vector<double> squares_;
};

/// One converter, characterised.
struct Characterised {
    StaticErrors errors;
    ConverterFigures figures;
};

Characterised characterise(const AdcSpec& adc, const VirtualChip& chip, std::uint32_t number,
                           const SineTest& sine) {
    const Converter converter = Converter::drawn(adc, chip, number);
    const Transfer transfer = converter.transfer();
    Characterised out{.errors = static_errors(transfer, adc.levels()), .figures = {}};
    const RandomStream noise =
        chip.stream(ErrorSource::converter_noise, Purpose::converter_noise, number);
    out.figures = {.offset_lsb = out.errors.offset_lsb,
                   .gain_error = out.errors.gain_error,
                   .worst_inl_lsb = out.errors.worst_inl_lsb(),
                   .worst_dnl_lsb = out.errors.worst_dnl_lsb(),
                   .missing_codes = static_cast<std::int64_t>(out.errors.missing_codes.size()),
                   .sine_enob = sine_enob(converter, noise, sine),
                   .density_enob = density_enob(transfer, adc.levels(), converter.noise_lsb())};
    return out;
}

}  // namespace

ConverterStudy study_converters(const AdcSpec& adc, const VirtualChip& chip, std::int64_t instances,
                                const SineTest& sine, const RunContext& context) {
    constexpr std::int64_t block = 64;  // kept in memory together; sums are taken in order
    ConverterStudy study;
    RunningSpread inl, dnl;
    for (std::int64_t begin = 0; begin < instances; begin += block) {
        const std::int64_t count = std::min(block, instances - begin);
        std::vector<Characterised> some(static_cast<std::size_t>(count));
        parallel_for(context, count, [&](std::int64_t i) {
            some[static_cast<std::size_t>(i)] =
                characterise(adc, chip, static_cast<std::uint32_t>(begin + i), sine);
        });
        for (const Characterised& one : some) {
            inl.add(one.errors.inl_lsb);
            dnl.add(one.errors.dnl_lsb);
            study.instances.push_back(one.figures);
            study.good += one.figures.worst_inl_lsb < 0.5 ? 1 : 0;
        }
        context.report({.task = "converters",
                        .unit = "converters",
                        .done = begin + count,
                        .total = instances});
    }
    study.inl_lsb = inl.result();
    study.dnl_lsb = dnl.result();
    return study;
}

}  // namespace ohmgrid
