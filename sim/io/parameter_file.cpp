#include "sim/io/parameter_file.hpp"

#include <fmt/format.h>

// toml++ 3.3 asserts, or assumes, what a wrong file breaks, although its proper message follows.
#include <toml++/impl/preprocessor.h>
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT_ASSUME(expression) static_assert(true)
#include <toml++/toml.h>

#include <sstream>

#include "sim/io/atomic_file.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

constexpr std::size_t deepest_base = 8;

Place place_of(const toml::source_region& region, const std::string& file) {
    return {file, static_cast<std::int64_t>(region.begin.line),
            static_cast<std::int64_t>(region.begin.column)};
}

/// Reads one file and, through `base`, those below it.
class Reader {
  public:
    Reader(const std::vector<std::filesystem::path>& libraries, ParameterFile& out)
        : libraries_(libraries), out_(out) {}

    void read(const std::filesystem::path& path, const std::string& kind, const std::string& prefix,
              ParameterSet& into, std::size_t depth) {
        const std::string text = read_file(path);
        out_.sha256_of[path.string()] = sha256(text);
        const toml::table table = parse(text, path.string());
        check_schema(table, kind, path.string());
        if (depth > deepest_base) refuse({path.string()}, "TOM004", "bases are nested too deeply");
        walk(table, {.file = path, .kind = kind, .depth = depth}, prefix, into);
    }

    void finish() const { complaints_.throw_if_any(); }

  private:
    struct Source {
        std::filesystem::path file;
        std::string kind;
        std::size_t depth = 0;
    };

    toml::table parse(const std::string& text, const std::string& file) {
        try {
            return toml::parse(text, std::string_view(file));
        } catch (const toml::parse_error& error) {
            complaints_.add({.place = place_of(error.source(), file).text(),
                             .id = "TOM001",
                             .what = std::string(error.description()),
                             .remedy = "Mend the TOML syntax"});
            complaints_.throw_if_any();
        }
        return {};
    }

    void refuse(const Place& place, std::string id, std::string what, std::string remedy = {}) {
        complaints_.add({.place = place.text(),
                         .id = std::move(id),
                         .what = std::move(what),
                         .remedy = std::move(remedy)});
        complaints_.throw_if_any();
    }

    void check_schema(const toml::table& table, const std::string& kind, const std::string& file) {
        const std::string expected = "ohmgrid." + kind + "/1";
        const std::optional<std::string> found = table["schema"].value<std::string>();
        if (found == expected) return;
        const Place place =
            found ? place_of(table["schema"].node()->source(), file) : Place{file, 1, 1};
        refuse(place, "TOM002",
               found ? fmt::format("schema is \"{}\", expected \"{}\"", *found, expected)
                     : "the file does not say what it is",
               fmt::format("Its first line must be: schema = \"{}\"", expected));
    }

    /// The base first, so that what this table says itself wins.
    void walk(const toml::table& table, const Source& source, const std::string& prefix,
              ParameterSet& into) {
        const std::string file = source.file.string();
        if (const toml::node* base = table.get("base")) {
            const auto name = base->value<std::string>();
            if (!name) refuse(place_of(base->source(), file), "TOM004", "base is not a file name");
            read_base(*name, place_of(base->source(), file), source, prefix, into);
        }
        for (const auto& [key, node] : table) {
            const std::string word(key.str());
            if (word == "base" || (word == "schema" && is_top(prefix, source))) continue;
            take(node, prefix.empty() ? word : prefix + '.' + word, source, into);
        }
    }

    static bool is_top(const std::string& prefix, const Source& source) {
        return prefix.empty() || prefix == source.kind;
    }

    void read_base(const std::string& name, const Place& place, const Source& source,
                   const std::string& prefix, ParameterSet& into) {
        try {
            const auto path = find_file(name, source.file, libraries_);
            const std::string kind = prefix.empty() ? source.kind : prefix;
            read(path, kind, prefix, into, source.depth + 1);
        } catch (IoError& error) {
            refuse(place, "TOM004", "base: " + error.messages().front().what,
                   error.messages().front().remedy);
        }
    }

