#include "sim/converter/multiplexer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/complain.hpp"

namespace ohmgrid {
namespace {

constexpr double most_ohm = 1e9;
constexpr double most_second = 1;

/// What one phase makes of the current of its column and of the voltage before it.
struct Phase {
    double own = 1;       ///< share of the column's own value
    double previous = 0;  ///< share of what the capacitor held before
};

/// The phase of a converter that serves `served` columns and settles for `second` (0: fully).
Phase phase_of(const MultiplexerSpec& mux, double second, std::size_t served) {
    const double time_constant = (mux.switch_ohm + mux.source_ohm) * mux.hold_farad;
    const double unsettled =
        second > 0 && time_constant > 0 ? std::exp(-second / time_constant) : 0.0;
    const double start = mux.reset == HoldReset::every_column ? 0 : unsettled;
    const double stays = served > 1 ? mux.residual_charge : 0;
    const double gain = served > 1 ? 1 + mux.injected_per_signal : 1;
    return {.own = (1 - stays) * (1 - unsettled) * gain, .previous = (1 - stays) * start + stays};
}

std::vector<std::int64_t> in_order(std::vector<std::int64_t> columns, ConversionOrder order) {
    if (order == ConversionOrder::descending) std::reverse(columns.begin(), columns.end());
    if (order != ConversionOrder::even_then_odd) return columns;
    std::vector<std::int64_t> out;
    for (std::size_t first : {0U, 1U}) {
        for (std::size_t i = first; i < columns.size(); i += 2) out.push_back(columns[i]);
    }
    return out;
}

}  // namespace

const ParamTable<MultiplexerSpec>& multiplexer_parameters() {
    using S = MultiplexerSpec;
    static const ParamTable<S> table{
        "multiplexer",
        {
            param::quantity("switch", &S::switch_ohm, dimension::resistance,
                            {.fallback = "0 ohm",
                             .low = 0,
                             .high = most_ohm,
                             .doc = "on resistance of a column's switch, in series with the sense "
                                    "node"}),
            param::quantity("hold_capacitance", &S::hold_farad, dimension::capacitance,
                            {.fallback = "0 F",
                             .low = 0,
                             .high = 1e-6,
                             .doc = "capacitor that holds a column's value for its converter"}),
            param::quantity("source", &S::source_ohm, dimension::resistance,
                            {.fallback = "0 ohm",
                             .low = 0,
                             .high = most_ohm,
                             .doc = "output resistance of the stage that charges the hold "
                                    "capacitor"}),
            param::quantity("phase_time", &S::phase_second, dimension::time,
                            {.fallback = "0 s",
                             .low = 0,
                             .high = most_second,
                             .doc = "time for one column; 0 lets it settle"}),
            param::quantity("read_time", &S::read_second, dimension::time,
                            {.fallback = "0 s",
                             .low = 0,
                             .high = most_second,
                             .doc = "time for all columns of a converter, shared equally, instead "
                                    "of phase_time; 0 lets them settle"}),
            param::choice("reset", &S::reset,
                          {{"none", HoldReset::none}, {"every-column", HoldReset::every_column}},
                          {.fallback = "none",
                           .doc = "whether the hold capacitor is discharged between columns"}),
            param::number("residual_charge", &S::residual_charge,
                          {.fallback = "0 %",
                           .low = 0,
                           .high = 0.99,
                           .doc = "share of the previous column's voltage that is left when a "
                                  "column is converted, however long it settles"}),
            param::quantity("charge_injection", &S::injected_coulomb, dimension::charge,
                            {.fallback = "0 C",
                             .low = -1e-9,
                             .high = 1e-9,
                             .doc = "charge that an opening switch leaves on the hold capacitor"}),
            param::number("signal_injection", &S::injected_per_signal,
                          {.fallback = "0 %",
                           .low = -0.5,
                           .high = 0.5,
                           .doc = "injected charge that follows the signal, as a change of its "
                                  "gain"}),
            param::choice(
                "order", &S::order,
                {{"ascending", ConversionOrder::ascending},
                 {"descending", ConversionOrder::descending},
                 {"even-then-odd", ConversionOrder::even_then_odd}},
                {.fallback = "ascending", .doc = "order in which a converter takes its columns"}),
            param::choice(
                "read_start", &S::read_start,
                {{"discharged", ReadStart::discharged}, {"last-column", ReadStart::last_column}},
                {.fallback = "discharged",
                 .doc = "what the hold capacitor carries when a read begins"}),
        }};
    return table;
}

void check(const MultiplexerSpec& mux, const ParameterSet& set, Complaints& complaints) {
    if (mux.hold_farad == 0 && mux.injected_coulomb != 0) {
        complain(set, complaints, {"multiplexer.charge_injection"},
                 {.id = "MUX001",
                  .what = "multiplexer.charge_injection: there is no capacitor to inject into",
                  .remedy = "Give multiplexer.hold_capacitance"});
    }
    if (mux.phase_second > 0 && mux.read_second > 0) {
        complain(set, complaints, {"multiplexer.read_time"},
                 {.id = "MUX002",
                  .what = "multiplexer.phase_time and multiplexer.read_time both limit a phase",
                  .remedy = "Give one of them"});
    }
}

double track_second(const ArraySpec& array, const MultiplexerSpec& mux) {
    if (mux.read_second == 0) return mux.phase_second;
    return mux.read_second / static_cast<double>(std::min(array.column_sharing, array.columns));
}

ArraySpec with_switches(const ArraySpec& array, const MultiplexerSpec& mux) {
    ArraySpec out = array;
    out.sense_ohm += mux.switch_ohm;
    return out;
}

std::vector<std::vector<std::int64_t>> conversion_sequences(const ArraySpec& array,
                                                            const MultiplexerSpec& mux) {
    const std::int64_t converters = array.converters();
    std::vector<std::vector<std::int64_t>> columns(static_cast<std::size_t>(converters));
    for (std::int64_t c = 0; c < array.columns; ++c) {
        const std::int64_t converter = array.shared_columns == SharedColumns::adjacent
                                           ? c / array.column_sharing
                                           : c % converters;
        columns[static_cast<std::size_t>(converter)].push_back(c);
    }
    for (auto& list : columns) list = in_order(std::move(list), mux.order);
    return columns;
}

bool mixes_columns(const MultiplexerSpec& mux) {
    const bool limited = mux.phase_second > 0 || mux.read_second > 0;
    const bool slow = mux.hold_farad > 0 && mux.switch_ohm + mux.source_ohm > 0;
    return (limited && slow) || mux.residual_charge > 0 || mux.injected_per_signal != 0;
}

RowMajorMatrix column_mixing(const ArraySpec& array, const MultiplexerSpec& mux) {
    if (!mixes_columns(mux)) return RowMajorMatrix::Identity(array.columns, array.columns);
    const double second = track_second(array, mux);
    RowMajorMatrix mixing = RowMajorMatrix::Zero(array.columns, array.columns);
    for (const auto& sequence : conversion_sequences(array, mux)) {
        const Phase phase = phase_of(mux, second, sequence.size());
        // What the capacitor holds at the start, as a sum over the columns of this read.
        Eigen::VectorXd held = Eigen::VectorXd::Zero(array.columns);
        if (mux.read_start == ReadStart::last_column) {
            double share = phase.own;
            for (auto at = sequence.rbegin(); at != sequence.rend(); ++at) {
                held[*at] =
                    share / (1 - std::pow(phase.previous, static_cast<double>(sequence.size())));
                share *= phase.previous;
            }
        }
        for (const std::int64_t column : sequence) {
            held *= phase.previous;
            held[column] += phase.own;
            mixing.col(column) = held;
        }
    }
    return mixing;
}

std::vector<double> injected_volt(const ArraySpec& array, const MultiplexerSpec& mux) {
    std::vector<double> volt(static_cast<std::size_t>(array.columns), 0.0);
    if (mux.injected_coulomb == 0) return volt;
    const double each = mux.injected_coulomb / mux.hold_farad;
    const double second = track_second(array, mux);
    for (const auto& sequence : conversion_sequences(array, mux)) {
        if (sequence.size() < 2) continue;
        const double previous = phase_of(mux, second, sequence.size()).previous;
        double held = mux.read_start == ReadStart::last_column ? each / (1 - previous) : 0;
        for (const std::int64_t column : sequence) {
            held = previous * held + each;
            volt[static_cast<std::size_t>(column)] = held;
        }
    }
    return volt;
}

}  // namespace ohmgrid
