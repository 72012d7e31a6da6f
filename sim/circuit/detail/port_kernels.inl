// The dense kernels of the port reduction, written once with GCC vector extensions and compiled
// once per instruction set, with fused multiply-add allowed. Included by port_kernels_<isa>.cpp
// only.

#include "sim/circuit/detail/lanes.inl"
#include "sim/circuit/detail/port_kernels.hpp"

namespace ohmgrid::detail {
namespace {

/// Register tile of the dense update: `tile_registers` of rows times `tile_columns` columns.
constexpr int tile_registers = OHMGRID_LANES == 2 ? 2 : 3;
constexpr int tile_columns = OHMGRID_LANES == 8 ? 8 : 4;
/// Columns of a register tile of the lane update; it has `lane_unit` rows.
constexpr int lane_tile_columns = OHMGRID_LANES == 8 ? 4 : 2;
/// From so many columns on, the column operand is laid out anew: strided, it would come too slowly.
constexpr std::int64_t many_columns = 256;

inline std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

void clear(ColumnsView block, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t j = 0; j < columns; ++j) {
        double* target = block.values + j * block.step;
        std::int64_t i = 0;
        for (; i + lanes <= rows; i += lanes) store(target + i, Vector{});
        for (; i < rows; ++i) target[i] = 0;
    }
}

void copy(ColumnsView to, ColumnsView from, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t j = 0; j < columns; ++j) {
        const double* source = from.values + j * from.step;
        double* target = to.values + j * to.step;
        std::int64_t i = 0;
        for (; i + lanes <= rows; i += lanes) store(target + i, load(source + i));
        for (; i < rows; ++i) target[i] = source[i];
    }
}

void copy_lower(ColumnsView to, ColumnsView from, std::int64_t rows) {
    for (std::int64_t j = 0; j < rows; j += lanes) {
        copy({to.values + j * to.step + j, to.step}, {from.values + j * from.step + j, from.step},
             rows - j, smaller(lanes, rows - j));
    }
}

void add(ColumnsView to, ColumnsView from, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t j = 0; j < columns; ++j) {
        const double* source = from.values + j * from.step;
        double* target = to.values + j * to.step;
        std::int64_t i = 0;
        for (; i + lanes <= rows; i += lanes) {
            store(target + i, load(target + i) + load(source + i));
        }
        for (; i < rows; ++i) target[i] += source[i];
    }
}

void copy_transposed(ColumnsView to, ColumnsView from, std::int64_t rows, std::int64_t columns) {
    std::int64_t j = 0;
    for (; j + lanes <= columns; j += lanes) {
        std::int64_t i = 0;
        for (; i + lanes <= rows; i += lanes) {
            Vector tile[lanes];
            load_columns(from.values + i * from.step + j, from.step, tile);
            for (int k = 0; k < lanes; ++k) store(to.values + (j + k) * to.step + i, tile[k]);
        }
        for (; i < rows; ++i) {
            for (int k = 0; k < lanes; ++k) {
                to.values[(j + k) * to.step + i] = from.values[i * from.step + j + k];
            }
        }
    }
    for (; j < columns; ++j) {
        for (std::int64_t i = 0; i < rows; ++i) {
            to.values[j * to.step + i] = from.values[i * from.step + j];
        }
    }
}

void lane_copy_transposed(ColumnsView to, ColumnsView from, std::int64_t rows,
                          std::int64_t columns) {
    for (std::int64_t j = 0; j < columns; ++j) {
        for (std::int64_t i = 0; i < rows; ++i) {
            store(to.values + (j * to.step + i) * lanes,
                  load(from.values + (i * from.step + j) * lanes));
        }
    }
}

/// 1 / sqrt(x), or 0 for a node that nothing couples to.
inline double weight_of(double total) { return total > 0 ? 1 / __builtin_sqrt(total) : 0; }

inline Vector weight_of(Vector total) {
    Vector weight;
    for (int lane = 0; lane < lanes; ++lane) weight[lane] = __builtin_sqrt(total[lane]);
    return total > 0 ? 1 / weight : Vector{};
}

