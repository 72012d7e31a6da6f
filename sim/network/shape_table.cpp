#include "sim/network/shape_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "sim/core/spelling.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/network/detail/table_text.hpp"

namespace ohmgrid {
namespace {

using detail::TableCell;
using detail::TableRow;

enum class Column {
    name,
    op,
    inputs,
    channels,
    size,
    kernel,
    stride,
    padding,
    dilation,
    groups,
};

/// In the order of Column.
const std::vector<std::string>& column_names() {
    static const std::vector<std::string> names{"name",     "op",     "inputs", "channels",
                                                "size",     "kernel", "stride", "padding",
                                                "dilation", "groups"};
    return names;
}

constexpr std::size_t column_count = 10;

/// What a row's `op` means, and which cells it must and may fill besides name, op, inputs and size.
struct Operation {
    std::string_view word;
    Op op;
    std::vector<Column> needs = {};
    std::vector<Column> takes = {};
    float clip_high = std::numeric_limits<float>::infinity();  ///< of the relus
};

const std::vector<Operation>& operations() {
    static const std::vector<Operation> table{
        {"input", Op::input, {Column::channels}},
        {"conv",
         Op::convolution,
         {Column::channels, Column::kernel},
         {Column::stride, Column::padding, Column::dilation, Column::groups}},
        {"linear", Op::linear, {Column::channels}},
        {"batch_norm", Op::affine},
        {"relu", Op::clip},
        {.word = "relu6", .op = Op::clip, .clip_high = 6.0F},
        {"add", Op::add},
        {"concat", Op::concat},
        {"max_pool",
         Op::max_pool,
         {Column::kernel},
         {Column::stride, Column::padding, Column::dilation}},
        {"average_pool", Op::average_pool, {Column::kernel}, {Column::stride, Column::padding}},
        {"global_average_pool", Op::global_average_pool},
        {"pad", Op::pad, {Column::padding}},
        {"flatten", Op::flatten},
        {"softmax", Op::softmax},
    };
    return table;
}

bool contains(std::span<const Column> columns, Column c) {
    return std::ranges::find(columns, c) != columns.end();
}

/// The words of a cell, separated by blanks.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
        if (end > 0) words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t low,
                                         std::int64_t high) {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = failure == std::errc{} && end == text.data() + text.size();
    return good && low <= value && value <= high ? std::optional(value) : std::nullopt;
}

/// Reads one table. Rows with mistakes are remembered by name, so that rows which build on them
/// do not complain a second time.
class TableReader {
  public:
    explicit TableReader(const std::filesystem::path& path)
        : path_(path), rows_(detail::split_table(read_file(path), path)) {
        graph_.name = path.stem().string();
    }

    Graph read() {
        read_header();
        complaints_.throw_if_any();
        for (std::size_t i = 1; i < rows_.size(); ++i) read_row(rows_[i]);
        complain_about_unused_rows();
        complaints_.throw_if_any();
        graph_.output = {static_cast<std::int64_t>(graph_.nodes.size()) - 1};
        check(graph_);
        return std::move(graph_);
    }

  private:
    /// A row by its columns; cells left out or empty are nullptr.
    using Cells = std::array<const TableCell*, column_count>;

    void complain(const Place& place, std::string id, std::string what, std::string remedy) {
        complaints_.add({.place = place.text(),
                         .id = std::move(id),
                         .what = std::move(what),
                         .remedy = std::move(remedy)});
    }

    void read_header() {
        if (rows_.size() < 2) {
            return complain({path_.string()}, "NET010", "the table has no rows",
                            "Write a row of column names and one row per operation");
        }
        const std::vector<std::string>& known = column_names();
        for (const TableCell& cell : rows_[0]) {
            const auto found = std::ranges::find(known, cell.text);
            if (found == known.end()) {
                std::string all;
                for (const std::string& name : known) all += (all.empty() ? "" : ", ") + name;
                complain(cell.place, "NET010", "unknown column '" + cell.text + "'",
                         did_you_mean(cell.text, known, "Columns are " + all));
                continue;
            }
            const auto column = static_cast<Column>(found - known.begin());
            if (contains(columns_, column)) {
                complain(cell.place, "NET010", "column '" + cell.text + "' occurs twice",
                         "Remove one of them");
            }
            columns_.push_back(column);
        }
        for (const Column required : {Column::name, Column::op}) {
            if (contains(columns_, required) || !complaints_.empty()) continue;
            complain(rows_[0][0].place, "NET010",
                     "column '" + known[static_cast<std::size_t>(required)] + "' is missing",
                     "The first row must name the columns");
        }
    }

