#include "sim/circuit/detail/port_reduction.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/circuit/detail/leaf_program.hpp"

namespace ohmgrid::detail {
namespace {

/// Lines first .. last - 1 of one direction.
struct Span {
    std::int64_t first = 0;
    std::int64_t last = 0;

    [[nodiscard]] std::int64_t size() const { return last - first; }
    [[nodiscard]] std::int64_t middle() const { return first + (size() + 1) / 2; }
};

/// The wires and cells of a crossbar, mirrored so that rows are driven from the left and columns
/// sensed at the bottom, at least.
class MirroredCrossbar {
  public:
    explicit MirroredCrossbar(const Crossbar& crossbar) : crossbar_(crossbar) {}

    [[nodiscard]] std::int64_t rows() const { return crossbar_.rows(); }
    [[nodiscard]] std::int64_t columns() const { return crossbar_.columns(); }
    [[nodiscard]] bool driven_right() const { return crossbar_.drive == DriveEnds::both; }
    [[nodiscard]] bool sensed_on_top() const { return crossbar_.sense == SenseEnds::both; }
    [[nodiscard]] double cell(std::int64_t i, std::int64_t j) const {
        return crossbar_.conductance_siemens(row(i), column(j));
    }
    [[nodiscard]] double row_link() const { return 1 / crossbar_.row_wire_ohm; }
    [[nodiscard]] double column_link() const { return 1 / crossbar_.column_wire_ohm; }
    /// Between a source and the nearest node of its row; 0 if disconnected.
    [[nodiscard]] double source_link(std::int64_t i) const {
        return crossbar_.row_floats(row(i)) ? 0 : 1 / crossbar_.drive_end_ohm();
    }
    [[nodiscard]] double sense_link(std::int64_t j) const {
        return crossbar_.column_floats(column(j)) ? 0 : 1 / crossbar_.sense_end_ohm();
    }

  private:
    [[nodiscard]] std::int64_t row(std::int64_t i) const {
        return crossbar_.sense == SenseEnds::top ? rows() - 1 - i : i;
    }
    [[nodiscard]] std::int64_t column(std::int64_t j) const {
        return crossbar_.drive == DriveEnds::right ? columns() - 1 - j : j;
    }

    const Crossbar& crossbar_;
};

/// Several blocks of cells of one shape, one per lane.
struct LaneCells {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    int lanes = 0;
    AlignedVector cells;   ///< rows x columns x lanes
    AlignedVector left;    ///< wire segments at the left ends of the rows, rows x lanes
    AlignedVector bottom;  ///< wire segments at the bottom ends of the columns, columns x lanes
};

class Reduction {
  public:
    Reduction(const Crossbar& crossbar, SenseCouplings sense, PortReducer& reducer)
        : crossbar_(crossbar), sense_(sense), reducer_(reducer) {
        const std::int64_t tile = tile_lines();
        row_cuts_ = cuts(crossbar_.rows(), tile);
        column_cuts_ = cuts(crossbar_.columns(), tile);
    }

    PortNetwork reduce() { return reduce_tiles({0, tile_rows()}, {0, tile_columns()}); }

  private:
    using Tiles = std::map<std::pair<std::int64_t, std::int64_t>, PortNetwork>;

    /// Lines of a tile: large enough that dense kernels work well above, small enough that there
    /// are tiles for all lanes.
    [[nodiscard]] std::int64_t tile_lines() const {
        constexpr std::int64_t most = 16;
        constexpr std::int64_t least = 4;
        const std::int64_t lines = std::min(crossbar_.rows(), crossbar_.columns());
        return std::clamp(lines / 4, least, most);
    }
    /// 0 .. lines cut into parts of `part` lines and one of what is left over: few shapes, so that
    /// lanes fill up.
    static std::vector<std::int64_t> cuts(std::int64_t lines, std::int64_t part) {
        std::vector<std::int64_t> out;
        for (std::int64_t k = 0; k < lines; k += part) out.push_back(k);
        out.push_back(lines);
        return out;
    }
    [[nodiscard]] std::int64_t tile_rows() const {
        return static_cast<std::int64_t>(row_cuts_.size()) - 1;
    }
    [[nodiscard]] std::int64_t tile_columns() const {
        return static_cast<std::int64_t>(column_cuts_.size()) - 1;
    }
    static std::int64_t at(const std::vector<std::int64_t>& cuts, std::int64_t k) {
        return cuts[static_cast<std::size_t>(k)];
    }
    [[nodiscard]] Span rows_of(std::int64_t tile) const {
        return {at(row_cuts_, tile), at(row_cuts_, tile + 1)};
    }
    [[nodiscard]] Span columns_of(std::int64_t tile) const {
        return {at(column_cuts_, tile), at(column_cuts_, tile + 1)};
    }

