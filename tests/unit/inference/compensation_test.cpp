#include "sim/inference/compensation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/inference/evaluation.hpp"
#include "tests/support/small_experiment.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

double total_error(const LayerSettings& settings, const DeviceModel& device) {
    const Experiment experiment = experiment_with(settings, device);
    double sum = 0;
    for (const LayerError& layer :
         experiment.layer_errors({}, Conversions::without_converters, images, {})) {
        sum += layer.relative_rms_error;
    }
    return sum;
}

TEST(Compensation, OfColumnsAndRowsReducesTheErrorOfWires) {
    LayerSettings settings = design();
    const double without_wires = total_error(settings, cell());
    settings.array.row_wire_ohm = settings.array.column_wire_ohm = 30;
    const double plain = total_error(settings, cell());
    ASSERT_GT(plain, 1.5 * without_wires);
    LayerSettings ordered = settings;
    ordered.mapping.row_order = RowOrder::by_magnitude;
    EXPECT_LT(total_error(ordered, cell()), plain);
    LayerSettings corrected = settings;
    corrected.mapping.column_gain = ColumnGain::ir_drop;
    EXPECT_LT(total_error(corrected, cell()) - without_wires, 0.5 * (plain - without_wires));
}

/// Every cell has lost the same share, g_min included: one factor repairs it all.
TEST(Compensation, OfDriftUndoesACommonLoss) {
    DeviceModel device = cell();
    device.drift.kind = DriftKind::power;
    device.drift.exponent.constant = 0.1;
    device.drift.time_second = 1e4;
    LayerSettings settings = design();
    const double fresh = total_error(settings, cell());
    EXPECT_GT(total_error(settings, device), 3 * fresh);
    settings.mapping.drift_scale = DriftScale::per_array;
    EXPECT_NEAR(total_error(settings, device), fresh, 0.02 * fresh);
}

LabelledImages images_of_three_classes() {
    LabelledImages all = labelled();
    for (std::size_t i = 0; i < all.labels.size(); ++i) {
        all.labels[i] = static_cast<std::int64_t>(i) % 3;
    }
    return all;
}

/// Wires, drift and errors of writing, compensated in every way, the last layer but in its rows.
std::vector<LayerSettings> compensated_design() {
    LayerSettings settings = design();
    settings.array.row_wire_ohm = settings.array.column_wire_ohm = 30;
    settings.mapping.column_gain = ColumnGain::ir_drop;
    settings.mapping.row_order = RowOrder::by_magnitude;
    settings.mapping.drift_scale = DriftScale::per_array;
    std::vector<LayerSettings> layers(3, settings);
    layers.back().mapping.column_gain = ColumnGain::none;
    layers.back().mapping.drift_scale = DriftScale::none;
    return layers;
}

DeviceModel drifting_cell() {
    DeviceModel device = cell();
    device.programming.error.kind = SigmaKind::constant;
    device.programming.error.sigma_ratio = 0.03;
    device.drift.kind = DriftKind::power;
    device.drift.exponent.constant = 0.1;
    device.drift.time_second = 1e4;
    return device;
}

/// What the comparison says of one design must be what a run of that design alone gives.
void expect_equals_run_alone(const CompensationEffect& effect, const ChipReport& alone,
                             const ChipReport& with, const std::vector<std::int64_t>& labels) {
    EXPECT_EQ(effect.correct_without, alone.correct) << effect.name;
    ASSERT_EQ(effect.error_without.size(), alone.layers.size());
    for (std::size_t l = 0; l < alone.layers.size(); ++l) {
        EXPECT_EQ(effect.error_without[l], alone.layers[l].relative_rms_error) << effect.name;
    }
    std::int64_t gained = 0, lost = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const int before = alone.predictions[i] == labels[i] ? 1 : 0;
        const int after = with.predictions[i] == labels[i] ? 1 : 0;
        gained += after > before ? 1 : 0;
        lost += before > after ? 1 : 0;
    }
    EXPECT_EQ(effect.gained, gained);
    EXPECT_EQ(effect.lost, lost);
}

struct Variant {
    std::string name;
    std::vector<LayerSettings> settings;
};

/// The design with one key of [mapping] set back in every layer, or all of them.
std::vector<Variant> variants_by_hand() {
    std::vector<Variant> variants(4, {"", compensated_design()});
    variants[0].name = "column_gain";
    variants[1].name = "row_order";
    variants[2].name = "drift_scale";
    variants[3].name = "all";
    for (std::size_t l = 0; l < 3; ++l) {
        for (const std::size_t v : {0U, 3U}) {
            variants[v].settings[l].mapping.column_gain = ColumnGain::none;
        }
        for (const std::size_t v : {1U, 3U}) {
            variants[v].settings[l].mapping.row_order = RowOrder::given;
        }
        for (const std::size_t v : {2U, 3U}) {
            variants[v].settings[l].mapping.drift_scale = DriftScale::none;
        }
    }
    return variants;
}

TEST(CompensationEffects, AreThoseOfRunsWithoutIt) {
    const Graph graph = small_network();
    const LabelledImages test = images_of_three_classes();
    const Experiment designed(graph, test, source(), compensated_design(), drifting_cell(), {});
    const InferenceReport report = evaluate(designed, source(), {.seed = 3}, images);
    const ChipReport with = designed.run({.seed = 3}, {}, images);
    const std::vector<Variant> variants = variants_by_hand();
    ASSERT_EQ(report.compensation.size(), variants.size());
    for (std::size_t v = 0; v < variants.size(); ++v) {
        EXPECT_EQ(report.compensation[v].name, variants[v].name);
        const Experiment alone(graph, test, source(), variants[v].settings, drifting_cell(), {});
        expect_equals_run_alone(report.compensation[v], alone.run({.seed = 3}, {}, images), with,
                                test.labels);
        EXPECT_NE(report.compensation[v].error_without[0], report.layers[0].relative_rms_error);
    }
}

/// Ranges from a file stay: nothing else is calibrated.
TEST(CompensationEffects, KeepRangesThatWereGiven) {
    const Graph graph = small_network();
    const LabelledImages test = images_of_three_classes();
    const std::vector<LayerSettings> settings = compensated_design();
    const std::vector<LayerRanges> ranges =
        calibrate(graph, source(), settings, drifting_cell(), {});
    const Experiment designed(graph, test, ranges, settings, drifting_cell(), {});
    const InferenceReport report = evaluate(designed, std::nullopt, {}, images);
    const Variant plain = variants_by_hand().back();
    const Experiment alone(graph, test, ranges, plain.settings, drifting_cell(), {});
    expect_equals_run_alone(report.compensation.back(), alone.run({.seed = 1}, {}, images),
                            designed.run({.seed = 1}, {}, images), test.labels);
}

TEST(CompensationEffects, AreOfWhatAnyLayerUsesAlone) {
    std::vector<LayerSettings> layers(3, design());
    EXPECT_THAT(compensations_of(layers), IsEmpty());
    const Experiment plain = experiment_with(design(), cell());
    EXPECT_THAT(evaluate(plain, source(), {}, images).compensation, IsEmpty());
    layers[1].mapping.row_order = RowOrder::by_magnitude;
    EXPECT_THAT(compensations_of(layers), ElementsAre(Compensation::row_order));
    const Experiment ordered(small_network(), labelled(), source(), layers, cell(), {});
    EXPECT_EQ(evaluate(ordered, source(), {}, images).compensation.size(), 1U);
}

}  // namespace
}  // namespace ohmgrid
