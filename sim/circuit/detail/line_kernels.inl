// The sweeps of the line solver, written once with GCC vector extensions and compiled once per
// instruction set, with fused multiply-add allowed. Included by line_kernels_<isa>.cpp only.

#include "sim/circuit/detail/lanes.inl"
#include "sim/circuit/detail/line_kernels.hpp"

namespace ohmgrid::detail {
namespace {

/// Bit lines per stripe of a column sweep, in registers: enough independent chains to hide the
/// latency of a multiply-add, few enough for the register file.
constexpr int wide_stripe = OHMGRID_LANES == 8 ? 8 : 4;

/// Row blocks that a row sweep advances together, for the same reason.
constexpr int paired_blocks = 2;

/// Calls body<Count>(first column) for stripes of Count registers that cover all columns.
template <class Body>
inline void for_each_stripe(std::int64_t stride, Body body) {
    std::int64_t j = 0;
    for (; j + wide_stripe * lanes <= stride; j += wide_stripe * lanes) {
        body.template operator()<wide_stripe>(j);
    }
    for (; j < stride; j += lanes) body.template operator()<1>(j);
}

/// One tile of conductances with lanes = rows; rows and columns outside the crossbar are open.
inline void load_tile(const LineFactors& f, const double* g, std::int64_t row_step, std::int64_t i,
                      std::int64_t j, Vector (&tile)[lanes]) {
    const bool whole = i + lanes <= f.rows && j + lanes <= f.columns;
    for (int k = 0; k < lanes; ++k) {
        const double* row = g + (i + k) * row_step + j;
        if (whole) {
            tile[k] = load(row);
        } else {
            tile[k] = i + k < f.rows ? load_first(row, f.columns - j) : Vector{};
        }
    }
    transpose(tile);
}

void load_cells(const LineFactors& f, const double* g, std::int64_t row_step) {
    for (std::int64_t i = 0; i < f.padded_rows; i += lanes) {
        double* block = f.cells + i * f.stride;
        for (std::int64_t j = 0; j < f.stride; j += lanes) {
            Vector tile[lanes];
            load_tile(f, g, row_step, i, j, tile);
            for (int k = 0; k < lanes; ++k) store(block + (j + k) * lanes, tile[k]);
        }
    }
}

/// `Blocks` row blocks at once from row i on: divisions are slow, so their chains must overlap.
template <int Blocks>
void factor_row_blocks(const LineFactors& f, const LineLoads& loads, std::int64_t i) {
    const double* cells = f.cells + i * f.stride;
    double* pass = f.row_pass + i * f.stride;
    const std::int64_t step = f.stride * lanes;
    Registers<Blocks> load_siemens;
    for (int b = 0; b < Blocks; ++b) load_siemens[b] = load(loads.far_siemens + i + b * lanes);
    for (std::int64_t j = f.stride - 1; j > 0; --j) {
        if (j >= f.columns) {
            for (int b = 0; b < Blocks; ++b) store(pass + b * step + j * lanes, broadcast(1));
            continue;
        }
        for (int b = 0; b < Blocks; ++b) {
            const Vector s = load_siemens[b] + (load(cells + b * step + j * lanes) +
                                                loads.shunt_siemens);
            const Vector a = 1 / (1 + f.row_wire_ohm * s);
            store(pass + b * step + j * lanes, a);
            load_siemens[b] = a * s;
        }
    }
    for (int b = 0; b < Blocks; ++b) {
        store(loads.head_load_siemens + i + b * lanes,
              load_siemens[b] + (load(cells + b * step) + loads.shunt_siemens));
    }
}

void factor_rows(const LineFactors& f, const LineLoads& loads) {
    constexpr int many = 4;
    std::int64_t i = 0;
    for (; i + many * lanes <= f.padded_rows; i += many * lanes) {
        factor_row_blocks<many>(f, loads, i);
    }
    for (; i < f.padded_rows; i += lanes) factor_row_blocks<1>(f, loads, i);
}

void factor_columns(const LineFactors& f, const LineLoads& loads, const double* g,
                    std::int64_t row_step) {
    for_each_stripe(f.stride, [&]<int Count>(std::int64_t j) {
        const std::int64_t there = f.columns - j;
        const bool whole = there >= Count * lanes;
        const auto cells = [&](std::int64_t i, int v) {
            const double* row = g + i * row_step + j + v * lanes;
            return whole ? load(row) : load_first(row, there - v * lanes);
        };
        Registers<Count> load_siemens;
        for (int v = 0; v < Count; ++v) load_siemens[v] = load(loads.far_siemens + j + v * lanes);
        for (std::int64_t i = f.rows - 1; i > 0; --i) {
            for (int v = 0; v < Count; ++v) {
                const Vector s = load_siemens[v] + (cells(i, v) + loads.shunt_siemens);
                const Vector a = 1 / (1 + f.column_wire_ohm * s);
                store(f.column_pass + i * f.stride + j + v * lanes, a);
                load_siemens[v] = a * s;
            }
        }
        for (int v = 0; v < Count; ++v) {
            store(loads.head_load_siemens + j + v * lanes,
                  load_siemens[v] + (cells(0, v) + loads.shunt_siemens));
        }
    });
}

double spread_columns(const LineFactors& f, const LineVectors& x, double beta) {
    Vector energy{};
    for_each_stripe(f.stride, [&]<int Count>(std::int64_t j) {
        Registers<Count> volt = {};
        Registers<Count> stripe_energy = {};
        for (std::int64_t i = 0; i < f.rows; ++i) {
            const std::int64_t row = i * f.stride + j;
            const double ohm = i == 0 ? 1 : f.column_wire_ohm;
            for (int v = 0; v < Count; ++v) {
                const std::int64_t at = row + v * lanes;
                const Vector direction = load(x.residual + at) + beta * load(x.direction + at);
                const Vector pass = load(f.column_pass + at);
                const Vector dropped = ohm * direction;
                volt[v] = pass * (dropped + volt[v]);
                stripe_energy[v] += pass * dropped * direction;
                store(x.direction + at, direction);
                store(x.field + at, volt[v]);
            }
        }
        for (int v = 0; v < Count; ++v) energy += stripe_energy[v];
    });
    return sum(energy);
}

double gather_columns(const LineFactors& f, const LineVectors& x, double alpha) {
    Vector energy{};
    for_each_stripe(f.stride, [&]<int Count>(std::int64_t j) {
        Registers<Count> passed = {};
        Registers<Count> stripe_energy = {};
        for (std::int64_t i = f.rows - 1; i >= 0; --i) {
            const std::int64_t row = i * f.stride + j;
            const double ohm = i == 0 ? 1 : f.column_wire_ohm;
            for (int v = 0; v < Count; ++v) {
                const std::int64_t at = row + v * lanes;
                const Vector gathered = load(x.field + at) + passed[v];
                const Vector pass = load(f.column_pass + at);
                const Vector residual =
                    load(x.residual + at) - alpha * (load(x.direction + at) - gathered);
                passed[v] = pass * gathered;
                stripe_energy[v] += (ohm * pass) * (residual * residual);
                store(x.residual + at, residual);
            }
        }
        for (int v = 0; v < Count; ++v) energy += stripe_energy[v];
    });
    return sum(energy);
}

/// First sweep of a row solve: currents of `Blocks` row blocks from row i on, gathered towards the
/// heads and kept in `gathered` (by blocks). Returns their energy.
template <int Blocks, bool HasVolt, bool HasInjected>
Vector gather_rows(const LineFactors& f, const RowSolve& x, std::int64_t i, double* gathered) {
    const std::int64_t step = f.stride * lanes;
    Registers<Blocks> current = {};
    Registers<Blocks> passed = {};
    Registers<Blocks> energy = {};
    for (std::int64_t j = f.stride - lanes; j >= 0; j -= lanes) {
        for (int b = 0; b < Blocks; ++b) {
            const std::int64_t block = i * f.stride + b * step + j * lanes;
            const std::int64_t corner = (i + b * lanes) * f.stride + j;
            Vector volt[lanes];
            Vector injected[lanes];
            for (int k = 0; k < lanes; ++k) {
                if constexpr (HasVolt) volt[k] = load(x.volt + corner + k * f.stride);
                if constexpr (HasInjected) injected[k] = load(x.injected + corner + k * f.stride);
            }
            if constexpr (HasVolt) transpose(volt);
            if constexpr (HasInjected) transpose(injected);
            for (int k = lanes - 1; k >= 0; --k) {
                Vector arriving = passed[b];
                if constexpr (HasVolt) arriving += load(f.cells + block + k * lanes) * volt[k];
                if constexpr (HasInjected) arriving += injected[k];
                current[b] = arriving;
                passed[b] = load(f.row_pass + block + k * lanes) * arriving;
                energy[b] += passed[b] * arriving;
                store(gathered + b * step + (j + k) * lanes, arriving);
            }
        }
    }
    // Node 0 weighs as pass * current^2, all others with the wire resistance on top.
    Vector total{};
    for (int b = 0; b < Blocks; ++b) {
        const Vector head = passed[b] * current[b];
        total += f.row_wire_ohm * (energy[b] - head) + head;
    }
    return total;
}

/// Second sweep: node voltages from the gathered currents, from the heads outwards.
template <int Blocks, bool HasGathered, bool HasHead, bool OutputsVolt>
void spread_rows(const LineFactors& f, const RowSolve& x, std::int64_t i, const double* gathered) {
    const std::int64_t step = f.stride * lanes;
    Registers<Blocks> volt = {};
    for (std::int64_t j = 0; j < f.stride; j += lanes) {
        for (int b = 0; b < Blocks; ++b) {
            const std::int64_t block = i * f.stride + b * step + j * lanes;
            const std::int64_t corner = (i + b * lanes) * f.stride + j;
            Vector out[lanes];
            for (int k = 0; k < lanes; ++k) {
                const bool is_head = j + k == 0;
                Vector before = volt[b];
                if constexpr (HasGathered) {
                    before += (is_head ? 1 : f.row_wire_ohm) *
                              load(gathered + b * step + (j + k) * lanes);
                }
                volt[b] = load(f.row_pass + block + k * lanes) * before;
                if constexpr (HasHead) {
                    if (is_head) volt[b] += load(x.head_volt + i + b * lanes);
                }
                out[k] = OutputsVolt ? volt[b] : load(f.cells + block + k * lanes) * volt[b];
            }
            transpose(out);
            for (int k = 0; k < lanes; ++k) store(x.out + corner + k * f.stride, out[k]);
        }
    }
}

template <bool HasVolt, bool HasInjected, bool HasHead, bool OutputsVolt>
double solve_rows_as(const LineFactors& f, const RowSolve& x, double* scratch) {
    Vector energy{};
    const auto solve = [&]<int Blocks>(std::int64_t i) {
        constexpr bool gathers = HasVolt || HasInjected;
        if constexpr (gathers) {
            energy += gather_rows<Blocks, HasVolt, HasInjected>(f, x, i, scratch);
        }
        spread_rows<Blocks, gathers, HasHead, OutputsVolt>(f, x, i, scratch);
    };
    std::int64_t i = 0;
    for (; i + paired_blocks * lanes <= f.padded_rows; i += paired_blocks * lanes) {
        solve.template operator()<paired_blocks>(i);
    }
    for (; i < f.padded_rows; i += lanes) solve.template operator()<1>(i);
    return sum(energy);
}

/// The combinations that occur: an iteration, the start and the end, with and without injection.
double solve_rows(const LineFactors& f, const RowSolve& x, double* scratch) {
    const bool outputs_volt = x.output == RowSolve::Output::volt;
    if (x.head_volt == nullptr) return solve_rows_as<true, false, false, false>(f, x, scratch);
    if (outputs_volt && x.injected == nullptr) {
        return solve_rows_as<true, false, true, true>(f, x, scratch);
    }
    if (outputs_volt) return solve_rows_as<true, true, true, true>(f, x, scratch);
    if (x.injected == nullptr) return solve_rows_as<false, false, true, false>(f, x, scratch);
    return solve_rows_as<false, true, true, false>(f, x, scratch);
}

}  // namespace

LineKernels OHMGRID_KERNELS_NAME() {
    return {lanes,          load_cells, factor_rows,   factor_columns,
            spread_columns, solve_rows, gather_columns};
}

}  // namespace ohmgrid::detail
