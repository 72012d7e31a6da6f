#include "search/objective/paired_loss.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// Smallest k such that so many of `test` images are lost or fewer with probability `confidence`,
/// if none of `images` was. Beta(1, n) as chance makes P(more than k of m) the product of
/// (m - i) / (n + m - i) over i = 0 .. k: the chance that k + 1 given draws of an urn of n + m come
/// from the test's m.
double by_urn(std::int64_t images, std::int64_t test, double confidence) {
    double more = 1;
    for (std::int64_t k = 0;; ++k) {
        more *= static_cast<double>(test - k) / static_cast<double>(images + test - k);
        if (1 - more >= confidence) return static_cast<double>(k) / static_cast<double>(test);
    }
}

TEST(PairedLoss, WithoutALossIsTheUrnsAnswer) {
    for (const std::int64_t images : {100, 500, 4000}) {
        for (const std::int64_t test : {1, 100, 1000}) {
            for (const double confidence : {0.6, 0.9, 0.95, 0.999}) {
                EXPECT_DOUBLE_EQ(promised_loss({.images = images}, test, confidence),
                                 by_urn(images, test, confidence))
                    << images << ' ' << test << ' ' << confidence;
            }
        }
    }
}

/// With very many images the chances are known, and the difference of the test's counts is nearly
/// normal: mean m (b - c), variance m (b + c).
TEST(PairedLoss, OfVeryManyImagesIsTheQuantileOfTheTestAlone) {
    const std::int64_t images = 100'000'000;
    const double lost = 0.03;
    const double won = 0.02;
    const std::int64_t test = 4000;
    const auto m = static_cast<double>(test);
    const double z = 1.6448536269514722;  // 95 %
    const double expected = (m * (lost - won) + z * std::sqrt(m * (lost + won))) / m;
    EXPECT_NEAR(promised_loss({.images = images, .lost = 3'000'000, .won = 2'000'000}, test, 0.95),
                expected, 2 / m);
}

TEST(PairedLoss, OfNothingButLossesIsAll) {
    EXPECT_EQ(promised_loss({.images = 10, .lost = 10, .won = 0}, 100, 0.95), 1);
}

TEST(PairedLoss, PromisesMoreWithMoreImages) {
    const double few = promised_loss({.images = 500, .lost = 5, .won = 3}, 1000, 0.95);
    const double many = promised_loss({.images = 5000, .lost = 50, .won = 30}, 1000, 0.95);
    EXPECT_LT(many, few);
    EXPECT_GT(many, 0.004);  // the loss itself
}

/// How often a promise is kept if the truth is known: at least as often as promised.
TEST(PairedLoss, IsKeptAsOftenAsPromised) {
    struct Truth {
        double lost, won;
    };
    constexpr int repeats = 400;
    constexpr std::int64_t images = 800;
    constexpr std::int64_t test = 300;
    std::uint32_t element = 0;
    for (const Truth truth : {Truth{0.002, 0.0}, {0.01, 0.005}, {0.03, 0.03}, {0.1, 0.02}}) {
        int kept = 0;
        for (int r = 0; r < repeats; ++r) {
            const RandomStream stream(1, Purpose::test, TrialId{7}, element++);
            std::uint32_t draw = 0;
            const auto observe = [&](std::int64_t count) {
                PairedResult result{.images = count};
                for (std::int64_t i = 0; i < count; ++i) {
                    const double u = stream.uniform_open(draw++);
                    result.lost += u < truth.lost ? 1 : 0;
                    result.won += u > 1 - truth.won ? 1 : 0;
                }
                return result;
            };
            const PairedResult seen = observe(images);
            const double promised = promised_loss(seen, test, 0.9);
            kept += observe(test).loss() <= promised + 1e-12 ? 1 : 0;
        }
        const double share = static_cast<double>(kept) / repeats;
        // Three standard errors of a share of 90 % below it.
        EXPECT_GE(share, 0.9 - 3 * std::sqrt(0.9 * 0.1 / repeats)) << truth.lost;
    }
}

}  // namespace
}  // namespace ohmgrid
