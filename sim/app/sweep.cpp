#include "sim/app/sweep.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

constexpr std::int64_t longest_range = 10'000;

[[noreturn]] void refuse(const std::string& written, const std::string& why) {
    throw InputError(Message{.place = "--sweep " + written,
                             .id = "CLI011",
                             .what = why,
                             .remedy = "Write for example --sweep bits=3..8 or --sweep "
                                       "type=sar,flash"});
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

void append(const std::string& word, const std::string& written, std::vector<std::string>& values) {
    const std::size_t dots = word.find("..");
    const auto low = whole_number(std::string_view(word).substr(0, dots));
    const auto high = dots == std::string::npos
                          ? std::nullopt
                          : whole_number(std::string_view(word).substr(dots + 2));
    if (!low || !high) {
        if (word.empty()) refuse(written, "a value of the list is empty");
        values.push_back(word);
        return;
    }
    if (*low > *high || *high - *low >= longest_range) {
        refuse(written, fmt::format("the range {} does not ascend or is too long", word));
    }
    for (std::int64_t value = *low; value <= *high; ++value)
        values.push_back(std::to_string(value));
}

}  // namespace

Sweep parse_sweep(const std::string& written) {
    const std::size_t equals = written.find('=');
    if (equals == std::string::npos || equals == 0) refuse(written, "is not of the form KEY=LIST");
    Sweep sweep{.key = written.substr(0, equals), .values = {}};
    const std::string list = written.substr(equals + 1);
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        const std::size_t first = list.find_first_not_of(' ', begin);
        append(first < end ? list.substr(first, end - first) : "", written, sweep.values);
        begin = end + 1;
    }
    return sweep;
}

std::vector<std::vector<std::string>> combinations(const std::vector<Sweep>& sweeps) {
    std::vector<std::vector<std::string>> all{{}};
    for (const Sweep& sweep : sweeps) {
        std::vector<std::vector<std::string>> longer;
        for (const auto& chosen : all) {
            for (const std::string& value : sweep.values) {
                longer.push_back(chosen);
                longer.back().push_back(value);
            }
        }
        all = std::move(longer);
    }
    return all;
}

}  // namespace ohmgrid
