#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/units.hpp"

namespace ohmgrid {

/// A value as it stands in a parameter file. Lists hold numbers or texts ("1 uS"), never both.
using ParamValue = std::variant<bool, std::int64_t, double, std::string, std::vector<double>,
                                std::vector<std::string>>;

/// A value with its place. `key` is dotted: "array.column_sharing".
struct ParamEntry {
    ParamValue value;
    Place place;
};

/// The values of one run, one per dotted key, whatever file or option they came from.
class ParameterSet {
  public:
    /// Sets or replaces: what is set later wins.
    void set(std::string key, ParamEntry entry) { entries_[std::move(key)] = std::move(entry); }
    /// All entries of `over`, which win over those here.
    void overlay(const ParameterSet& over);
    /// Drops `key`, if there.
    void erase(std::string_view key);

    [[nodiscard]] const ParamEntry* find(std::string_view key) const;
    [[nodiscard]] const std::map<std::string, ParamEntry, std::less<>>& entries() const {
        return entries_;
    }

  private:
    std::map<std::string, ParamEntry, std::less<>> entries_;
};

enum class ParamKind { quantity, number, count, flag, text, choice, quantity_list, number_list };

/// One tunable, declared once. Parsing, range checks, defaults, `ohmgrid explain`, the parameter
/// reference in docs/ and the record stored with results all come from this.
struct ParamInfo {
    std::string key;
    ParamKind kind = ParamKind::number;
    Dimension dimension;
    std::optional<std::string> fallback;  ///< as one would write it; none: the value is required
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    std::vector<std::string> choices;
    std::string doc;
    std::string source;  ///< of the fallback; empty for a plain design choice
};

/// What the author of a table says about one tunable.
struct ParamNote {
    std::optional<std::string> fallback;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    std::string doc;
    std::string source = {};
};

/// A tunable of `Spec` together with the member it fills.
template <class Spec>
struct ParamRow {
    ParamInfo info;
    std::function<void(Spec&, const ParamValue&)> store;
};

/// The value of `info.key` in `set` (or its fallback), checked and converted: double for quantities
/// and numbers, int64 for counts, text for texts and choices, vector<double> for lists.
/// Empty if the value is absent and optional (fallback ""), or wrong, which adds a complaint.
std::optional<ParamValue> checked_value(const ParamInfo& info, const ParameterSet& set,
                                        Complaints& complaints);

/// Adds a complaint, with the nearest known key, for every entry that no table knows.
void refuse_unknown_keys(const ParameterSet& set, std::span<const ParamInfo> known,
                         Complaints& complaints);

/// One line of the record stored with results: the value used and where it came from.
struct ResolvedParam {
    std::string key;
    std::string value;
    std::string origin;  ///< "default", "file:line:column" or "command line"
};

/// The values in force for all tunables of `known`.
std::vector<ResolvedParam> resolve(std::span<const ParamInfo> known, const ParameterSet& set);

/// The value as it would be written in a parameter file.
std::string to_text(const ParamValue& value);

/// All tunables of one `Spec`, in the order in which they are documented.
template <class Spec>
class ParamTable {
  public:
    /// Keys are prefixed with `section` and a dot.
    ParamTable(std::string_view section, std::vector<ParamRow<Spec>> rows)
        : rows_(std::move(rows)) {
        for (ParamRow<Spec>& row : rows_) row.info.key = std::string(section) + '.' + row.info.key;
    }

    /// Fills a Spec; what is wrong is added to `complaints` and leaves the member at its default.
    [[nodiscard]] Spec read(const ParameterSet& set, Complaints& complaints) const {
        Spec spec{};
        for (const ParamRow<Spec>& row : rows_) {
            if (const auto value = checked_value(row.info, set, complaints)) {
                row.store(spec, *value);
            }
        }
        return spec;
    }

    [[nodiscard]] std::vector<ParamInfo> infos() const {
        std::vector<ParamInfo> out;
        for (const ParamRow<Spec>& row : rows_) out.push_back(row.info);
        return out;
    }

