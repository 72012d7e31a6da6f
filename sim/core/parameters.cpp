#include "sim/core/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/core/spelling.hpp"

namespace ohmgrid {
namespace {

std::string shortest(double v) {
    std::string digits(32, '\0');
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), v);
    digits.resize(static_cast<std::size_t>(end.ptr - digits.data()));
    return digits;
}

std::string in_units(const ParamInfo& info, double v) {
    return info.dimension == dimension::ratio ? shortest(v) : format_quantity(v, info.dimension);
}

struct ValueWriter {
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const { return shortest(v); }
    std::string operator()(const std::string& v) const { return '"' + v + '"'; }

    template <class T>
    std::string operator()(const std::vector<T>& values) const {
        std::string out = "[";
        for (const T& v : values) out += (out.size() > 1 ? ", " : "") + (*this)(v);
        return out + ']';
    }
};

/// Turns one written value into the checked value of a parameter, or says why not.
class Checker {
  public:
    Checker(const ParamInfo& info, const Place& place, Complaints& complaints)
        : info_(info), place_(place), complaints_(complaints) {}

    std::optional<ParamValue> operator()(const ParamValue& written) {
        switch (info_.kind) {
            case ParamKind::quantity:
            case ParamKind::number:
                if (const auto v = real(written)) return ParamValue{*v};
                return std::nullopt;
            case ParamKind::count:
                return count(written);
            case ParamKind::flag:
                if (std::holds_alternative<bool>(written)) return written;
                return refuse(to_text(written) + " is not true or false", "Write true or false");
            case ParamKind::text:
                if (std::holds_alternative<std::string>(written)) return written;
                return refuse(to_text(written) + " is not a text", "Put it into quotes");
            case ParamKind::choice:
                return choice(written);
            case ParamKind::quantity_list:
            case ParamKind::number_list:
                return list(written);
        }
        return std::nullopt;
    }

  private:
    std::nullopt_t refuse(const std::string& what, const std::string& remedy) {
        complaints_.add({.place = place_.text(),
                         .id = "PAR003",
                         .what = info_.key + ": " + what,
                         .remedy = remedy});
        return std::nullopt;
    }

    std::string example() const {
        if (info_.fallback && !info_.fallback->empty()) return "\"" + *info_.fallback + "\"";
        if (info_.dimension == dimension::ratio) return "0.05 or \"5 %\"";
        return "\"" + format_quantity(1.0, info_.dimension) + "\"";
    }

    std::optional<double> in_range(double v) {
        if (!std::isfinite(v)) return refuse("the value is not finite", "Write a finite number");
        if (v < info_.low || v > info_.high) {
            return refuse(in_units(info_, v) + " is outside " + in_units(info_, info_.low) +
                              " .. " + in_units(info_, info_.high),
                          "Choose a value inside that range");
        }
        return v;
    }

    std::optional<double> real(const ParamValue& written) {
        if (const auto* text = std::get_if<std::string>(&written)) return from_text(*text);
        double plain = 0;
        if (const auto* whole = std::get_if<std::int64_t>(&written)) {
            plain = static_cast<double>(*whole);
        } else if (const auto* fraction = std::get_if<double>(&written)) {
            plain = *fraction;
        } else {
            return refuse(to_text(written) + " is not a number", "Write " + example());
        }
        if (info_.dimension != dimension::ratio) {
            return refuse(to_text(written) + " has no unit, expected " + describe(info_.dimension),
                          "Write it with its unit, as in " + example());
        }
        return in_range(plain);
    }

    std::optional<double> from_text(const std::string& text) {
        Quantity q;
        try {
            q = parse_quantity(text);
        } catch (const InputError& error) {
            return refuse(error.messages().front().what, error.messages().front().remedy);
        }
        if (q.dimension != info_.dimension) {
            return refuse('"' + text + "\" is " + describe(q.dimension) + ", expected " +
                              describe(info_.dimension),
                          "Write it as in " + example());
        }
        return in_range(q.value);
    }

    std::optional<ParamValue> count(const ParamValue& written) {
        std::int64_t whole = 0;
        if (const auto* n = std::get_if<std::int64_t>(&written)) {
            whole = *n;
        } else if (const auto* text = std::get_if<std::string>(&written)) {
            const auto [end, failure] =
                std::from_chars(text->data(), text->data() + text->size(), whole);
            if (failure != std::errc{} || end != text->data() + text->size()) {
                return refuse('"' + *text + "\" is not a whole number", "Write a whole number");
            }
        } else {
            return refuse(to_text(written) + " is not a whole number", "Write a whole number");
        }
        if (!in_range(static_cast<double>(whole))) return std::nullopt;
        return ParamValue{whole};
    }

