#include "sim/parallel/parallel_for.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

TEST(ParallelFor, VisitsEveryIndexOnce) {
    for (const int threads : {1, 2, 7}) {
        std::vector<int> visits(1000, 0);
        parallel_for({.threads = threads}, 1000,
                     [&](std::int64_t i) { ++visits[static_cast<std::size_t>(i)]; });
        EXPECT_EQ(visits, std::vector<int>(1000, 1));
    }
}

TEST(ParallelFor, RethrowsTheFailureOfTheLowestIndex) {
    for (int repetition = 0; repetition < 20; ++repetition) {
        try {
            parallel_for({.threads = 4}, 100, [](std::int64_t i) {
                if (i % 10 == 3) throw std::runtime_error(std::to_string(i));
            });
            FAIL() << "nothing was thrown";
        } catch (const std::runtime_error& error) {
            EXPECT_STREQ(error.what(), "3");
        }
    }
}

TEST(ParallelFor, StopsWhenAsked) {
    std::stop_source source;
    RunContext context{.threads = 2};
    context.stop = source.get_token();
    std::vector<char> begun(100000, 0);
    EXPECT_THROW(parallel_for(context, 100000,
                              [&](std::int64_t i) {
                                  begun[static_cast<std::size_t>(i)] = 1;
                                  if (i == 10) source.request_stop();
                              }),
                 Interrupted);
    EXPECT_EQ(begun.back(), 0);
}

}  // namespace
}  // namespace ohmgrid