    /// The network of a rectangle of tiles. Tiles are made for so many at a time, to bound memory.
    PortNetwork reduce_tiles(Span rows, Span columns) {
        constexpr std::int64_t most_tiles = 16;
        if (rows.size() * columns.size() <= most_tiles) {
            Tiles tiles = make_tiles(rows, columns);
            return merge_tiles(rows, columns, tiles);
        }
        return merge(rows, columns, [this](Span r, Span c) { return reduce_tiles(r, c); });
    }
    PortNetwork merge_tiles(Span rows, Span columns, Tiles& tiles) {
        if (rows.size() == 1 && columns.size() == 1) {
            return std::move(tiles.at({rows.first, columns.first}));
        }
        return merge(rows, columns, [&](Span r, Span c) { return merge_tiles(r, c, tiles); });
    }
    /// Splits the longer side, so that blocks stay square.
    template <class Part>
    PortNetwork merge(Span rows, Span columns, Part part) {
        const PortReducer::Needed needed = needed_of(rows, columns);
        if (columns.size() >= rows.size()) {
            const PortNetwork left = part(rows, Span{columns.first, columns.middle()});
            const PortNetwork right = part(rows, Span{columns.middle(), columns.last});
            return reducer_.join(left, Side::right, right, needed);
        }
        const PortNetwork top = part(Span{rows.first, rows.middle()}, columns);
        const PortNetwork bottom = part(Span{rows.middle(), rows.last}, columns);
        return reducer_.join(top, Side::bottom, bottom, needed);
    }

    /// Sources come first and sense nodes last among a block's ports; what they exchange among
    /// themselves never reaches anything else.
    [[nodiscard]] PortReducer::Needed needed_of(Span tile_rows_span, Span tile_columns_span) const {
        const std::int64_t rows =
            at(row_cuts_, tile_rows_span.last) - at(row_cuts_, tile_rows_span.first);
        const std::int64_t columns =
            at(column_cuts_, tile_columns_span.last) - at(column_cuts_, tile_columns_span.first);
        const bool at_left = tile_columns_span.first == 0;
        const bool at_right = tile_columns_span.last == tile_columns();
        const bool at_top = tile_rows_span.first == 0;
        const bool at_bottom = tile_rows_span.last == tile_rows();
        PortReducer::Needed needed;
        if (at_left) {
            needed.front = at_right && crossbar_.driven_right() ? 2 * rows : rows;
        }
        if (at_bottom && sense_ == SenseCouplings::ignored) {
            const bool has_right = !at_right || crossbar_.driven_right();
            const bool has_top = !at_top || crossbar_.sensed_on_top();
            needed.back = rows + (has_right ? rows : 0);
            if (has_top && !(at_top && crossbar_.sensed_on_top())) needed.back += columns;
        }
        return needed;
    }

