// A SAR and a flash converter as circuits (netlists/adc), solved by ngspice over a ramp, against
// the converter model with the same drawn capacitors, resistors and offsets.

#include <cmath>
#include <set>
#include <sstream>

#include "sim/converter/converter.hpp"
#include "sim/converter/detail/draws.hpp"
#include "sim/io/atomic_file.hpp"
#include "tests/spice/spice_support.hpp"

namespace ohmgrid {
namespace {

const VirtualChip chip{.seed = 77};

std::string subcircuits(const std::string& name) {
    return read_file(std::string(OHMGRID_SOURCE_DIR) + "/netlists/adc/" + name);
}

/// A node and what it adds to the code when it is high.
struct Output {
    std::string node;
    std::int32_t weight = 0;
};

/// The code at every point, or -1 while an output switches.
std::vector<std::int32_t> codes_of(const SpiceResult& result, const std::vector<Output>& outputs) {
    std::vector<std::int32_t> codes(static_cast<std::size_t>(result.values.rows()), 0);
    for (const Output& output : outputs) {
        const Eigen::VectorXd volt = result.column(output.node);
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const double v = volt(static_cast<Eigen::Index>(i));
            const bool decided = v < 0.01 || v > 0.99;
            if (!decided) codes[i] = -1;
            if (codes[i] >= 0 && v > 0.5) codes[i] += output.weight;
        }
    }
    return codes;
}

/// Compares every decided point from `first` on; all codes must occur among them that ought to.
void expect_equal_codes(const SpiceResult& result, const Converter& converter,
                        const std::vector<Output>& outputs, std::size_t first) {
    const auto levels = static_cast<double>(converter.levels());
    const Eigen::VectorXd input = result.column("v(in)");
    const std::vector<std::int32_t> codes = codes_of(result, outputs);
    std::set<std::int32_t> seen;
    for (std::size_t i = first; i < codes.size(); ++i) {
        if (codes[i] < 0) continue;
        const double volt = input(static_cast<Eigen::Index>(i));
        ASSERT_EQ(codes[i], converter.code(volt * levels - 0.5)) << "input " << volt << " V";
        seen.insert(codes[i]);
    }
    const Transfer transfer = converter.transfer();
    EXPECT_EQ(seen, std::set<std::int32_t>(transfer.codes.begin(), transfer.codes.end()));
}

TEST(ConverterDeck, SarGivesTheCodesOfItsCapacitorsOverARamp) {
    OHMGRID_NEEDS_NGSPICE();
    AdcSpec adc;
    adc.type = AdcType::sar;
    adc.bits = 4;
    adc.sar.capacitor_sigma = 0.15;  // large: missing codes
    adc.comparator_offset_sigma_volt = 0.01;
    for (const std::uint32_t number : {0U, 1U, 2U}) {
        const RandomStream stream(chip.seed, Purpose::converter_static, chip.trial, number);
        std::ostringstream deck;
        deck.precision(17);
        deck << "* ramp\n"
             << subcircuits("sar_4b.sp") << "Vtrial trial 0 PWL(0 0 1u 0 2u 1)\n"
             << "Vin in 0 PWL(0 0 10u 0 1m 1)\nX1 in trial d3 d2 d1 d0 sar_4b";
        for (std::uint32_t bit = 0; bit < 4; ++bit) {
            const double units = std::ldexp(1.0, static_cast<int>(bit));
            const double drawn =
                units + std::sqrt(units) * 0.15 * stream.normal(draw_of::first_capacitor + bit);
            deck << " c" << bit << '=' << drawn << 'f';
        }
        deck << " ct=" << 1 + 0.15 * stream.normal(draw_of::terminating_capacitor) << 'f'
             << " offset=" << 0.01 * stream.normal(draw_of::first_comparator)
             << "\n.options reltol=1e-6 abstol=1e-18 chgtol=1e-22 vntol=1e-9 method=gear\n"
             << ".tran 1u 1m 0 1u uic\n.save v(in) v(d3) v(d2) v(d1) v(d0)\n.end\n";
        const SpiceResult result = run_ngspice(deck.str());
        const Eigen::VectorXd time = result.column("time");
        std::size_t first = 0;
        while (time(static_cast<Eigen::Index>(first)) < 10e-6) ++first;
        expect_equal_codes(result, Converter::drawn(adc, chip, number),
                           {{"v(d3)", 8}, {"v(d2)", 4}, {"v(d1)", 2}, {"v(d0)", 1}}, first);
    }
}

TEST(ConverterDeck, FlashGivesTheCodesOfItsLadderAndOffsetsOverARamp) {
    OHMGRID_NEEDS_NGSPICE();
    AdcSpec adc;
    adc.type = AdcType::flash;
    adc.bits = 3;
    adc.flash.resistor_sigma = 0.1;
    adc.comparator_offset_sigma_volt = 0.06;  // half a step: bubbles
    for (const std::uint32_t number : {0U, 1U, 2U}) {
        const RandomStream stream(chip.seed, Purpose::converter_static, chip.trial, number);
        std::ostringstream deck;
        deck.precision(17);
        deck << "* ramp\n"
             << subcircuits("flash_3b.sp") << "Vin in 0 0\nX1 in q1 q2 q3 q4 q5 q6 q7 flash_3b";
        for (std::uint32_t k = 0; k < 8; ++k) {
            deck << "\n+ r" << k + 1 << '='
                 << 1000 * (1 + 0.1 * stream.normal(draw_of::first_resistor + k));
        }
        std::vector<Output> outputs;
        for (std::uint32_t k = 0; k < 7; ++k) {
            deck << "\n+ o" << k + 1 << '=' << 0.06 * stream.normal(draw_of::first_comparator + k);
            outputs.push_back({"v(q" + std::to_string(k + 1) + ")", 1});
        }
        deck << "\n.options reltol=1e-6\n.dc Vin 0 1.2 0.001\n"
             << ".save v(in) v(q1) v(q2) v(q3) v(q4) v(q5) v(q6) v(q7)\n.end\n";
        expect_equal_codes(run_ngspice(deck.str()), Converter::drawn(adc, chip, number), outputs,
                           0);
    }
}

}  // namespace
}  // namespace ohmgrid