/// Factors of `count` nodes eliminated one after the other, from their mutual couplings (below the
/// diagonal) and, per node, the sum of its couplings to everything else.
/// A node's total is the sum of what is left of its couplings: nothing is ever subtracted.
template <class Element, int Most>
struct SmallFactor {
    ArrayOf<Element, Most> weight;  ///< 1 / sqrt(total)
    ArrayOf<ArrayOf<Element, Most>, Most>
        lower;  ///< lower[i][k]: weighted coupling of node i to node k < i

    template <class Coupling>
    SmallFactor(int count, Coupling coupling, ArrayOf<Element, Most>& outside) {
        for (int i = 0; i < count; ++i) {
            for (int k = 0; k < i; ++k) lower[i][k] = coupling(i, k);
        }
        for (int k = 0; k < count; ++k) {
            Element total = outside[k];
            for (int i = k + 1; i < count; ++i) total += lower[i][k];
            weight[k] = weight_of(total);
            const Element outward = outside[k] * weight[k];
            for (int i = k + 1; i < count; ++i) lower[i][k] *= weight[k];
            for (int j = k + 1; j < count; ++j) {
                outside[j] += outward * lower[j][k];
                for (int i = j + 1; i < count; ++i) lower[i][j] += lower[i][k] * lower[j][k];
            }
        }
    }
};

/// Eliminates the first dense_unit nodes of a panel.
void factor_unit(ColumnsView panel, std::int64_t rows) {
    constexpr int n = dense_unit;
    Vector sums[n] = {};
    for (std::int64_t i = n; i < rows; i += lanes) {
        for (int k = 0; k < n; ++k) sums[k] += load(panel.values + k * panel.step + i);
    }
    double outside[n];
    for (int k = 0; k < n; ++k) outside[k] = sum(sums[k]);
    const SmallFactor<double, n> factor(
        n, [&](int i, int k) { return panel.values[k * panel.step + i]; }, outside);
    for (std::int64_t i = n; i < rows; i += lanes) {
        Vector y[n];
#pragma GCC unroll 8
        for (int k = 0; k < n; ++k) {
            y[k] = load(panel.values + k * panel.step + i);
#pragma GCC unroll 8
            for (int p = 0; p < k; ++p) y[k] += y[p] * factor.lower[k][p];
            y[k] *= factor.weight[k];
            store(panel.values + k * panel.step + i, y[k]);
        }
    }
}

/// One register tile.
template <int Rows, int Columns>
inline void update_tile(double* c, std::int64_t c_step, const double* from, std::int64_t from_step,
                        const double* p, std::int64_t p_step, const double* q, std::int64_t q_step,
                        std::int64_t depth) {
    ArrayOf<Registers<Rows>, Columns> sums = {};
    for (std::int64_t k = 0; k < depth; ++k) {
        Registers<Rows> rows;
#pragma GCC unroll 3
        for (int v = 0; v < Rows; ++v) rows[v] = load(p + k * p_step + v * lanes);
#pragma GCC unroll 8
        for (int j = 0; j < Columns; ++j) {
            const double column = q[k * q_step + j];
#pragma GCC unroll 3
            for (int v = 0; v < Rows; ++v) sums[j][v] += rows[v] * column;
        }
    }
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j) {
#pragma GCC unroll 3
        for (int v = 0; v < Rows; ++v) {
            Vector value = sums[j][v];
            if (from != nullptr) value += load(from + j * from_step + v * lanes);
            store(c + j * c_step + v * lanes, value);
        }
    }
}

/// All tiles of one strip of rows; q is laid out tile after tile if q_step is tile_columns.
template <int Rows>
void update_strip(const CouplingUpdate& u, std::int64_t i, const double* q, std::int64_t q_step) {
    constexpr std::int64_t height = Rows * lanes;
    if (i + height <= u.front) return;
    const bool is_triangle = u.shape == CouplingUpdate::Shape::triangle;
    std::int64_t end = is_triangle ? smaller(u.columns, i + height) : u.columns;
    if (i >= u.back) end = smaller(end, u.back);
    const std::int64_t q_tile = q_step == tile_columns ? u.depth : 1;
    for (std::int64_t j = 0; j < end; j += tile_columns) {
        update_tile<Rows, tile_columns>(u.c + j * u.c_step + i, u.c_step,
                                        u.from == nullptr ? nullptr : u.from + j * u.from_step + i,
                                        u.from_step, u.p + i, u.step, q + j * q_tile, q_step,
                                        u.depth);
    }
}