    /// All tiles of a rectangle, those of one shape together in lanes.
    Tiles make_tiles(Span rows, Span columns) {
        std::map<std::pair<std::int64_t, std::int64_t>,
                 std::vector<std::pair<std::int64_t, std::int64_t>>>
            by_shape;
        for (std::int64_t r = rows.first; r < rows.last; ++r) {
            for (std::int64_t c = columns.first; c < columns.last; ++c) {
                by_shape[{rows_of(r).size(), columns_of(c).size()}].emplace_back(r, c);
            }
        }
        Tiles tiles;
        const auto lanes = static_cast<std::size_t>(reducer_.kernels().lanes);
        for (const auto& [shape, members] : by_shape) {
            for (std::size_t k = 0; k < members.size(); k += lanes) {
                const std::span group(members.begin() + static_cast<std::ptrdiff_t>(k),
                                      std::min(lanes, members.size() - k));
                make_group(group, tiles);
            }
        }
        return tiles;
    }

    void make_group(std::span<const std::pair<std::int64_t, std::int64_t>> group, Tiles& tiles) {
        const LaneCells cells = gather(group);
        const PortNetwork lanes = reduce_lanes(cells, {0, cells.rows}, {0, cells.columns});
        std::vector<PortNetwork> separate;
        std::vector<ColumnsView> views;
        for (int lane = 0; lane < cells.lanes; ++lane) {
            separate.push_back(reducer_.make(lanes.count, 1));
            views.push_back({separate.back().values.begin(), separate.back().step});
        }
        reducer_.kernels().unpack({lanes.values.begin(), lanes.step}, lanes.ports(), views.data());
        for (std::size_t k = 0; k < group.size(); ++k) {
            tiles[group[k]] = close_edges(std::move(separate[k]), group[k]);
        }
    }

    /// Conductances of a group of tiles, one per lane; spare lanes repeat the last tile.
    LaneCells gather(std::span<const std::pair<std::int64_t, std::int64_t>> group) const {
        LaneCells out{.rows = rows_of(group[0].first).size(),
                      .columns = columns_of(group[0].second).size(),
                      .lanes = reducer_.kernels().lanes,
                      .cells = {},
                      .left = {},
                      .bottom = {}};
        const auto lanes = static_cast<std::size_t>(out.lanes);
        out.cells.resize(static_cast<std::size_t>(out.rows * out.columns) * lanes);
        out.left.resize(static_cast<std::size_t>(out.rows) * lanes);
        out.bottom.resize(static_cast<std::size_t>(out.columns) * lanes);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const auto& [tile_row, tile_column] = group[std::min(lane, group.size() - 1)];
            const Span rows = rows_of(tile_row);
            const Span columns = columns_of(tile_column);
            std::size_t k = lane;
            for (std::int64_t i = rows.first; i < rows.last; ++i) {
                for (std::int64_t j = columns.first; j < columns.last; ++j, k += lanes) {
                    out.cells[k] = crossbar_.cell(i, j);
                }
            }
            for (std::int64_t i = 0; i < rows.size(); ++i) {
                out.left[static_cast<std::size_t>(i) * lanes + lane] =
                    tile_column == 0 ? crossbar_.source_link(rows.first + i) : crossbar_.row_link();
            }
            for (std::int64_t j = 0; j < columns.size(); ++j) {
                out.bottom[static_cast<std::size_t>(j) * lanes + lane] =
                    tile_row == tile_rows() - 1 ? crossbar_.sense_link(columns.first + j)
                                                : crossbar_.column_link();
            }
        }
        return out;
    }

    PortNetwork reduce_lanes(const LaneCells& cells, Span rows, Span columns) {
        if (rows.size() <= LeafProgram::most_lines && columns.size() <= LeafProgram::most_lines) {
            return run_leaf(cells, rows, columns);
        }
        if (columns.size() >= rows.size()) {
            return reducer_.join(reduce_lanes(cells, rows, {columns.first, columns.middle()}),
                                 Side::right,
                                 reduce_lanes(cells, rows, {columns.middle(), columns.last}), {});
        }
        return reducer_.join(reduce_lanes(cells, {rows.first, rows.middle()}, columns),
                             Side::bottom, reduce_lanes(cells, {rows.middle(), rows.last}, columns),
                             {});
    }

