// The sweeps of the line solver, written once with GCC vector extensions and compiled once per
// instruction set, with fused multiply-add allowed. Included by line_kernels_<isa>.cpp only.

#include "sim/circuit/detail/lanes.inl"
#include "sim/circuit/detail/line_kernels.hpp"

namespace ohmgrid::detail {
namespace {

/// Registers across a stripe.
constexpr int registers_per_stripe = static_cast<int>(stripe_width) / lanes;

/// Row blocks that a row sweep advances together: enough independent chains to hide the latency of
/// a multiply-add, few enough for the register file.
constexpr int paired_blocks = 2;

/// One tile of conductances with lanes = rows; rows and columns outside the crossbar are open.
inline void load_tile(const LineFactors& f, const double* g, std::int64_t row_step, std::int64_t i,
                      std::int64_t j, Vector (&tile)[lanes]) {
    const double* corner = g + i * row_step + j;
    if (i + lanes <= f.rows && j + lanes <= f.columns) {
        load_columns(corner, row_step, tile);
        return;
    }
    double padded[lanes * lanes];
    for (int k = 0; k < lanes; ++k) {
        store(padded + k * lanes,
              i + k < f.rows ? load_first(corner + k * row_step, f.columns - j) : Vector{});
    }
    load_columns(padded, lanes, tile);
}

void load_cells(const LineFactors& f, const double* g, std::int64_t row_step) {
    for (std::int64_t i = 0; i < f.padded_rows; i += lanes) {
        double* block = f.cells + i * f.padded_columns;
        for (std::int64_t j = 0; j < f.padded_columns; j += lanes) {
            Vector tile[lanes];
            load_tile(f, g, row_step, i, j, tile);
            for (int k = 0; k < lanes; ++k) store(block + (j + k) * lanes, tile[k]);
        }
    }
}

/// `Blocks` row blocks at once from row i on: divisions are slow, so their chains must overlap.
template <int Blocks>
void factor_row_blocks(LineFactors f, LineLoads loads, std::int64_t i) {
    const double* cells = f.cells + i * f.padded_columns;
    double* pass = f.row_pass + i * f.padded_columns;
    const std::int64_t step = f.padded_columns * lanes;
    Registers<Blocks> load_siemens;
    for (int b = 0; b < Blocks; ++b) load_siemens[b] = load(loads.far_siemens + i + b * lanes);
    for (std::int64_t j = f.padded_columns - 1; j > 0; --j) {
        if (j >= f.columns) {
            for (int b = 0; b < Blocks; ++b) store(pass + b * step + j * lanes, broadcast(1));
            continue;
        }
        for (int b = 0; b < Blocks; ++b) {
            const Vector s =
                load_siemens[b] + (load(cells + b * step + j * lanes) + loads.shunt_siemens);
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

/// `Stripes` stripes at once from column j on, for the same reason.
template <int Stripes>
void factor_stripes(LineFactors f, LineLoads loads, const double* g, std::int64_t row_step,
                    std::int64_t j) {
    constexpr int count = Stripes * registers_per_stripe;
    const std::int64_t there = f.columns - j;
    const bool whole = there >= Stripes * stripe_width;
    const auto cells = [&](std::int64_t i, int v) {
        const double* row = g + i * row_step + j + v * lanes;
        return whole ? load(row) : load_first(row, there - v * lanes);
    };
    Registers<count> load_siemens;
    for (int v = 0; v < count; ++v) load_siemens[v] = load(loads.far_siemens + j + v * lanes);
    for (std::int64_t i = f.rows - 1; i > 0; --i) {
        for (int v = 0; v < count; ++v) {
            const Vector s = load_siemens[v] + (cells(i, v) + loads.shunt_siemens);
            const Vector a = 1 / (1 + f.column_wire_ohm * s);
            store(f.column_pass + f.in_stripes(i, j + v * lanes), a);
            load_siemens[v] = a * s;
        }
    }
    for (int v = 0; v < count; ++v) {
        store(loads.head_load_siemens + j + v * lanes,
              load_siemens[v] + (cells(0, v) + loads.shunt_siemens));
    }
}

void factor_columns(const LineFactors& f, const LineLoads& loads, const double* g,
                    std::int64_t row_step) {
    constexpr int many = 4;
    std::int64_t j = 0;
    for (; j + many * stripe_width <= f.padded_columns; j += many * stripe_width) {
        factor_stripes<many>(f, loads, g, row_step, j);
    }
    for (; j < f.padded_columns; j += stripe_width) factor_stripes<1>(f, loads, g, row_step, j);
}

/// Towards the heads: gathers the field, takes the step. Returns the energy of the new residual.
Vector gather_stripe(LineFactors f, LineVectors x, double alpha, double beta, std::int64_t j) {
    constexpr int count = registers_per_stripe;
    Registers<count> gathered = {};
    Registers<count> pass = {};
    Registers<count> energy = {};
    Registers<count> head_energy = {};
    const std::int64_t start = f.in_stripes(0, j);
    for (std::int64_t i = f.rows - 1; i >= 0; --i) {
        const std::int64_t row = start + i * stripe_width;
        for (int v = 0; v < count; ++v) {
            const std::int64_t at = row + v * lanes;
            gathered[v] = pass[v] * gathered[v] + load(x.field + at);
            pass[v] = load(f.column_pass + at);
            const Vector before = load(x.residual + at);
            const Vector image = beta * load(x.image + at) + (before - gathered[v]);
            const Vector residual = before - alpha * image;
            head_energy[v] = pass[v] * (residual * residual);
            energy[v] += head_energy[v];
            store(x.image + at, image);
            store(x.residual + at, residual);
        }
    }
    // Node 0 weighs as pass * current^2, all others with the wire resistance on top.
    Vector total{};
    for (int v = 0; v < count; ++v) {
        total += f.column_wire_ohm * (energy[v] - head_energy[v]) + head_energy[v];
    }
    return total;
}

/// Away from the heads: the residual's voltages.
void spread_stripe(LineFactors f, LineVectors x, std::int64_t j) {
    constexpr int count = registers_per_stripe;
    Registers<count> volt = {};
    const std::int64_t start = f.in_stripes(0, j);
    for (std::int64_t i = 0; i < f.rows; ++i) {
        const std::int64_t row = start + i * stripe_width;
        const double ohm = i == 0 ? 1 : f.column_wire_ohm;
        for (int v = 0; v < count; ++v) {
            const std::int64_t at = row + v * lanes;
            const Vector pass = load(f.column_pass + at);
            volt[v] = pass * volt[v] + pass * (ohm * load(x.residual + at));
            store(x.field + at, volt[v]);
        }
    }
}

/// Stripe by stripe, so that the second sweep finds the first one's numbers in the nearest cache.
double update_columns(const LineFactors& f, const LineVectors& x, double alpha, double beta) {
    Vector energy{};
    for (std::int64_t j = 0; j < f.padded_columns; j += stripe_width) {
        energy += gather_stripe(f, x, alpha, beta, j);
        spread_stripe(f, x, j);
    }
    return sum(energy);
}

/// First sweep of a row solve: currents of `Blocks` row blocks from row i on, gathered towards the
/// heads and kept in `gathered` (by blocks). Returns their energy.
template <int Blocks, bool HasVolt, bool HasInjected>
Vector gather_rows(LineFactors f, RowSolve x, std::int64_t i, double* gathered) {
    const std::int64_t step = f.padded_columns * lanes;
    Registers<Blocks> arriving = {};
    Registers<Blocks> pass = {};
    Registers<Blocks> energy = {};
    for (std::int64_t j = f.padded_columns - lanes; j >= 0; j -= lanes) {
#pragma GCC unroll 2
        for (int b = 0; b < Blocks; ++b) {
            const std::int64_t block = i * f.padded_columns + b * step + j * lanes;
            const std::int64_t corner = f.in_stripes(i + b * lanes, j);
            Vector volt[lanes];
            Vector injected[lanes];
            if constexpr (HasVolt) load_columns(x.volt + corner, stripe_width, volt);
            if constexpr (HasInjected) load_columns(x.injected + corner, stripe_width, injected);
#pragma GCC unroll 8
            for (int k = lanes - 1; k >= 0; --k) {
                Vector current{};
                if constexpr (HasVolt) current = load(f.cells + block + k * lanes) * volt[k];
                if constexpr (HasInjected) current += injected[k];
                arriving[b] = pass[b] * arriving[b] + current;
                pass[b] = load(f.row_pass + block + k * lanes);
                energy[b] += pass[b] * (arriving[b] * arriving[b]);
                store(gathered + b * step + (j + k) * lanes, arriving[b]);
            }
        }
    }
    // Node 0 weighs as pass * current^2, all others with the wire resistance on top.
    Vector total{};
    for (int b = 0; b < Blocks; ++b) {
        const Vector head = pass[b] * (arriving[b] * arriving[b]);
        total += f.row_wire_ohm * (energy[b] - head) + head;
    }
    return total;
}

/// Second sweep: node voltages from the gathered currents, from the heads outwards.
template <int Blocks, bool HasGathered, bool HasHead, bool OutputsVolt>
void spread_rows(LineFactors f, RowSolve x, std::int64_t i, const double* gathered) {
    const std::int64_t step = f.padded_columns * lanes;
    Registers<Blocks> volt = {};
    for (std::int64_t j = 0; j < f.padded_columns; j += lanes) {
#pragma GCC unroll 2
        for (int b = 0; b < Blocks; ++b) {
            const std::int64_t block = i * f.padded_columns + b * step + j * lanes;
            const std::int64_t corner = f.in_stripes(i + b * lanes, j);
            Vector out[lanes];
#pragma GCC unroll 8
            for (int k = 0; k < lanes; ++k) {
                const bool is_head = j + k == 0;
                const Vector pass = load(f.row_pass + block + k * lanes);
                Vector raised{};
                if constexpr (HasGathered) {
                    const double ohm = is_head ? 1 : f.row_wire_ohm;
                    raised = (ohm * pass) * load(gathered + b * step + (j + k) * lanes);
                }
                volt[b] = pass * volt[b] + raised;
                if constexpr (HasHead) {
                    if (is_head) volt[b] += load(x.head_volt + i + b * lanes);
                }
                out[k] = OutputsVolt ? volt[b] : load(f.cells + block + k * lanes) * volt[b];
            }
            store_columns(x.out + corner, stripe_width, out);
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
    return {lanes, load_cells, factor_rows, factor_columns, solve_rows, update_columns};
}

}  // namespace ohmgrid::detail
