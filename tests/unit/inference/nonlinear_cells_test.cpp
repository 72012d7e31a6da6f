#include "sim/inference/nonlinear_cells.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/circuit/effective_conductance.hpp"
#include "sim/circuit/ngspice.hpp"
#include "sim/circuit/nonlinear_solver.hpp"
#include "sim/inference/experiment.hpp"
#include "sim/random/random_stream.hpp"
#include "tests/support/network_builder.hpp"

namespace ohmgrid {
namespace {

constexpr double read_volt = 0.4;

DeviceModel cell() {
    DeviceModel device;
    device.g_min_siemens = 2e-6;
    device.g_max_siemens = 2e-4;
    device.read_volt = read_volt;
    return device;
}

/// 12 inputs, 3 outputs, weights whole tenths up to 0.7: three-bit cells hold them exactly.
Node linear_layer() {
    Node node{.name = "fc", .op = Op::linear};
    node.shape = {3, 1, 1};
    const RandomStream random(1, Purpose::test, TrialId{1}, 0);
    for (std::uint32_t i = 0; i < 36; ++i) {
        node.weights.push_back(0.1F *
                               static_cast<float>(std::lround(7 * std::tanh(random.normal(i)))));
    }
    node.weights.front() = 0.7F;
    return node;
}

std::vector<float> levels_of_fifteen() {
    std::vector<float> input;
    for (int i = 0; i < 12; ++i) input.push_back(static_cast<float>((7 * i + 3) % 16) / 15);
    return input;
}

LayerSettings wired(CellReads cells, InputEncoding encoding) {
    return {.array = {.rows = 12,
                      .columns = 3,
                      .cell_bits = 3,
                      .row_wire_ohm = 20,
                      .column_wire_ohm = 30,
                      .driver_ohm = 200,
                      .sense_ohm = 100,
                      .column_sharing = 1,
                      .cells = cells},
            .adc = {.type = AdcType::ideal},
            .mapping = {.weight_bits = 4, .input_bits = 4, .encoding = encoding},
            .law = {.kind = CellLawKind::sinh, .sinh_b_per_volt = 5}};
}

std::vector<float> output_of(const LayerSettings& settings, const std::vector<float>& input) {
    const Node node = linear_layer();
    const VirtualChip chip;
    const AnalogLayer layer =
        analog_layer(node, {12, 1, 1}, quantise_weights(node, settings.mapping), settings, cell(),
                     {.input = {0, 1}, .sum_of_slice = {}, .clipped_share = {}},
                     Conversions::as_designed, {chip}, {});
    std::vector<float> output(3);
    AnalogWorkspace workspace;
    layer.run(input.data(), output.data(), 0, workspace);
    return output;
}

/// The two arrays of linear_layer(), made from its weights alone.
Crossbar array_of(int sign) {
    const Node node = linear_layer();
    RowMajorMatrix g(12, 3);
    for (int row = 0; row < 12; ++row) {
        for (int column = 0; column < 3; ++column) {
            const double level = std::max(
                std::round(
                    10.0 * sign *
                    static_cast<double>(node.weights[static_cast<std::size_t>(column * 12 + row)])),
                0.0);
            g(row, column) = 2e-6 + (2e-4 - 2e-6) * level / 7;
        }
    }
    return {.conductance_siemens = g,
            .row_wire_ohm = 20,
            .column_wire_ohm = 30,
            .driver_ohm = 200,
            .sense_ohm = 100};
}

/// Outputs from the difference of both arrays' currents: a cell at g_max alone carries
/// (g_max / b) sinh(b V), a step of a weight 1/7 of what lies between it and a cell at g_min.
std::vector<double> outputs_from(const RowMajorMatrix& positive, const RowMajorMatrix& negative) {
    const double full_ampere = 2e-4 / 5 * std::sinh(5 * read_volt);
    std::vector<double> out;
    for (int column = 0; column < 3; ++column) {
        const double sum = (positive(0, column) - negative(0, column)) / full_ampere;
        out.push_back(sum * 7 / (1 - 0.01) * 0.1);
    }
    return out;
}

RowMajorMatrix volts(const std::vector<float>& input) {
    RowMajorMatrix volt(1, std::ssize(input));
    for (std::size_t i = 0; i < input.size(); ++i) {
        volt(0, static_cast<Eigen::Index>(i)) = read_volt * static_cast<double>(input[i]);
    }
    return volt;
}

TEST(NonlinearCells, SolvedReadsEqualTheSparseReferenceSolver) {
    const std::vector<float> input = levels_of_fifteen();
    const auto current = [&](int sign) {
        return solve_nonlinear(array_of(sign), SinhLaw{5}, volts(input),
                               {.linear = LinearMethod::reference})
            .column_current_ampere;
    };
    const std::vector<double> expected = outputs_from(current(1), current(-1));
    const std::vector<float> ours =
        output_of(wired(CellReads::newton, InputEncoding::multi_level), input);
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(static_cast<double>(ours[c]), expected[c], 1e-6) << c;
    }
}

TEST(NonlinearCells, SolvedReadsEqualNgspice) {
    if (!ngspice_version()) GTEST_SKIP() << "ngspice is not installed";
    const std::vector<float> input = levels_of_fifteen();
    const auto current = [&](int sign) {
        return solve_with_ngspice(array_of(sign), SinhLaw{5}, volts(input)).column_current_ampere;
    };
    const std::vector<double> expected = outputs_from(current(1), current(-1));
    const std::vector<float> ours =
        output_of(wired(CellReads::newton, InputEncoding::multi_level), input);
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(static_cast<double>(ours[c]), expected[c], 1e-6) << c;
    }
}

