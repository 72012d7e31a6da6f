#pragma once

namespace ohmgrid {

/// An n-channel transistor by the alpha-power law of Sakurai and Newton (IEEE J. Solid-State
/// Circuits 25, 584 (1990), eqs. 4-6), which for alpha = 2 is the square law (SPICE level 1).
///
/// With overdrive x = gate - source - threshold and drain-source voltage v:
///   x <= 0                no current
///   v >= V_x x^(alpha/2)  I = drive x^alpha (1 + lambda v)
///   below                 the same times (2 - u) u with u = v / (V_x x^(alpha/2))
/// The source is whichever terminal has the lower potential, so the device works both ways.
/// Neglected: subthreshold current, body effect, mobility degradation beyond alpha.
struct AccessTransistor {
    double threshold_volt = 0.4;     ///< assumed
    double alpha = 2;                ///< 1 < alpha <= 2
    double drive_ampere = 1e-4;      ///< saturation current at 1 V of overdrive; assumed
    double saturation_volt = 1;      ///< V_x: where it saturates at 1 V of overdrive
    double modulation_per_volt = 0;  ///< lambda, of the channel length

    /// @throws InputError (CIR106) naming every value outside its range.
    void check() const;

    /// Current from drain to source and how it follows either terminal's potential.
    struct Point {
        double ampere = 0;
        double drain_siemens = 0;   ///< di / d drain, >= 0
        double source_siemens = 0;  ///< -di / d source, >= 0
    };
    [[nodiscard]] Point at(double drain_volt, double source_volt, double gate_volt) const;
};

/// The square law with SPICE level-1 parameters: transconductance KP W/L in A/V^2, VTO, LAMBDA.
AccessTransistor square_law(double transconductance_ampere_per_volt2, double threshold_volt,
                            double modulation_per_volt = 0);

/// A resistor from the word line to a transistor whose other end is the bit line: current from word
/// to bit line, drain_siemens following the word line, source_siemens the bit line. The node
/// between them is found by Newton's method inside a shrinking bracket.
AccessTransistor::Point series_point(const AccessTransistor& transistor, double resistor_siemens,
                                     double row_volt, double column_volt, double gate_volt);

}  // namespace ohmgrid