    void read_row(const TableRow& row) {
        const std::size_t complaints_before = complaints_.messages().size();
        const Cells cells = arranged(row);
        const TableCell* name = at(cells, Column::name);
        const TableCell* op = at(cells, Column::op);
        if (name == nullptr || op == nullptr) {
            return complain(row[0].place, "NET011", "the row has no name or no op", "Fill in both");
        }
        if (made_.contains(name->text) || words_of(name->text).size() != 1) {
            complain(name->place, "NET011",
                     "the name '" + name->text + "' is used before or contains a blank",
                     "Give every row a name of its own");
        }
        std::optional<NodeId> id;
        if (const Operation* operation = find_operation(*op)) {
            Node node = node_of(*operation, cells);
            const auto inputs = inputs_of(*operation, cells);
            if (inputs && complaints_.messages().size() == complaints_before) {
                node.inputs = *inputs;
                id = append(std::move(node), cells);
            }
        }
        made_.insert_or_assign(name->text, Made{id, name->place});
        last_ = name->text;
    }

    Cells arranged(const TableRow& row) {
        if (row.size() > columns_.size()) {
            complain(row[columns_.size()].place, "NET010",
                     "the row has " + std::to_string(row.size()) + " cells but the table has " +
                         std::to_string(columns_.size()) + " columns",
                     "Separate several inputs with blanks, not with commas");
        }
        Cells cells{};
        for (std::size_t i = 0; i < std::min(row.size(), columns_.size()); ++i) {
            if (!row[i].text.empty()) cells[static_cast<std::size_t>(columns_[i])] = &row[i];
        }
        return cells;
    }

    static const TableCell* at(const Cells& cells, Column c) {
        return cells[static_cast<std::size_t>(c)];
    }

    const Operation* find_operation(const TableCell& op) {
        const auto found = std::ranges::find(operations(), op.text, &Operation::word);
        if (found != operations().end()) return &*found;
        std::vector<std::string> words;
        std::string all;
        for (const Operation& o : operations()) {
            words.emplace_back(o.word);
            all += (all.empty() ? "" : ", ") + words.back();
        }
        complain(op.place, "NET011", "unknown op '" + op.text + "'",
                 did_you_mean(op.text, words, "Operations are " + all));
        return nullptr;
    }

    /// What the row says of its operation, still without inputs.
    Node node_of(const Operation& operation, const Cells& cells) {
        check_columns(operation, cells);
        Node node{.name = at(cells, Column::name)->text, .op = operation.op};
        if (node.op == Op::clip) {
            node.clip_low = 0;
            node.clip_high = operation.clip_high;
        }
        node.shape.channels = extent(cells, Column::channels);
        if (node.op == Op::input) {
            std::tie(node.shape.height, node.shape.width) = pair(cells, Column::size, 1, 1);
        }
        node.groups = extent(cells, Column::groups);
        node.window = window_of(cells);
        return node;
    }

    void check_columns(const Operation& operation, const Cells& cells) {
        const TableCell& op = *at(cells, Column::op);
        for (std::size_t i = static_cast<std::size_t>(Column::channels); i < column_count; ++i) {
            const auto column = static_cast<Column>(i);
            const bool needed = contains(operation.needs, column);
            if (cells[i] == nullptr && needed) {
                complain(op.place, "NET011", op.text + " needs " + column_names()[i],
                         "Fill in that column");
            }
            const bool taken =
                needed || column == Column::size || contains(operation.takes, column);
            if (cells[i] != nullptr && !taken) {
                complain(cells[i]->place, "NET011", op.text + " takes no " + column_names()[i],
                         "Leave the cell empty");
            }
        }
    }

    /// nullopt if the row builds on one that holds mistakes.
    std::optional<std::vector<NodeId>> inputs_of(const Operation& operation, const Cells& cells) {
        const TableCell* cell = at(cells, Column::inputs);
        if (operation.op == Op::input) {
            if (cell != nullptr) {
                complain(cell->place, "NET011", "an input has no inputs", "Leave the cell empty");
            }
            return std::vector<NodeId>{};
        }
        std::vector<std::string> names;
        if (cell != nullptr) {
            names = words_of(cell->text);
        } else if (!last_.empty()) {
            names = {last_};
        }
        bool sound = true;
        std::vector<NodeId> inputs;
        for (const std::string& name : names) {
            const auto found = made_.find(name);
            if (found == made_.end()) {
                complain_about_input(*cell, name);
                continue;
            }
            used_.insert(name);
            sound = sound && found->second.node.has_value();
            inputs.push_back(found->second.node.value_or(NodeId{}));
        }
        return sound ? std::optional(inputs) : std::nullopt;
    }