    std::optional<ParamValue> choice(const ParamValue& written) {
        const auto* text = std::get_if<std::string>(&written);
        if (text != nullptr) {
            for (const std::string& word : info_.choices) {
                if (word == *text) return written;
            }
        }
        std::string all;
        for (const std::string& word : info_.choices) all += (all.empty() ? "" : ", ") + word;
        return refuse(to_text(written) + " is none of: " + all,
                      text != nullptr ? did_you_mean(*text, info_.choices, "Choose one of them")
                                      : "Choose one of them");
    }

    std::optional<ParamValue> list(const ParamValue& written) {
        std::vector<double> values;
        const auto take = [&](const auto& items) {
            for (const auto& item : items) {
                const auto v = real(ParamValue{item});
                if (!v) return false;
                values.push_back(*v);
            }
            return true;
        };
        bool good = false;
        if (const auto* numbers = std::get_if<std::vector<double>>(&written)) {
            good = take(*numbers);
        } else if (const auto* texts = std::get_if<std::vector<std::string>>(&written)) {
            good = take(*texts);
        } else {
            return refuse(to_text(written) + " is not a list", "Write [a, b, c]");
        }
        if (!good) return std::nullopt;
        return ParamValue{std::move(values)};
    }

    const ParamInfo& info_;
    const Place& place_;
    Complaints& complaints_;
};

/// A fallback as a file would give it.
ParamValue written_fallback(const ParamInfo& info) {
    const std::string& text = *info.fallback;
    if (info.kind == ParamKind::flag) return text == "true";
    if (info.kind == ParamKind::quantity_list || info.kind == ParamKind::number_list) {
        std::vector<std::string> items;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            items.push_back(text.substr(begin, end - begin));
            begin = end + 1;
        }
        return items;
    }
    return text;
}

}  // namespace

void ParameterSet::overlay(const ParameterSet& over) {
    for (const auto& [key, entry] : over.entries_) entries_[key] = entry;
}

void ParameterSet::erase(std::string_view key) {
    if (const auto it = entries_.find(key); it != entries_.end()) entries_.erase(it);
}

const ParamEntry* ParameterSet::find(std::string_view key) const {
    const auto it = entries_.find(key);
    return it == entries_.end() ? nullptr : &it->second;
}

std::optional<ParamValue> checked_value(const ParamInfo& info, const ParameterSet& set,
                                        Complaints& complaints) {
    if (const ParamEntry* entry = set.find(info.key)) {
        return Checker(info, entry->place, complaints)(entry->value);
    }
    if (!info.fallback) {
        complaints.add({.place = {},
                        .id = "PAR004",
                        .what = info.key + " is missing (" + info.doc + ")",
                        .remedy = "Add it to the file or pass --set " + info.key + "=VALUE"});
        return std::nullopt;
    }
    if (info.fallback->empty() && info.kind != ParamKind::text) return std::nullopt;
    static const Place table{"built-in default"};
    return Checker(info, table, complaints)(written_fallback(info));
}

void refuse_unknown_keys(const ParameterSet& set, std::span<const ParamInfo> known,
                         Complaints& complaints) {
    std::vector<std::string> keys;
    for (const ParamInfo& info : known) keys.push_back(info.key);
    for (const auto& [key, entry] : set.entries()) {
        if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
        complaints.add({.place = entry.place.text(),
                        .id = "PAR002",
                        .what = "unknown key " + key,
                        .remedy = did_you_mean(key, keys, "'ohmgrid explain' lists all keys")});
    }
}

std::vector<ResolvedParam> resolve(std::span<const ParamInfo> known, const ParameterSet& set) {
    std::vector<ResolvedParam> out;
    for (const ParamInfo& info : known) {
        if (const ParamEntry* entry = set.find(info.key)) {
            out.push_back({info.key, to_text(entry->value), entry->place.text()});
        } else if (info.fallback) {
            out.push_back({info.key, *info.fallback, "default"});
        }
    }
    return out;
}

std::string to_text(const ParamValue& value) { return std::visit(ValueWriter{}, value); }

}  // namespace ohmgrid