/// One pass of at most update_depth.
void update_pass(const CouplingUpdate& u) {
    const double* q = u.q;
    std::int64_t q_step = u.step;
    if (u.scratch != nullptr && u.columns >= many_columns) {
        double* to = u.scratch;
        for (std::int64_t j = 0; j < u.columns; j += tile_columns) {
            for (std::int64_t k = 0; k < u.depth; ++k, to += tile_columns) {
                for (int lane = 0; lane < tile_columns; ++lane) to[lane] = q[k * q_step + j + lane];
            }
        }
        q = u.scratch;
        q_step = tile_columns;
    }
    std::int64_t i = 0;
    for (; i + tile_registers * lanes <= u.rows; i += tile_registers * lanes) {
        update_strip<tile_registers>(u, i, q, q_step);
    }
    for (; i + 2 * lanes <= u.rows; i += 2 * lanes) update_strip<2>(u, i, q, q_step);
    for (; i < u.rows; i += lanes) update_strip<1>(u, i, q, q_step);
}

void update(const CouplingUpdate& u) {
    CouplingUpdate pass = u;
    for (std::int64_t k = 0; k < u.depth; k += update_depth) {
        pass.depth = smaller(update_depth, u.depth - k);
        update_pass(pass);
        pass.p += update_depth * u.step;
        pass.q += update_depth * u.step;
        pass.from = u.c;
        pass.from_step = u.c_step;
    }
}

/// Halves the nodes to eliminate until they are few, so that most work is a deep update.
void factor(ColumnsView panel, std::int64_t rows, std::int64_t eliminated, double* scratch) {
    if (eliminated <= dense_unit) {
        factor_unit(panel, rows);
        return;
    }
    const std::int64_t half = (eliminated / 2 + dense_unit - 1) / dense_unit * dense_unit;
    factor(panel, rows, half, scratch);
    const ColumnsView rest{panel.values + half * panel.step + half, panel.step};
    update({.c = rest.values,
            .c_step = rest.step,
            .from = rest.values,
            .from_step = rest.step,
            .p = panel.values + half,
            .q = panel.values + half,
            .step = panel.step,
            .rows = rows - half,
            .columns = eliminated - half,
            .depth = half,
            .shape = CouplingUpdate::Shape::triangle,
            .front = 0,
            .scratch = scratch});
    factor(rest, rows - half, eliminated - half, scratch);
}

constexpr int most_lane_nodes = 16;

void lane_factor(ColumnsView panel, std::int64_t rows, std::int64_t eliminated) {
    const int n = static_cast<int>(eliminated);
    const auto at = [&](std::int64_t i, std::int64_t k) {
        return panel.values + (k * panel.step + i) * lanes;
    };
    Vector outside[most_lane_nodes] = {};
    for (int k = 0; k < n; ++k) {
        for (std::int64_t i = eliminated; i < rows; ++i) outside[k] += load(at(i, k));
    }
    const SmallFactor<Vector, most_lane_nodes> factor(
        n, [&](int i, int k) { return load(at(i, k)); }, outside);
    constexpr int together = 4;
    for (std::int64_t i = eliminated; i < rows; i += together) {
        Vector y[most_lane_nodes][together];
        for (int k = 0; k < n; ++k) {
            Vector sums[together];
            for (int r = 0; r < together; ++r) sums[r] = load(at(i + r, k));
            for (int p = 0; p < k; ++p) {
                const Vector lower = factor.lower[k][p];
                for (int r = 0; r < together; ++r) sums[r] += y[p][r] * lower;
            }
            for (int r = 0; r < together; ++r) {
                y[k][r] = sums[r] * factor.weight[k];
                store(at(i + r, k), y[k][r]);
            }
        }
    }
}

