#include "sim/circuit/cell_law.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// The entry of a list that holds one value for all or one for each.
double entry(const std::vector<double>& list, Index i) {
    return list[list.size() == 1 ? 0 : static_cast<std::size_t>(i)];
}

CellPoint two_terminal(double ampere, double siemens) { return {ampere, siemens, siemens}; }

/// The voltages around 0 V between which a law is valid.
struct Range {
    double low_volt = -std::numeric_limits<double>::infinity();
    double high_volt = std::numeric_limits<double>::infinity();
};

/// Where i' = g + 2 c2 v + 3 c3 v^2 stays positive: up to the nearest root on either side.
Range rising_range(double g, double c2, double c3) {
    Range range;
    const auto cut = [&range](double root) {
        if (root > 0) range.high_volt = std::min(range.high_volt, root);
        if (root < 0) range.low_volt = std::max(range.low_volt, root);
    };
    const double discriminant = c2 * c2 - 3 * c3 * g;
    if (discriminant < 0) return range;
    const double q = -(c2 + std::copysign(std::sqrt(discriminant), c2));
    if (c3 != 0) cut(q / (3 * c3));
    if (q != 0) cut(g / q);
    return range;
}

CellPoint cubic_point(double g, double c2, double c3, double v) {
    if (g == 0) return {};
    const Range range = rising_range(g, c2, c3);
    const double inside = std::clamp(v, range.low_volt, range.high_volt);
    const double slope = std::max(g + inside * (2 * c2 + inside * 3 * c3), 0.0);
    return two_terminal(inside * (g + inside * (c2 + inside * c3)) + slope * (v - inside), slope);
}

/// sinh and cosh from one exponential, since this is where sinh cells spend their time.
CellPoint sinh_point(double g, double b, double v) {
    if (b == 0) return two_terminal(g * v, g);
    const double less_one = std::expm1(std::abs(b * v));
    const double inverse = 1 / (1 + less_one);
    const double sinh = (less_one + less_one * inverse) / 2;
    const double cosh = (1 + less_one + inverse) / 2;
    return two_terminal(std::copysign(g / b * sinh, v), g * cosh);
}

/// Calls `use(point)` with a function (row, column, g, row_volt, column_volt) -> CellPoint.
template <class Use>
auto with_point_of(const CellLaw& law, Index columns, Use use) {
    return std::visit(
        Overloaded{[&](const LinearLaw&) {
                       return use([](Index, Index, double g, double w, double b) {
                           return two_terminal(g * (w - b), g);
                       });
                   },
                   [&](const SinhLaw& l) {
                       return use([&l](Index, Index, double g, double w, double b) {
                           return sinh_point(g, l.b_per_volt, w - b);
                       });
                   },
                   [&](const CubicLaw& l) {
                       return use([&l, columns](Index i, Index j, double g, double w, double b) {
                           const Index cell = i * columns + j;
                           return cubic_point(g, entry(l.c2_siemens_per_volt, cell),
                                              entry(l.c3_siemens_per_volt2, cell), w - b);
                       });
                   },
                   [&](const TabulatedLaw& l) {
                       return use([&l](Index, Index, double g, double w, double b) {
                           const IvInterpolant::Point p = l.curves.at(g, w - b);
                           return two_terminal(p.ampere, p.siemens);
                       });
                   },
                   [&](const TransistorLaw& l) {
                       return use([&l](Index i, Index, double g, double w, double b) {
                           const auto p =
                               series_point(l.transistor, g, w, b, entry(l.gate_volt, i));
                           return CellPoint{p.ampere, p.drain_siemens, p.source_siemens};
                       });
                   }},
        law);
}

/// Collects what is wrong with the numbers of a law.
class LawChecker {
  public:
    explicit LawChecker(const Crossbar& crossbar) : crossbar_(crossbar) {}

    void operator()(const LinearLaw&) {}
    void operator()(const SinhLaw& law) {
        if (law.b_per_volt >= 0 && std::isfinite(law.b_per_volt)) return;
        complain(fmt::format("b of the sinh law is {} per volt", law.b_per_volt),
                 "Give a finite b of 0 per volt or more");
    }
    void operator()(const CubicLaw& law) {
        const Index cells = crossbar_.conductance_siemens.size();
        check_list("c2 of the cubic law", law.c2_siemens_per_volt, cells);
        check_list("c3 of the cubic law", law.c3_siemens_per_volt2, cells);
    }
    void operator()(const TabulatedLaw&) {}  // checked when it was made
    void operator()(const TransistorLaw& law) {
        law.transistor.check();
        check_list("gate voltages", law.gate_volt, crossbar_.rows());
    }

    void throw_if_any() const { complaints_.throw_if_any(); }