    PortNetwork run_leaf(const LaneCells& cells, Span rows, Span columns) {
        const auto shape = std::pair(rows.size(), columns.size());
        auto known = programs_.find(shape);
        if (known == programs_.end()) {
            known = programs_.emplace(shape, LeafProgram(shape.first, shape.second)).first;
        }
        const LeafProgram& program = known->second;
        const auto lanes = static_cast<std::size_t>(cells.lanes);
        PortNetwork network =
            reducer_.make({rows.size(), rows.size(), columns.size(), columns.size()}, cells.lanes,
                          program.slots - program.step * program.step);
        std::fill(network.values.begin(), network.values.end(), 0.0);
        double* slots = network.values.begin();
        const auto set = [&](LeafProgram::Slot slot, const double* value) {
            std::copy(value, value + lanes, slots + slot * lanes);
        };
        const auto set_all = [&](const std::vector<LeafProgram::Slot>& where, double value) {
            for (const LeafProgram::Slot slot : where) {
                std::fill_n(slots + slot * lanes, lanes, value);
            }
        };
        set_all(program.row_links, crossbar_.row_link());
        set_all(program.column_links, crossbar_.column_link());
        set_all(program.left, crossbar_.row_link());
        set_all(program.bottom, crossbar_.column_link());
        std::size_t k = 0;
        for (std::int64_t i = rows.first; i < rows.last; ++i) {
            for (std::int64_t j = columns.first; j < columns.last; ++j) {
                set(program.cells[k++],
                    cells.cells.data() + static_cast<std::size_t>(i * cells.columns + j) * lanes);
            }
        }
        for (std::int64_t i = rows.first; columns.first == 0 && i < rows.last; ++i) {
            set(program.left[static_cast<std::size_t>(i - rows.first)],
                cells.left.data() + static_cast<std::size_t>(i) * lanes);
        }
        for (std::int64_t j = columns.first; rows.last == cells.rows && j < columns.last; ++j) {
            set(program.bottom[static_cast<std::size_t>(j - columns.first)],
                cells.bottom.data() + static_cast<std::size_t>(j) * lanes);
        }
        reducer_.kernels().run_leaf(program.code.data(), program.eliminated, slots);
        return network;
    }

    /// At the right and top edge of the array lines end open or at one more terminal.
    PortNetwork close_edges(PortNetwork tile, std::pair<std::int64_t, std::int64_t> place) {
        if (place.second == tile_columns() - 1) {
            tile = crossbar_.driven_right()
                       ? reducer_.join(tile, Side::right, right_ends(rows_of(place.first)), {})
                       : reducer_.drop(tile, Side::right, {});
        }
        if (place.first == 0) {
            tile = crossbar_.sensed_on_top()
                       ? reducer_.join(top_ends(columns_of(place.second)), Side::bottom, tile, {})
                       : reducer_.drop(tile, Side::top, {});
        }
        return tile;
    }
    [[nodiscard]] PortNetwork right_ends(Span rows) {
        PortNetwork ends = reducer_.make_unconnected({rows.size(), rows.size(), 0, 0});
        for (std::int64_t i = 0; i < rows.size(); ++i) {
            ends.at(rows.size() + i, i) = crossbar_.source_link(rows.first + i);
        }
        return ends;
    }
    [[nodiscard]] PortNetwork top_ends(Span columns) {
        PortNetwork ends = reducer_.make_unconnected({0, 0, columns.size(), columns.size()});
        for (std::int64_t j = 0; j < columns.size(); ++j) {
            ends.at(columns.size() + j, j) = crossbar_.sense_link(columns.first + j);
        }
        return ends;
    }

    MirroredCrossbar crossbar_;
    SenseCouplings sense_;
    PortReducer& reducer_;
    std::vector<std::int64_t> row_cuts_;
    std::vector<std::int64_t> column_cuts_;
    std::map<std::pair<std::int64_t, std::int64_t>, LeafProgram> programs_;
};

}  // namespace

PortNetwork reduce_to_terminals(const Crossbar& crossbar, SenseCouplings sense,
                                PortReducer& reducer) {
    return Reduction(crossbar, sense, reducer).reduce();
}

}  // namespace ohmgrid::detail