/// Between ideal lines a cell sees no voltage or all of it, and full reads are the unit of sums.
TEST(NonlinearCells, SingleBitsBetweenIdealLinesHideASinhLaw) {
    const std::vector<float> input = levels_of_fifteen();
    LayerSettings settings = wired(CellReads::linear, InputEncoding::bit_serial);
    settings.array.row_wire_ohm = settings.array.column_wire_ohm = 0;
    settings.array.driver_ohm = settings.array.sense_ohm = 0;
    const std::vector<float> linear = output_of(settings, input);
    for (const CellReads cells : {CellReads::linearised, CellReads::newton}) {
        settings.array.cells = cells;
        const std::vector<float> ours = output_of(settings, input);
        for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(ours[c], linear[c], 2e-6F) << c;
    }
}

/// Bit by bit, converted once: the sum of the solved bits, not one read at a middle voltage.
TEST(NonlinearCells, AccumulatedBitsAreReadsOfTheirOwn) {
    const std::vector<float> input = levels_of_fifteen();
    LayerSettings settings = wired(CellReads::newton, InputEncoding::bit_serial);
    const std::vector<float> step_by_step = output_of(settings, input);
    settings.mapping.conversion = Conversion::accumulated;
    const std::vector<float> at_once = output_of(settings, input);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(at_once[c], step_by_step[c], 2e-6F) << c;
}

/// Ohm's law is a limit of both ways to read: b = 0 gives the exact linear map.
TEST(NonlinearCells, LinearisedMapOfOhmicCellsIsExact) {
    const Crossbar crossbar = array_of(1);
    const ArraySpec sharing{.rows = 12, .columns = 3, .column_sharing = 1};
    for (const CellLaw& law : {CellLaw{LinearLaw{}}, CellLaw{SinhLaw{0}}}) {
        const RowMajorMatrix map = linearised_map(crossbar, law, sharing, {read_volt, 15});
        EXPECT_LT((map - effective_conductance(crossbar)).cwiseAbs().maxCoeff(), 1e-12 * 2e-4);
    }
}

/// Inputs that the fit has not seen, a quarter of the rows driven on average: closer to Newton than
/// Ohm's law with the right conductance at full voltage by far.
TEST(NonlinearCells, LinearisedMapComesCloserThanOhmsLaw) {
    const Crossbar crossbar = array_of(1);
    const ArraySpec sharing{.rows = 12, .columns = 3, .column_sharing = 1};
    const RandomStream random(1, Purpose::test, TrialId{3}, 0);
    RowMajorMatrix volt(20, 12);
    for (Eigen::Index i = 0; i < volt.size(); ++i) {
        volt.data()[i] = random.normal(static_cast<std::uint32_t>(i)) > 0.674 ? read_volt : 0;
    }
    const RowMajorMatrix exact = solve_nonlinear(crossbar, SinhLaw{5}, volt).column_current_ampere;
    const double chord = std::sinh(5 * read_volt) / (5 * read_volt);
    const auto error = [&](const RowMajorMatrix& map) {
        return (volt * map - exact).norm() / exact.norm();
    };
    const double ohmic = error(chord * effective_conductance(crossbar));
    const double linearised = error(linearised_map(crossbar, SinhLaw{5}, sharing, {read_volt, 1}));
    EXPECT_LT(linearised, ohmic / 4);
}

