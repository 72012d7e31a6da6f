#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace ohmgrid {

/// What a design costs, for one image. Energy includes leakage.
struct Figures {
    double area_m2 = 0;
    double latency_second = 0;   ///< of one image (XPert's surrogate: its own unit)
    double interval_second = 0;  ///< between images
    double energy_joule = 0;
    double operations = 0;
};

/// What can be minimised, maximised or limited.
enum class Figure { area, latency, energy, edap, tops_per_watt, tops_per_mm2 };
inline constexpr std::array all_figures{Figure::area, Figure::latency,       Figure::energy,
                                        Figure::edap, Figure::tops_per_watt, Figure::tops_per_mm2};

/// "tops_per_watt": the name in search files and results.
std::string_view to_text(Figure figure);
/// Area, latency, energy and their product shall be small, the others large.
bool is_better_small(Figure figure);
/// In SI units; tera-operations per second and watt or square millimetre.
double value_of(const Figures& figures, Figure figure);

/// A figure is a product of powers of a design's area, latency, interval, energy and operations;
/// these are the exponents, with the sign that makes small values good. Hence `merit`, the
/// logarithm that all solvers minimise.
struct Exponents {
    double area = 0;
    double latency = 0;
    double interval = 0;
    double energy = 0;
    double operations = 0;
};
Exponents exponents_of(Figure figure);
/// Sum of exponent x logarithm: smaller is better, whatever the figure.
double merit(const Figures& figures, const Exponents& exponents);
/// The figure's value that a merit stands for, and the way back.
double value_of_merit(double merit, Figure figure);
double merit_of_value(double value, Figure figure);

/// A bound on a figure. Costs have an upper limit, efficiencies a lower one; an area may have both.
struct Limit {
    Figure figure = Figure::area;
    double value = 0;
    bool is_upper = true;
};

/// Whether all limits hold.
bool within(const Figures& figures, const std::vector<Limit>& limits);

}  // namespace ohmgrid