    void complain_about_input(const TableCell& cell, const std::string& name) {
        std::vector<std::string> earlier;
        for (const auto& [known, made] : made_) earlier.push_back(known);
        complain(cell.place, "NET011", "no row above is named '" + name + "'",
                 did_you_mean(name, earlier, "Inputs are names of rows above"));
    }

    std::int64_t number(const TableCell& cell, std::string_view text, std::int64_t low,
                        std::int64_t high) {
        if (const auto value = whole_number(text, low, high)) return *value;
        complain(cell.place, "NET011",
                 "'" + cell.text + "' is not made of whole numbers from " + std::to_string(low) +
                     " to " + std::to_string(high),
                 "Write as 3, or as 3x5 for height x width");
        return low;
    }

    /// A count of at least 1, which is also what an empty cell means.
    std::int64_t extent(const Cells& cells, Column column) {
        const TableCell* cell = at(cells, column);
        return cell == nullptr ? 1 : number(*cell, cell->text, 1, max_feature_map_elements);
    }

    /// "3" for both directions or "3x5" for height x width.
    std::pair<std::int64_t, std::int64_t> pair(const Cells& cells, Column column,
                                               std::int64_t fallback, std::int64_t low) {
        const TableCell* cell = at(cells, column);
        if (cell == nullptr) return {fallback, fallback};
        const std::string_view text = cell->text;
        const std::size_t cross = text.find('x');
        const std::int64_t first = number(*cell, text.substr(0, cross), low, max_window_extent);
        if (cross == std::string_view::npos) return {first, first};
        return {first, number(*cell, text.substr(cross + 1), low, max_window_extent)};
    }

    Window window_of(const Cells& cells) {
        Window w;
        std::tie(w.kernel_height, w.kernel_width) = pair(cells, Column::kernel, 1, 1);
        std::tie(w.stride_height, w.stride_width) = pair(cells, Column::stride, 1, 1);
        std::tie(w.dilation_height, w.dilation_width) = pair(cells, Column::dilation, 1, 1);
        const TableCell* padding = at(cells, Column::padding);
        const auto sides =
            padding == nullptr ? std::vector<std::string>{} : words_of(padding->text);
        if (sides.size() == 4) {  // top left bottom right
            w.pad_top = number(*padding, sides[0], 0, max_window_extent);
            w.pad_left = number(*padding, sides[1], 0, max_window_extent);
            w.pad_bottom = number(*padding, sides[2], 0, max_window_extent);
            w.pad_right = number(*padding, sides[3], 0, max_window_extent);
        } else {
            std::tie(w.pad_top, w.pad_left) = pair(cells, Column::padding, 0, 0);
            w.pad_bottom = w.pad_top;
            w.pad_right = w.pad_left;
        }
        return w;
    }

    /// Infers the shape, compares it with `size` if given, and appends the node.
    std::optional<NodeId> append(Node node, const Cells& cells) {
        try {
            node.shape = infer_shape(graph_, node);
        } catch (const InputError& error) {
            const Message& m = error.messages().front();
            complain(at(cells, Column::op)->place, m.id, m.what, m.remedy);
            return std::nullopt;
        }
        if ((node.op == Op::input) != graph_.nodes.empty()) {
            complain(at(cells, Column::op)->place, "NET011",
                     "the first row, and no other, must be the input",
                     "Start with a row whose op is input");
            return std::nullopt;
        }
        const auto [height, width] = pair(cells, Column::size, 0, 1);
        const bool compared = at(cells, Column::size) != nullptr;
        if (compared && (height != node.shape.height || width != node.shape.width)) {
            complain(at(cells, Column::size)->place, "NET011",
                     "the size follows as " + std::to_string(node.shape.height) + "x" +
                         std::to_string(node.shape.width),
                     "Correct it, or the kernel, stride or padding");
        }
        graph_.nodes.push_back(std::move(node));
        return NodeId{static_cast<std::int64_t>(graph_.nodes.size()) - 1};
    }

    void complain_about_unused_rows() {
        for (const auto& [name, made] : made_) {
            if (name == last_ || used_.contains(name)) continue;
            complain(made.place, "NET011", "no row below uses '" + name + "'",
                     "Name it under inputs, or remove it; the last row is the output");
        }
    }

    /// A row that was read; without a node if it holds mistakes or builds on such a row.
    struct Made {
        std::optional<NodeId> node;
        Place place;
    };

    std::filesystem::path path_;
    std::vector<TableRow> rows_;
    std::vector<Column> columns_;
    Complaints complaints_;
    Graph graph_;
    std::map<std::string, Made> made_;
    std::set<std::string> used_;
    std::string last_;  ///< name of the row above
};

}  // namespace

Graph read_shape_table(const std::filesystem::path& path) { return TableReader(path).read(); }

}  // namespace ohmgrid