void lane_update(const CouplingUpdate& u) {
    const auto at = [&](const double* y, std::int64_t i, std::int64_t k) {
        return load(y + (k * u.step + i) * lanes);
    };
    for (std::int64_t i = 0; i < u.rows; i += lane_unit) {
        const bool is_triangle = u.shape == CouplingUpdate::Shape::triangle;
        const std::int64_t end = is_triangle ? smaller(u.columns, i + lane_unit) : u.columns;
        for (std::int64_t j = 0; j < end; j += lane_tile_columns) {
            Vector sums[lane_tile_columns][lane_unit] = {};
            for (std::int64_t k = 0; k < u.depth; ++k) {
                Vector rows[lane_unit];
#pragma GCC unroll 4
                for (int v = 0; v < lane_unit; ++v) rows[v] = at(u.p, i + v, k);
#pragma GCC unroll 4
                for (int h = 0; h < lane_tile_columns; ++h) {
                    const Vector column = at(u.q, j + h, k);
#pragma GCC unroll 4
                    for (int v = 0; v < lane_unit; ++v) sums[h][v] += rows[v] * column;
                }
            }
#pragma GCC unroll 4
            for (int h = 0; h < lane_tile_columns; ++h) {
#pragma GCC unroll 4
                for (int v = 0; v < lane_unit; ++v) {
                    Vector value = sums[h][v];
                    if (u.from != nullptr) {
                        value += load(u.from + ((j + h) * u.from_step + i + v) * lanes);
                    }
                    store(u.c + ((j + h) * u.c_step + i + v) * lanes, value);
                }
            }
        }
    }
}

/// code, per node: number of neighbours n, their n slots, then the slots of the pairs (0, 1),
/// (0, 2), ... (n - 2, n - 1) of neighbours.
void run_leaf(const std::uint16_t* code, std::int64_t nodes, double* slots) {
    constexpr int most_neighbours = 64;
    for (std::int64_t node = 0; node < nodes; ++node) {
        const int n = *code++;
        Vector coupling[most_neighbours];
        Vector total{};
        for (int a = 0; a < n; ++a) {
            coupling[a] = load(slots + code[a] * lanes);
            total += coupling[a];
        }
        code += n;
        const Vector inverse = total > 0 ? 1 / total : Vector{};
        for (int a = 0; a + 1 < n; ++a) {
            const Vector share = coupling[a] * inverse;
            for (int b = a + 1; b < n; ++b) {
                double* at = slots + *code++ * lanes;
                store(at, load(at) + share * coupling[b]);
            }
        }
    }
}

void unpack(ColumnsView from, std::int64_t ports, const ColumnsView* to) {
    for (std::int64_t j = 0; j < ports; ++j) {
        for (std::int64_t i = 0; i < ports; i += lanes) {
            if (i + lanes <= j) continue;
            const double* source = from.values + (j * from.step + i) * lanes;
            if (i + lanes <= ports) {
                Vector tile[lanes];
                load_columns(source, lanes, tile);
                for (int lane = 0; lane < lanes; ++lane) {
                    store(to[lane].values + j * to[lane].step + i, tile[lane]);
                }
                continue;
            }
            for (std::int64_t r = 0; i + r < ports; ++r) {
                for (int lane = 0; lane < lanes; ++lane) {
                    to[lane].values[j * to[lane].step + i + r] = source[r * lanes + lane];
                }
            }
        }
    }
}

}  // namespace

PortKernels OHMGRID_KERNELS_NAME() {
    return {.lanes = lanes,
            .clear = clear,
            .add = add,
            .copy = copy,
            .copy_lower = copy_lower,
            .copy_transposed = copy_transposed,
            .lane_copy_transposed = lane_copy_transposed,
            .factor = factor,
            .lane_factor = lane_factor,
            .update = update,
            .lane_update = lane_update,
            .run_leaf = run_leaf,
            .unpack = unpack};
}

}  // namespace ohmgrid::detail