/// A twelfth of the rows driven instead of the quarter that nothing measured: lines lose less, and
/// a map fitted at that load comes closer.
TEST(NonlinearCells, LinearisedMapFitsTheLoadItIsGiven) {
    const Crossbar crossbar = array_of(1);
    const ArraySpec sharing{.rows = 12, .columns = 3, .column_sharing = 1};
    const RowMajorMatrix volt = read_volt * RowMajorMatrix::Identity(12, 12);
    const RowMajorMatrix exact = solve_nonlinear(crossbar, SinhLaw{5}, volt).column_current_ampere;
    const auto error = [&](double share) {
        const ReadVolts volts{.full = read_volt, .levels = 1, .driven_share = share};
        return (volt * linearised_map(crossbar, SinhLaw{5}, sharing, volts) - exact).norm() /
               exact.norm();
    };
    EXPECT_LT(error(1.0 / 12), error(0.25) / 2);
    EXPECT_LT(error(0.25), error(0.75));
}

/// Half of the inputs 0, the others full in every bit: half of the rows are driven in every read.
/// Of inputs 0, 1, 2 and 4 of 7, alike in number, each bit drives a quarter.
TEST(NonlinearCells, CalibrationMeasuresTheDrivenRows) {
    NetworkBuilder net({12, 1, 1});
    net.linear({0}, 3);
    LayerSettings settings = wired(CellReads::linearised, InputEncoding::bit_serial);
    settings.mapping.input_bits = 3;
    settings.mapping.input_range = InputRange::fixed;  // 0 .. 1
    const auto share = [&](std::vector<float> sevenths) {
        const ImageSource image{1, [&](std::int64_t, std::span<float> values) {
                                    for (std::size_t i = 0; i < values.size(); ++i) {
                                        values[i] = sevenths[i % sevenths.size()] / 7;
                                    }
                                }};
        return calibrate(net.graph(), image, {settings}, cell(), {}).front().driven_share;
    };
    EXPECT_DOUBLE_EQ(share({0, 7}), 0.5);
    EXPECT_DOUBLE_EQ(share({0, 1, 2, 4}), 0.25);
    EXPECT_DOUBLE_EQ(share({0, 0, 1, 3}), (0.25 + 0.0625) / 0.75);  // bits in 1/2, 1/4, none
    settings.mapping.encoding = InputEncoding::multi_level;
    EXPECT_DOUBLE_EQ(share({0, 1, 3, 4}), 0.75);
}

/// Unselected columns that float make every phase a network of its own, for Newton as for G_eff.
TEST(NonlinearCells, FloatingColumnsAreSolvedPhaseByPhase) {
    const Crossbar crossbar = array_of(1);
    const ArraySpec sharing{
        .rows = 12, .columns = 3, .column_sharing = 3, .unselected = UnselectedColumns::floating};
    ReadCircuit circuit{.crossbar = crossbar, .law = LinearLaw{}, .sharing = sharing};
    const std::vector<float> input = levels_of_fifteen();
    for (std::int64_t row = 0; row < 12; ++row) circuit.order.push_back(row);
    circuit.full_volt.assign(12, 1);
    RowMajorMatrix inputs(1, 12);
    for (int i = 0; i < 12; ++i)
        inputs(0, i) = static_cast<double>(input[static_cast<std::size_t>(i)]);
    const RowMajorMatrix expected = inputs * effective_conductance(crossbar, sharing);
    EXPECT_LT((newton_sums(circuit, inputs) - expected).cwiseAbs().maxCoeff(),
              1e-10 * expected.cwiseAbs().maxCoeff());
}

}  // namespace
}  // namespace ohmgrid
