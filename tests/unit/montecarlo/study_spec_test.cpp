#include "sim/montecarlo/study_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

StudySpec spec_with(const std::string& key, ParamValue value, Complaints& complaints) {
    ParameterSet set;
    set.set("montecarlo." + key, {.value = std::move(value), .place = {"run.toml", 3, 1}});
    const StudySpec spec = study_parameters().read(set, complaints);
    check(spec, set, complaints);
    return spec;
}

std::string complaint_about(const std::string& key, ParamValue value) {
    Complaints complaints;
    (void)spec_with(key, std::move(value), complaints);
    return complaints.empty() ? "" : complaints.messages().front().text();
}

TEST(StudySpec, ReadsTheListOfMeasures) {
    StudySpec spec;
    spec.measure = " accuracy, agreement ,,";
    EXPECT_THAT(spec.measures(), ElementsAre("accuracy", "agreement"));
}

TEST(StudySpec, RefusesWhatMakesNoStudy) {
    EXPECT_EQ(complaint_about("trials", std::int64_t{2}), "");
    EXPECT_THAT(complaint_about("trials", std::int64_t{1}), HasSubstr("run.toml:3:1"));
    EXPECT_THAT(complaint_about("until", std::string("width=1")), HasSubstr("MCS001"));
    EXPECT_THAT(complaint_about("sampling", std::string("sobol")), HasSubstr("antithetic"));
    EXPECT_THAT(complaint_about("interval", std::string("normal")), HasSubstr("bootstrap"));
}

TEST(StudySpec, RefusesAnOddNumberOfAntitheticTrials) {
    ParameterSet set;
    set.set("montecarlo.sampling", {.value = std::string("antithetic"), .place = {}});
    set.set("montecarlo.trials", {.value = std::int64_t{7}, .place = {"run.toml", 5, 1}});
    Complaints complaints;
    check(study_parameters().read(set, complaints), set, complaints);
    ASSERT_FALSE(complaints.empty());
    EXPECT_THAT(complaints.messages().front().text(), HasSubstr("run.toml:5:1: error[MCS003]"));
}

/// Widths and thresholds carry the unit of the measure.
TEST(StudySpec, ReadsWidthAndThresholdInTheUnitOfTheMeasure) {
    const Measure accuracy{.name = "accuracy"};
    const Measure energy{.name = "energy", .dimension = dimension::energy};
    StudySpec spec;
    EXPECT_FALSE(asked_width(spec, accuracy).has_value());
    spec.until = "interval=0.5%";
    spec.threshold = "90 %";
    EXPECT_DOUBLE_EQ(*asked_width(spec, accuracy), 0.005);
    EXPECT_DOUBLE_EQ(*threshold_of(spec, accuracy), 0.9);
    EXPECT_THROW((void)asked_width(spec, energy), InputError);
    spec.until = "interval=2 uJ";
    EXPECT_DOUBLE_EQ(*asked_width(spec, energy), 2e-6);
    EXPECT_THROW((void)asked_width(spec, accuracy), InputError);
    spec.until = "interval=0";
    EXPECT_THROW((void)asked_width(spec, accuracy), InputError);
    spec.threshold = "90 apples";
    try {
        (void)threshold_of(spec, accuracy);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.messages().front().id, "MCS002");
    }
}

}  // namespace
}  // namespace ohmgrid
