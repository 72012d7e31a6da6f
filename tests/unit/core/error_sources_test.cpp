#include "sim/core/error_sources.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace ohmgrid {
namespace {

TEST(ErrorSources, AllHoldsEverySourceAndNoneHoldsNone) {
    for (const ErrorSource source : all_error_sources) {
        EXPECT_TRUE(ErrorSources::all().has(source)) << to_text(source);
        EXPECT_FALSE(ErrorSources::none().has(source)) << to_text(source);
    }
}

TEST(ErrorSources, TakingOneOutLeavesTheOthers) {
    for (const ErrorSource out : all_error_sources) {
        const ErrorSources rest = ErrorSources::all().without(out);
        for (const ErrorSource source : all_error_sources) {
            EXPECT_EQ(rest.has(source), source != out);
        }
        EXPECT_EQ(rest.with(out), ErrorSources::all());
        EXPECT_TRUE(ErrorSources::only(out).has(out));
    }
}

TEST(ErrorSources, HaveDistinctNames) {
    std::set<std::string_view> names;
    for (const ErrorSource source : all_error_sources) names.insert(to_text(source));
    EXPECT_EQ(names.size(), all_error_sources.size());
    EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace ohmgrid