    void take(const toml::node& node, const std::string& key, const Source& source,
              ParameterSet& into) {
        const Place place = place_of(node.source(), source.file.string());
        if (const toml::table* table = node.as_table()) {
            walk(*table, source, key, into);
        } else if (const toml::array* array = node.as_array(); array && is_tables(*array)) {
            for (const toml::node& item : *array) {
                ParameterSet& entry = out_.tables[key].emplace_back();
                walk(*item.as_table(), source, "", entry);
            }
        } else if (auto value = value_of(node)) {
            into.set(key, {std::move(*value), place});
        } else {
            refuse(place, "TOM003",
                   key +
                       " has a value that is neither number, text, flag nor a "
                       "list of numbers or of texts",
                   "'ohmgrid explain' tells what each key takes");
        }
    }

    static bool is_tables(const toml::array& array) {
        return !array.empty() && array.is_homogeneous(toml::node_type::table);
    }

    static std::optional<ParamValue> value_of(const toml::node& node) {
        if (const auto v = node.as_boolean()) return ParamValue{v->get()};
        if (const auto v = node.as_integer()) return ParamValue{v->get()};
        if (const auto v = node.as_floating_point()) return ParamValue{v->get()};
        if (const auto v = node.as_string()) return ParamValue{v->get()};
        const toml::array* array = node.as_array();
        if (array == nullptr) return std::nullopt;
        std::vector<double> numbers;
        std::vector<std::string> texts;
        for (const toml::node& item : *array) {
            if (item.is_number()) numbers.push_back(*item.value<double>());
            if (item.is_string()) texts.push_back(*item.value<std::string>());
        }
        if (texts.size() == array->size() && !texts.empty()) return ParamValue{std::move(texts)};
        if (numbers.size() == array->size()) return ParamValue{std::move(numbers)};
        return std::nullopt;
    }

    const std::vector<std::filesystem::path>& libraries_;
    ParameterFile& out_;
    Complaints complaints_;

    friend void ohmgrid::set_from_command_line(ParameterSet&, std::string_view);
};

}  // namespace

std::string schema_kind(std::string_view text) {
    static constexpr std::string_view before = "ohmgrid.";
    const std::size_t begin = text.find(before);
    const std::size_t end = text.find('/', begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return {};
    return std::string(text.substr(begin + before.size(), end - begin - before.size()));
}

ParameterFile read_parameter_file(const std::filesystem::path& path, std::string_view kind,
                                  const std::vector<std::filesystem::path>& libraries) {
    ParameterFile out;
    Reader reader(libraries, out);
    reader.read(path, std::string(kind), "", out.values, 0);
    reader.finish();
    return out;
}

void set_from_command_line(ParameterSet& set, std::string_view assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        throw InputError(Message{.place = "--set " + std::string(assignment),
                                 .id = "CLI003",
                                 .what = "is not of the form KEY=VALUE",
                                 .remedy = "Write for example --set adc.bits=6"});
    }
    const std::string key(assignment.substr(0, equals));
    const std::string written(assignment.substr(equals + 1));
    std::optional<ParamValue> value;
    try {
        const toml::table table = toml::parse("value = " + written);
        value = Reader::value_of(*table.get("value"));
    } catch (const toml::parse_error&) {
        value = ParamValue{written};  // a bare word, such as sar or 100 uS
    }
    set.set(key, {value.value_or(ParamValue{written}), Place{"--set " + key}});
}

std::filesystem::path find_file(const std::string& written,
                                const std::filesystem::path& naming_file,
                                const std::vector<std::filesystem::path>& libraries) {
    const std::filesystem::path name(written);
    std::vector<std::filesystem::path> tried;
    if (name.is_absolute()) {
        tried.push_back(name);
    } else {
        tried.push_back(naming_file.parent_path() / name);
        for (const auto& library : libraries) tried.push_back(library / name);
    }
    std::string places;
    for (const auto& candidate : tried) {
        if (std::filesystem::is_regular_file(candidate)) return candidate;
        places += (places.empty() ? "" : ", ") + candidate.string();
    }
    throw IoError(Message{.place = {},
                          .id = "FIL003",
                          .what = fmt::format("no file \"{}\" (looked at {})", written, places),
                          .remedy = "Check the name; 'ohmgrid devices' lists the shipped files"});
}

}  // namespace ohmgrid