  private:
    std::vector<ParamRow<Spec>> rows_;
};

namespace param {

inline ParamInfo info_of(std::string key, ParamKind kind, Dimension dimension, ParamNote note) {
    return {.key = std::move(key),
            .kind = kind,
            .dimension = dimension,
            .fallback = std::move(note.fallback),
            .low = note.low,
            .high = note.high,
            .choices = {},
            .doc = std::move(note.doc),
            .source = std::move(note.source)};
}

/// A value with a unit, kept in SI base units.
template <class Spec, class Member>
ParamRow<Spec> quantity(std::string key, Member Spec::*member, Dimension dimension,
                        ParamNote note) {
    return {info_of(std::move(key), ParamKind::quantity, dimension, std::move(note)),
            [member](Spec& s, const ParamValue& v) { s.*member = std::get<double>(v); }};
}

/// A plain number or a percentage.
template <class Spec, class Member>
ParamRow<Spec> number(std::string key, Member Spec::*member, ParamNote note) {
    return {info_of(std::move(key), ParamKind::number, dimension::ratio, std::move(note)),
            [member](Spec& s, const ParamValue& v) { s.*member = std::get<double>(v); }};
}

/// A whole number.
template <class Spec, class Member>
ParamRow<Spec> count(std::string key, Member Spec::*member, ParamNote note) {
    return {info_of(std::move(key), ParamKind::count, dimension::ratio, std::move(note)),
            [member](Spec& s, const ParamValue& v) {
                s.*member = static_cast<std::remove_cvref_t<decltype(s.*member)>>(
                    std::get<std::int64_t>(v));
            }};
}

/// true or false.
template <class Spec>
ParamRow<Spec> flag(std::string key, bool Spec::*member, ParamNote note) {
    return {info_of(std::move(key), ParamKind::flag, dimension::ratio, std::move(note)),
            [member](Spec& s, const ParamValue& v) { s.*member = std::get<bool>(v); }};
}

/// A text, such as a path.
template <class Spec>
ParamRow<Spec> text(std::string key, std::string Spec::*member, ParamNote note) {
    return {info_of(std::move(key), ParamKind::text, dimension::ratio, std::move(note)),
            [member](Spec& s, const ParamValue& v) { s.*member = std::get<std::string>(v); }};
}

/// A list of values with units.
template <class Spec>
ParamRow<Spec> quantities(std::string key, std::vector<double> Spec::*member, Dimension dimension,
                          ParamNote note) {
    return {
        info_of(std::move(key), ParamKind::quantity_list, dimension, std::move(note)),
        [member](Spec& s, const ParamValue& v) { s.*member = std::get<std::vector<double>>(v); }};
}

/// A list of plain numbers.
template <class Spec>
ParamRow<Spec> numbers(std::string key, std::vector<double> Spec::*member, ParamNote note) {
    return {
        info_of(std::move(key), ParamKind::number_list, dimension::ratio, std::move(note)),
        [member](Spec& s, const ParamValue& v) { s.*member = std::get<std::vector<double>>(v); }};
}

/// One of several words, each standing for an enumerator.
template <class Spec, class Enum>
ParamRow<Spec> choice(std::string key, Enum Spec::*member,
                      std::vector<std::pair<std::string, Enum>> words, ParamNote note) {
    ParamInfo info = info_of(std::move(key), ParamKind::choice, dimension::ratio, std::move(note));
    for (const auto& [word, value] : words) info.choices.push_back(word);
    return {std::move(info), [member, words = std::move(words)](Spec& s, const ParamValue& v) {
                for (const auto& [word, value] : words) {
                    if (word == std::get<std::string>(v)) s.*member = value;
                }
            }};
}

/// The rows of a part of `Spec`, kept in its member `member`; keys are prefixed with `prefix` and a
/// dot.
template <class Spec, class Part>
std::vector<ParamRow<Spec>> part(const std::string& prefix, Part Spec::*member,
                                 const std::vector<ParamRow<Part>>& rows) {
    std::vector<ParamRow<Spec>> out;
    for (const ParamRow<Part>& row : rows) {
        out.push_back({row.info, [member, store = row.store](Spec& s, const ParamValue& v) {
                           store(s.*member, v);
                       }});
        out.back().info.key = prefix + '.' + row.info.key;
    }
    return out;
}

}  // namespace param
}  // namespace ohmgrid
