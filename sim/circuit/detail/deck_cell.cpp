#include "sim/circuit/detail/deck_cell.hpp"

#include <fmt/format.h>

namespace ohmgrid::detail {
namespace {

using Eigen::Index;

/// The entry of a list that holds one value for all or one for each.
double entry(const std::vector<double>& list, Index i) {
    return list[list.size() == 1 ? 0 : static_cast<std::size_t>(i)];
}

/// One state's curve as a function of the voltage: a balanced tree of comparisons over its cubics.
class TableFunction {
  public:
    TableFunction(const IvInterpolant& curves, std::size_t state)
        : curves_(curves), state_(state), points_(curves.table().volt.size()) {}

    /// The coefficients as parameters, because ngspice keeps those with all their digits.
    [[nodiscard]] std::string parameters() const {
        const double g = curves_.table().state_siemens[state_];
        const std::vector<double>& volt = curves_.table().volt;
        const double step = volt.back() - volt[points_ - 2];
        const auto first = curves_.cubic(0, g);
        const auto last = curves_.cubic(points_ - 2, g);
        std::string out = line(0, {first.c0, first.c1, 0, 0});
        for (std::size_t k = 0; k + 1 < points_; ++k) out += line(k + 1, curves_.cubic(k, g));
        out += line(points_, {last.c0 + step * (last.c1 + step * (last.c2 + step * last.c3)),
                              last.c1 + step * (2 * last.c2 + 3 * step * last.c3), 0, 0});
        return out;
    }
    [[nodiscard]] std::string definition() const {
        return fmt::format(".func state{}(v) {{{}}}\n", state_, piece(0, points_));
    }

  private:
    [[nodiscard]] std::string line(std::size_t piece, const IvInterpolant::Cubic& c) const {
        return fmt::format(".param s{0}k{1}a={2} s{0}k{1}b={3} s{0}k{1}c={4} s{0}k{1}d={5}\n",
                           state_, piece, c.c0, c.c1, c.c2, c.c3);
    }
    /// Pieces `first` .. `last`: piece 0 lies before the first point, piece k behind point k - 1.
    [[nodiscard]] std::string piece(std::size_t first, std::size_t last) const {
        if (first < last) {
            const std::size_t middle = (first + last + 1) / 2;
            return fmt::format("v<x{} ? {} : {}", middle - 1, bracket(first, middle - 1),
                               bracket(middle, last));
        }
        const std::size_t origin = first == 0 ? 0 : first - 1;
        return fmt::format("s{0}k{1}a+(v-x{2})*(s{0}k{1}b+(v-x{2})*(s{0}k{1}c+(v-x{2})*s{0}k{1}d))",
                           state_, first, origin);
    }
    [[nodiscard]] std::string bracket(std::size_t first, std::size_t last) const {
        return '(' + piece(first, last) + ')';
    }

    const IvInterpolant& curves_;
    std::size_t state_;
    std::size_t points_;
};

std::string table_subcircuit(const IvInterpolant& curves) {
    std::string out =
        "* Monotone piecewise cubic curves: x0, x1 ... are the voltages of the table (V), sSkK... "
        "the\n"
        "* coefficients of state S below (K = 0) or behind point K - 1 (A, A/V, A/V^2, A/V^3).\n";
    const IvTable& table = curves.table();
    for (std::size_t k = 0; k < table.volt.size(); ++k) {
        out += fmt::format(".param x{}={}\n", k, table.volt[k]);
    }
    std::string defaults;
    std::string sum;
    for (std::size_t s = 0; s < table.state_siemens.size(); ++s) {
        const TableFunction function(curves, s);
        out += function.parameters() + function.definition();
        defaults += fmt::format(" p{}=0", s);
        sum += fmt::format("{}p{}*state{}(V(row,col))", s == 0 ? "" : "+", s, s);
    }
    return out +
           fmt::format(".subckt cell row col{}\nB1 row col I={}\n.ends cell\n", defaults, sum);
}

std::string transistor_subcircuit(const AccessTransistor& t) {
    const std::string head = ".subckt cell row col gate g=1\nR1 row mid {1/g}\n";
    if (t.alpha == 2 && t.saturation_volt == 1) {
        return fmt::format(
            "* Resistor on the word-line side, square-law transistor on the bit-line side.\n"
            ".model access NMOS (LEVEL=1 VTO={} KP={} LAMBDA={} IS=1e-30)\n"
            "{}M1 mid gate col 0 access W=1u L=1u\n.ends cell\n",
            t.threshold_volt, 2 * t.drive_ampere, t.modulation_per_volt, head);
    }
    return fmt::format(
        "* Resistor on the word-line side, alpha-power transistor on the bit-line side.\n"
        ".param vth={} alpha={} drive={} vsat={} lambda={}\n"
        ".func half(x) {{x^(alpha/2)}}\n"
        ".func onward(x,v) {{x<=0 ? 0 : (v >= vsat*half(x) ? drive*half(x)*half(x)*(1+lambda*v) :\n"
        "+ drive*(2*half(x)-v/vsat)*v/vsat*(1+lambda*v))}}\n"
        "{}B1 mid col I=sgn(V(mid,col))*onward(V(gate)-min(V(mid),V(col))-vth,abs(V(mid,col)))\n"
        ".ends cell\n",
        t.threshold_volt, t.alpha, t.drive_ampere, t.saturation_volt, t.modulation_per_volt, head);
}

struct SubcircuitWriter {
    std::string operator()(const LinearLaw&) const {
        return ".subckt cell row col g=1\nR1 row col {1/g}\n.ends cell\n";
    }
    std::string operator()(const SinhLaw& law) const {
        if (law.b_per_volt == 0) return (*this)(LinearLaw{});
        return fmt::format(
            ".param steepness={}\n.subckt cell row col g=1\n"
            "B1 row col I=g/steepness*sinh(steepness*V(row,col))\n.ends cell\n",
            law.b_per_volt);
    }
    std::string operator()(const CubicLaw&) const {
        return ".subckt cell row col g=1 c2=0 c3=0\n"
               "B1 row col I=V(row,col)*(g+V(row,col)*(c2+V(row,col)*c3))\n.ends cell\n";
    }
    std::string operator()(const TabulatedLaw& law) const { return table_subcircuit(law.curves); }
    std::string operator()(const TransistorLaw& law) const {
        return transistor_subcircuit(law.transistor);
    }
};

}  // namespace

std::string cell_subcircuit(const CellLaw& law) {
    return fmt::format("* Cell: {} law, see docs/models/cells.md\n", name_of(law)) +
           std::visit(SubcircuitWriter{}, law);
}

std::string cell_parameters(const CellLaw& law, const Crossbar& crossbar, Index row, Index column) {
    const double g = crossbar.conductance_siemens(row, column);
    if (const auto* table = std::get_if<TabulatedLaw>(&law)) {
        std::string out;
        const std::vector<double> weights = table->curves.state_weights(g);
        for (std::size_t s = 0; s < weights.size(); ++s) {
            if (weights[s] != 0)
                out += fmt::format("{}p{}={}", out.empty() ? "" : " ", s, weights[s]);
        }
        return out;
    }
    if (const auto* cubic = std::get_if<CubicLaw>(&law)) {
        const Index cell = row * crossbar.columns() + column;
        return fmt::format("g={} c2={} c3={}", g, entry(cubic->c2_siemens_per_volt, cell),
                           entry(cubic->c3_siemens_per_volt2, cell));
    }
    return fmt::format("g={}", g);
}

}  // namespace ohmgrid::detail
