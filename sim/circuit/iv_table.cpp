#include "sim/circuit/iv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

constexpr std::string_view head_of_volts = "voltage (V)";
constexpr std::string_view head_of_state = "current at ";
constexpr std::string_view tail_of_state = " S (A)";

Index index(std::size_t i) { return static_cast<Index>(i); }

/// The first place where a sequence fails `in_order(previous, next)`, as the place of `next`.
template <class Order>
std::optional<std::size_t> first_disorder(std::span<const double> values, Order in_order) {
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (!in_order(values[i - 1], values[i])) return i;
    }
    return std::nullopt;
}

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::vector<std::string_view> split(std::string_view line, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = line.find(separator);
        parts.push_back(line.substr(0, end));
        if (end == std::string_view::npos) return parts;
        line.remove_prefix(end + 1);
    }
}

/// Reads the file form line by line.
class TableReader {
  public:
    explicit TableReader(std::string file) : file_(std::move(file)) {}

    void take(std::string_view line) {
        ++line_;
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.empty()) return;
        if (line.front() == '#') {
            table_.origin.emplace_back(
                line.substr(std::min(line.size(), line.find_first_not_of("# "))));
        } else if (table_.state_siemens.empty()) {
            take_head(line);
        } else {
            take_row(line);
        }
    }

    IvTable finish() {
        const Index states = index(table_.state_siemens.size());
        if (states == 0) refuse("there is no head line");
        table_.current_ampere =
            Eigen::Map<const RowMajorMatrix>(currents_.data(), index(table_.volt.size()), states)
                .transpose();
        table_.check(file_);
        return std::move(table_);
    }

  private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw InputError({.place = Place{file_, line_, 1}.text(),
                          .id = "CIR104",
                          .what = what,
                          .remedy = "The head is '" + std::string(head_of_volts) + ',' +
                                    std::string(head_of_state) + "1e-05" +
                                    std::string(tail_of_state) + "', then numbers"});
    }

    void take_head(std::string_view line) {
        const auto heads = split(line, ',');
        if (heads.front() != head_of_volts || heads.size() < 2) refuse("this is not a head line");
        for (auto head = heads.begin() + 1; head != heads.end(); ++head) {
            if (!head->starts_with(head_of_state) || !head->ends_with(tail_of_state)) {
                refuse(fmt::format("\"{}\" is not the head of a column of currents", *head));
            }
            const auto state = number_in(head->substr(
                head_of_state.size(), head->size() - head_of_state.size() - tail_of_state.size()));
            if (!state) refuse(fmt::format("\"{}\" names no conductance", *head));
            table_.state_siemens.push_back(*state);
        }
    }

    void take_row(std::string_view line) {
        const auto parts = split(line, ',');
        if (parts.size() != table_.state_siemens.size() + 1) {
            refuse(fmt::format("{} numbers where the head has {}", parts.size(),
                               table_.state_siemens.size() + 1));
        }
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const auto value = number_in(parts[i]);
            if (!value) refuse(fmt::format("\"{}\" is not a number", parts[i]));
            (i == 0 ? table_.volt : currents_).push_back(*value);
        }
    }

    std::string file_;
    std::int64_t line_ = 0;
    IvTable table_;
    std::vector<double> currents_;  ///< voltages x states
};

/// Slope at an end point from the two nearest intervals: the three-point formula, or 0 where it
/// would fall. On rising points it is at most twice the end difference, which keeps the cubic
/// monotone.
double end_slope(double h0, double h1, double d0, double d1) {
    return std::max(((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1), 0.0);
}

/// Fritsch-Butland slopes of one rising curve.
std::vector<double> monotone_slopes(std::span<const double> x, std::span<const double> y) {
    const std::size_t n = x.size();
    std::vector<double> h(n - 1);
    std::vector<double> d(n - 1);
    for (std::size_t k = 0; k + 1 < n; ++k) {
        h[k] = x[k + 1] - x[k];
        d[k] = (y[k + 1] - y[k]) / h[k];
    }
    std::vector<double> slope(n, d.front());
    if (n == 2) return slope;
    for (std::size_t k = 1; k + 1 < n; ++k) {
        const double before_weight = 2 * h[k] + h[k - 1];
        const double after_weight = h[k] + 2 * h[k - 1];
        const bool rises = d[k - 1] > 0 && d[k] > 0;
        slope[k] = rises ? (before_weight + after_weight) /
                               (before_weight / d[k - 1] + after_weight / d[k])
                         : 0;
    }
    slope.front() = end_slope(h[0], h[1], d[0], d[1]);
    slope.back() = end_slope(h[n - 2], h[n - 3], d[n - 2], d[n - 3]);
    return slope;
}

}  // namespace

