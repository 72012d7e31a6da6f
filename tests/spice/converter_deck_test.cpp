// A SAR and a flash converter as circuits (netlists/adc), solved by ngspice over a ramp, against
// the converter model with the same drawn capacitors, resistors and offsets.

#include <cmath>
#include <optional>
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

/// The code whose bits (or comparators) are these voltages, or nothing while one of them switches.
std::optional<std::int32_t> code_of(const SpiceResult& result, Eigen::Index point,
                                    const std::vector<std::pair<std::string, std::int32_t>>& bits) {
    std::int32_t code = 0;
    for (const auto& [node, weight] : bits) {
        const double volt = result.column(node)(point);
        if (volt > 0.01 && volt < 0.99) return std::nullopt;
        if (volt > 0.5) code += weight;
    }
    return code;
}

/// Compares all points; nearly all must be decided.
void expect_equal_codes(const SpiceResult& result, const Converter& converter,
                        const std::vector<std::pair<std::string, std::int32_t>>& bits,
                        Eigen::Index first_point) {
    const auto levels = static_cast<double>(converter.levels());
    std::int64_t compared = 0;
    std::int32_t lowest = 1000, highest = -1;
    const Eigen::VectorXd input = result.column("v(in)");
    for (Eigen::Index point = first_point; point < input.size(); ++point) {
        const auto code = code_of(result, point, bits);
        if (!code) continue;
        const double x = input(point) * levels - 0.5;  // 1 V is the width of all codes
        ASSERT_EQ(*code, converter.code(x)) << "input " << input(point) << " V";
        ++compared;
        lowest = std::min(lowest, *code);
        highest = std::max(highest, *code);
    }
    EXPECT_GT(compared, 500);
    EXPECT_EQ(lowest, 0);
    EXPECT_EQ(highest, converter.levels() - 1);
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
        Eigen::Index first = 0;
        while (result.column("time")(first) < 10e-6) ++first;
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
        std::vector<std::pair<std::string, std::int32_t>> outputs;
        for (std::uint32_t k = 0; k < 7; ++k) {
            deck << "\n+ o" << k + 1 << '=' << 0.06 * stream.normal(draw_of::first_comparator + k);
            outputs.emplace_back("v(q" + std::to_string(k + 1) + ")", 1);
        }
        deck << "\n.options reltol=1e-6\n.dc Vin 0 1.2 0.001\n"
             << ".save v(in) v(q1) v(q2) v(q3) v(q4) v(q5) v(q6) v(q7)\n.end\n";
        expect_equal_codes(run_ngspice(deck.str()), Converter::drawn(adc, chip, number), outputs,
                           0);
    }
}

}  // namespace
}  // namespace ohmgrid
