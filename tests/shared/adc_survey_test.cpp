// The converter regressions of the survey model, recomputed from the survey itself
// (../shared/reference/silicon/adc_survey.csv).
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "sim/core/error.hpp"
#include "sim/cost/components/flash_adc.hpp"
#include "sim/cost/components/sar_adc.hpp"
#include "tests/support/reference_table.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

struct Measured {
    double enob = 0;
    double node_nanometre = 0;
    double rate_hertz = 0;
    double picojoule = 0;
    double square_micrometre = 0;  ///< not a number if not stated
};

std::vector<Measured> converters(const std::string& architecture) {
    std::vector<Measured> all;
    for (const CsvRow& row : reference_table("silicon/adc_survey.csv")) {
        if (row.text("ARCHITECTURE") != architecture) continue;
        try {
            const double hertz = row.number("fsnyq [Hz]");
            Measured m{.enob = (row.number("SNDR_plot [dB]") - 1.76) / 6.02,
                       .node_nanometre = row.number("TECHNOLOGY") * 1e3,
                       .rate_hertz = hertz,
                       .picojoule = row.number("P [W]") / hertz * 1e12,
                       .square_micrometre = std::nan("")};
            if (!row.text("AREA [mm^2]").empty()) {
                m.square_micrometre = row.number("AREA [mm^2]") * 1e6;
            }
            all.push_back(m);
        } catch (const InputError&) {  // a figure the survey leaves open
        }
    }
    return all;
}

/// log2(y) = a + b ENOB + c log2(node / 32) by least squares; median of the residual added to a.
struct Line {
    double per_node = 0;
    double median_at_32 = 0;  ///< log2(y) at ENOB 6
    std::size_t size = 0;
};

Line regression(const std::vector<Measured>& points, double Measured::*figure,
                std::optional<double> imposed_slope) {
    const auto n = static_cast<Eigen::Index>(points.size());
    Eigen::MatrixXd a(n, imposed_slope ? 2 : 3);
    Eigen::VectorXd y(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const Measured& m = points[static_cast<std::size_t>(i)];
        a(i, 0) = 1;
        a(i, 1) = std::log2(m.node_nanometre / 32);
        y(i) = std::log2(m.*figure);
        if (imposed_slope) {
            y(i) -= *imposed_slope * m.enob;
        } else {
            a(i, 2) = m.enob;
        }
    }
    const Eigen::VectorXd c = a.colPivHouseholderQr().solve(y);
    const Eigen::VectorXd residual = y - a * c;
    std::vector<double> sorted(residual.data(), residual.data() + n);
    std::sort(sorted.begin(), sorted.end());
    const double median = 0.5 * (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]);
    return {.per_node = c(1),
            .median_at_32 = c(0) + 6 * (imposed_slope ? *imposed_slope : c(2)) + median,
            .size = points.size()};
}

class Survey : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(reference_path("silicon/adc_survey.csv"))) {
            GTEST_SKIP() << "skipped: ../shared/reference/silicon/adc_survey.csv absent";
        }
    }
    static std::vector<Measured> selected(const std::string& architecture, double slowest_hertz,
                                          double highest_enob) {
        std::vector<Measured> chosen;
        for (const Measured& m : converters(architecture)) {
            if (m.node_nanometre <= 180 && m.enob >= 3 && m.enob <= highest_enob &&
                m.rate_hertz >= slowest_hertz && m.rate_hertz <= 2e10) {
                chosen.push_back(m);
            }
        }
        return chosen;
    }
    static std::vector<Measured> with_area(std::vector<Measured> points) {
        std::erase_if(points, [](const Measured& m) { return std::isnan(m.square_micrometre); });
        return points;
    }
};

TEST_F(Survey, SarModelIsTheRegressionItClaimsToBe) {
    const std::vector<Measured> points = selected("SAR", 1e7, 10.5);
    const Line energy = regression(points, &Measured::picojoule, std::nullopt);
    const Line area = regression(with_area(points), &Measured::square_micrometre, std::nullopt);
    EXPECT_EQ(energy.size, 29U);
    // ENOB 6 is 7.5 bits: between the model's 7 and 8.
    const Technology t = technology_of("32nm");
    const auto middle = [](double low, double high) { return std::log2(std::sqrt(low * high)); };
    const AdcCost seven = survey_sar(7, t);
    const AdcCost eight = survey_sar(8, t);
    EXPECT_NEAR(middle(seven.cost.energy_joule, eight.cost.energy_joule) - std::log2(1e-12),
                energy.median_at_32, 0.02);
    EXPECT_NEAR(middle(seven.cost.area_m2, eight.cost.area_m2) - std::log2(1e-12),
                area.median_at_32, 0.02);
}

TEST_F(Survey, FlashModelIsTheRegressionItClaimsToBe) {
    const std::vector<Measured> points = selected("Flash", 1e8, 8);
    const Line energy = regression(points, &Measured::picojoule, 1.0);
    const Line area = regression(with_area(points), &Measured::square_micrometre, 1.0);
    EXPECT_EQ(energy.size, 15U);
    const Technology t = technology_of("32nm");
    const AdcCost seven = survey_flash(7, t);  // ENOB 6
    EXPECT_NEAR(std::log2(seven.cost.energy_joule * 1e12), energy.median_at_32, 0.02);
    EXPECT_NEAR(std::log2(seven.cost.area_m2 * 1e12), area.median_at_32, 0.02);
}

TEST_F(Survey, ModelsKnowWhatTheirConvertersCover) {
    // Bits minus 1.5 (SAR) and minus 1 (flash) is the ENOB; nodes: 8 to 180 and 28 to 180 nm.
    for (const auto& [points, lost, smallest] :
         {std::tuple{selected("SAR", 1e7, 10.5), 1.5, 8.0},
          std::tuple{selected("Flash", 1e8, 8), 1.0, 28.0}}) {
        const auto [low, high] = std::minmax_element(
            points.begin(), points.end(),
            [](const Measured& a, const Measured& b) { return a.enob < b.enob; });
        const auto node = std::min_element(points.begin(), points.end(),
                                           [](const Measured& a, const Measured& b) {
                                               return a.node_nanometre < b.node_nanometre;
                                           });
        EXPECT_NEAR(node->node_nanometre, smallest, 1e-9);
        for (int bits = 2; bits <= 13; ++bits) {
            const bool inside = bits - lost >= low->enob - 0.01 && bits - lost <= high->enob + 0.01;
            const SurveyRange& range = lost > 1 ? survey_sar_range() : survey_flash_range();
            const std::string distance = range.distance(bits, 32);
            EXPECT_EQ(range.covers(bits, 32), inside) << bits;
            EXPECT_EQ(distance.empty(), inside) << bits << ' ' << distance;
        }
    }
}

}  // namespace
}  // namespace ohmgrid
