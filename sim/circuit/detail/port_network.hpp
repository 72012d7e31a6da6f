#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/circuit/detail/aligned_vector.hpp"
#include "sim/circuit/detail/buffer_pool.hpp"
#include "sim/circuit/detail/port_kernels.hpp"

namespace ohmgrid::detail {

/// Where a rectangular block of a crossbar touches the rest; also the order of a network's ports.
enum class Side { left, right, top, bottom };
inline constexpr int sides = 4;

/// A resistive network seen from its ports: a conductance >= 0 between every two of them. Ports are
/// ordered left, right, top, bottom; within a side from top to bottom or from left to right.
/// Holds one network, or one per lane of a register.
struct PortNetwork {
    std::array<std::int64_t, sides> count{};  ///< ports per side
    std::int64_t step = 0;                    ///< elements between columns
    int lanes = 1;                            ///< numbers per element
    BufferPool::Buffer values = {};           ///< by columns; defined below the diagonal only

    [[nodiscard]] std::int64_t ports() const { return count[0] + count[1] + count[2] + count[3]; }
    [[nodiscard]] std::int64_t first(Side side) const;
    [[nodiscard]] std::int64_t size(Side side) const {
        return count[static_cast<std::size_t>(side)];
    }
    /// The coupling of two ports, row > column.
    [[nodiscard]] double& at(std::int64_t row, std::int64_t column) {
        return values.begin()[column * step + row];
    }
    [[nodiscard]] double at(std::int64_t row, std::int64_t column) const {
        return values.begin()[column * step + row];
    }
};

/// A run of ports of one network.
struct PortRange {
    const PortNetwork* network = nullptr;
    std::int64_t first = 0;
    std::int64_t count = 0;
};

/// Eliminates ports by star-mesh transformations. Networks live in the reducer's memory and must
/// not outlive it; a reducer used again and again hardly allocates.
class PortReducer {
  public:
    explicit PortReducer(PortKernels kernels) : kernels_(kernels) {}

    /// A network with undefined couplings; `extra` more elements are allocated behind them.
    PortNetwork make(std::array<std::int64_t, sides> count, int lanes, std::int64_t extra = 0);
    /// A network of unconnected ports.
    PortNetwork make_unconnected(std::array<std::int64_t, sides> count);

    /// What a network is needed for: couplings within the first `front` ports, or from port `back`
    /// on, may be left out.
    struct Needed {
        std::int64_t front = 0;
        std::int64_t back = std::numeric_limits<std::int64_t>::max();
    };

    /// Connects the ports of `shared` with those of `also_shared` (if any) one by one, eliminates
    /// them and keeps the rest in the order of `kept`, whose runs must be ascending per network.
    PortNetwork eliminate(PortRange shared, std::optional<PortRange> also_shared,
                          std::span<const PortRange> kept, std::array<std::int64_t, sides> count,
                          Needed needed);

    /// Joins two blocks along a common edge: right of `a` to left of `b`, or bottom of `a` to top
    /// of `b`; `side` is the side of `a`.
    PortNetwork join(const PortNetwork& a, Side side, const PortNetwork& b, Needed needed);

    /// Leaves the ports of one side open.
    PortNetwork drop(const PortNetwork& network, Side side, Needed needed);

    [[nodiscard]] const PortKernels& kernels() const { return kernels_; }
    /// Floating-point operations (an addition or a multiplication each) that the eliminations so
    /// far needed, padding not counted.
    [[nodiscard]] double operations() const { return operations_; }

  private:
    struct Panel;
    void assemble(Panel& panel, PortRange shared, std::optional<PortRange> also_shared,
                  std::span<const PortRange> kept);
    void add_couplings(const Panel& panel, std::span<const PortRange> kept, Needed needed,
                       PortNetwork& network);
    void add_couplings_by_range(const Panel& panel, std::span<const PortRange> kept, Needed needed,
                                PortNetwork& network);
    void copy_couplings(std::span<const PortRange> kept, std::int64_t padded, Needed needed,
                        PortNetwork& network) const;

    PortKernels kernels_;
    BufferPool pool_;
    AlignedVector panel_;
    AlignedVector scratch_;
    double operations_ = 0;
};

}  // namespace ohmgrid::detail
