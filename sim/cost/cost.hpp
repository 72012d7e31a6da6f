#pragma once

namespace ohmgrid {

/// The four figures of everything the cost model knows, either of one unit and one event (what a
/// component file computes) or of a component of a whole layer (what the tables show).
struct Cost {
    double area_m2 = 0;
    double latency_second = 0;
    double energy_joule = 0;  ///< dynamic
    double leakage_watt = 0;

    Cost& operator+=(const Cost& more) {
        area_m2 += more.area_m2;
        latency_second += more.latency_second;
        energy_joule += more.energy_joule;
        leakage_watt += more.leakage_watt;
        return *this;
    }
};

}  // namespace ohmgrid