  private:
    void complain(std::string what, std::string remedy) {
        complaints_.add(
            {.place = {}, .id = "CIR107", .what = std::move(what), .remedy = std::move(remedy)});
    }
    void check_list(std::string_view name, const std::vector<double>& list, Index all) {
        if (list.size() != 1 && list.size() != static_cast<std::size_t>(all)) {
            complain(fmt::format("{}: {} values", name, list.size()),
                     fmt::format("Give one value for all or {}", all));
        }
        for (const double value : list) {
            if (std::isfinite(value)) continue;
            complain(fmt::format("{}: a value is not finite", name), "Give finite values");
            return;
        }
    }

    const Crossbar& crossbar_;
    Complaints complaints_;
};

/// Where the law is valid for one cell.
Range valid_range(const CellLaw& law, double g, Index cell) {
    if (const auto* cubic = std::get_if<CubicLaw>(&law)) {
        return rising_range(g, entry(cubic->c2_siemens_per_volt, cell),
                            entry(cubic->c3_siemens_per_volt2, cell));
    }
    if (const auto* table = std::get_if<TabulatedLaw>(&law)) {
        return {table->curves.table().volt.front(), table->curves.table().volt.back()};
    }
    return {};
}

}  // namespace

std::string_view name_of(const CellLaw& law) {
    return std::visit(
        Overloaded{[](const LinearLaw&) { return "linear"; }, [](const SinhLaw&) { return "sinh"; },
                   [](const CubicLaw&) { return "cubic"; },
                   [](const TabulatedLaw&) { return "table"; },
                   [](const TransistorLaw&) { return "1T1R"; }},
        law);
}

bool is_two_terminal(const CellLaw& law) { return !std::holds_alternative<TransistorLaw>(law); }

void check(const CellLaw& law, const Crossbar& crossbar) {
    LawChecker checker(crossbar);
    std::visit(checker, law);
    checker.throw_if_any();
}

CellPoint cell_point(const CellLaw& law, const Crossbar& crossbar, Index row, Index column,
                     double row_volt, double column_volt) {
    return with_point_of(law, crossbar.columns(), [&](auto point) {
        return point(row, column, crossbar.conductance_siemens(row, column), row_volt, column_volt);
    });
}

CellResponse respond(const CellLaw& law, const Crossbar& crossbar, const NodeVoltages& nodes) {
    const RowMajorMatrix& g = crossbar.conductance_siemens;
    CellResponse response{RowMajorMatrix(g.rows(), g.cols()), RowMajorMatrix(g.rows(), g.cols()),
                          RowMajorMatrix(g.rows(), g.cols())};
    with_point_of(law, g.cols(), [&](auto point) {
        for (Index i = 0; i < g.rows(); ++i) {
            for (Index j = 0; j < g.cols(); ++j) {
                const CellPoint p =
                    point(i, j, g(i, j), nodes.row_volt(i, j), nodes.column_volt(i, j));
                response.ampere(i, j) = p.ampere;
                response.row_siemens(i, j) = p.row_siemens;
                response.column_siemens(i, j) = p.column_siemens;
            }
        }
    });
    return response;
}

RowMajorMatrix volts_at(const SinhLaw& law, const RowMajorMatrix& conductance_siemens,
                        const RowMajorMatrix& ampere) {
    const double b = law.b_per_volt;
    return conductance_siemens.binaryExpr(ampere, [b](double g, double i) {
        if (g == 0) return 0.0;
        return b == 0 ? i / g : std::asinh(b * i / g) / b;
    });
}

void check_operating_range(const CellLaw& law, const Crossbar& crossbar,
                           const NodeVoltages& nodes) {
    // Where an exact law is flat or ends, rounding must not decide.
    constexpr double slack_volt = 1e-12;
    const RowMajorMatrix& g = crossbar.conductance_siemens;
    for (Index i = 0; i < g.rows(); ++i) {
        for (Index j = 0; j < g.cols(); ++j) {
            if (g(i, j) == 0) continue;
            const Range range = valid_range(law, g(i, j), i * g.cols() + j);
            const double v = nodes.row_volt(i, j) - nodes.column_volt(i, j);
            if (v >= range.low_volt - slack_volt && v <= range.high_volt + slack_volt) continue;
            throw InputError(
                {.place = {},
                 .id = "CIR105",
                 .what = fmt::format("cell ({}, {}) works at {:.4g} V, where its {} law is not "
                                     "valid ({:.4g} V .. {:.4g} V)",
                                     i, j, v, name_of(law), range.low_volt, range.high_volt),
                 .remedy = "Extend the law to that voltage or apply smaller inputs"});
        }
    }
}

}  // namespace ohmgrid