void IvTable::check(std::string_view place) const {
    Complaints complaints;
    const auto complain = [&](std::string id, std::string what, std::string remedy) {
        complaints.add({std::string(place), std::move(id), std::move(what), std::move(remedy)});
    };
    if (volt.size() < 2 || state_siemens.empty() ||
        current_ampere.rows() != index(state_siemens.size()) ||
        current_ampere.cols() != index(volt.size())) {
        complain("CIR101",
                 fmt::format("{} voltages and {} states with {} x {} currents", volt.size(),
                             state_siemens.size(), current_ampere.rows(), current_ampere.cols()),
                 "A table has at least two voltages and one state, and a current for each pair");
        complaints.throw_if_any();
    }
    const auto finite = [](double v) { return std::isfinite(v); };
    if (!std::all_of(volt.begin(), volt.end(), finite) || !current_ampere.allFinite() ||
        !std::all_of(state_siemens.begin(), state_siemens.end(), finite)) {
        complain("CIR103", "the table holds a value that is not finite", "Mend that value");
        complaints.throw_if_any();
    }
    if (const auto row = first_disorder(volt, std::less<>())) {
        complain("CIR102",
                 fmt::format("row {}: the voltage {} V does not rise above {} V", *row + 1,
                             volt[*row], volt[*row - 1]),
                 "Sort the rows by voltage and drop repeated ones");
    }
    if (first_disorder(state_siemens, std::less<>()) || state_siemens.front() <= 0) {
        complain("CIR102", "the states do not rise from above 0 S", "Sort the columns by state");
    }
    for (Index s = 0; s < current_ampere.rows(); ++s) {
        const auto row =
            first_disorder({current_ampere.row(s).data(), volt.size()}, std::less_equal<>());
        if (!row) continue;
        complain("CIR102",
                 fmt::format("row {}: the current of state {} S falls from {} A to {} A", *row + 1,
                             state_siemens[static_cast<std::size_t>(s)],
                             current_ampere(s, index(*row) - 1), current_ampere(s, index(*row))),
                 "A cell law must never fall; smooth the measurement or cut the table there");
    }
    complaints.throw_if_any();
}

IvTable read_iv_table(const std::filesystem::path& path) {
    const std::string text = read_file(path);
    TableReader reader(path.string());
    for (const std::string_view line : split(text, '\n')) reader.take(line);
    return reader.finish();
}

std::string to_csv(const IvTable& table) {
    std::string out;
    for (const std::string& line : table.origin) out += "# " + line + '\n';
    out += head_of_volts;
    for (const double state : table.state_siemens) {
        out += fmt::format(",{}{}{}", head_of_state, state, tail_of_state);
    }
    out += '\n';
    for (std::size_t k = 0; k < table.volt.size(); ++k) {
        out += fmt::format("{}", table.volt[k]);
        for (Index s = 0; s < table.current_ampere.rows(); ++s) {
            out += fmt::format(",{}", table.current_ampere(s, index(k)));
        }
        out += '\n';
    }
    return out;
}

IvInterpolant::IvInterpolant(IvTable table, std::string_view place) : table_(std::move(table)) {
    table_.check(place);
    slope_siemens_.resize(table_.current_ampere.rows(), table_.current_ampere.cols());
    for (Index s = 0; s < slope_siemens_.rows(); ++s) {
        const std::span<const double> curve{table_.current_ampere.row(s).data(),
                                            table_.volt.size()};
        const std::vector<double> slopes = monotone_slopes(table_.volt, curve);
        std::copy(slopes.begin(), slopes.end(), slope_siemens_.row(s).data());
    }
}

IvInterpolant::Mix IvInterpolant::mix(double state_siemens) const {
    const std::vector<double>& states = table_.state_siemens;
    const auto above = std::upper_bound(states.begin(), states.end(), state_siemens);
    if (above == states.begin() || above == states.end()) {
        const Index only = above == states.begin() ? 0 : index(states.size()) - 1;
        return {only, state_siemens / states[static_cast<std::size_t>(only)], only, 0};
    }
    const double lower = *(above - 1);
    const double weight = (state_siemens - lower) / (*above - lower);
    return {above - states.begin() - 1, 1 - weight, above - states.begin(), weight};
}

IvInterpolant::Cubic IvInterpolant::cubic(std::size_t interval, double state_siemens) const {
    const Mix m = mix(state_siemens);
    const double h = table_.volt[interval + 1] - table_.volt[interval];
    const auto mixed = [&m](const RowMajorMatrix& curves, Index k) {
        return m.lower_weight * curves(m.lower, k) + m.upper_weight * curves(m.upper, k);
    };
    const Index k = index(interval);
    const double y0 = mixed(table_.current_ampere, k);
    const double rise = (mixed(table_.current_ampere, k + 1) - y0) / h;
    const double s0 = mixed(slope_siemens_, k);
    const double s1 = mixed(slope_siemens_, k + 1);
    return {y0, s0, (3 * rise - 2 * s0 - s1) / h, (s0 + s1 - 2 * rise) / (h * h)};
}

std::vector<double> IvInterpolant::state_weights(double state_siemens) const {
    const Mix m = mix(state_siemens);
    std::vector<double> weights(table_.state_siemens.size(), 0.0);
    weights[static_cast<std::size_t>(m.lower)] += m.lower_weight;
    weights[static_cast<std::size_t>(m.upper)] += m.upper_weight;
    return weights;
}

IvInterpolant::Point IvInterpolant::at(double state_siemens, double volt) const {
    const std::vector<double>& x = table_.volt;
    const auto above = std::upper_bound(x.begin() + 1, x.end() - 1, volt);
    const auto interval = static_cast<std::size_t>(above - x.begin() - 1);
    const Cubic c = cubic(interval, state_siemens);
    const double inside = std::clamp(volt, x.front(), x.back());
    const double t = inside - x[interval];
    const double slope = c.c1 + t * (2 * c.c2 + t * 3 * c.c3);
    return {c.c0 + t * (c.c1 + t * (c.c2 + t * c.c3)) + slope * (volt - inside),
            std::max(slope, 0.0)};
}

}  // namespace ohmgrid
