#include "sim/app/report_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"

namespace ohmgrid {
namespace {

constexpr std::string_view filetype_prefix = "ohmgrid.";

/// "run" from "ohmgrid.run".
std::string kind_of(const Hdf5Reader& results, const std::filesystem::path& path) {
    const std::string filetype = results.text_attribute("/", "filetype").value_or("");
    if (!filetype.starts_with(filetype_prefix)) {
        throw InputError(Message{.place = path.string(),
                                 .id = "RPT001",
                                 .what = "is no result of ohmgrid (it has no such 'filetype')",
                                 .remedy = "Give a file that --out of another verb has written"});
    }
    return filetype.substr(filetype_prefix.size());
}

std::string title_of_kind(const std::string& kind) {
    static const std::map<std::string, std::string> titles{{"run", "Cost and accuracy of a chip"},
                                                           {"infer", "Accuracy of a chip"},
                                                           {"cost", "Cost of a chip"},
                                                           {"solve", "One array"},
                                                           {"adc", "A converter"},
                                                           {"montecarlo", "Many virtual chips"},
                                                           {"search", "Designs found"}};
    const auto title = titles.find(kind);
    return title == titles.end() ? "Result of ohmgrid " + kind : title->second;
}

/// Lists of one number or text per row, side by side where they are equally long.
void add_columns(std::map<std::int64_t, Table>& tables, const Hdf5Reader& results,
                 const std::string& path, const std::string& name) {
    const std::vector<std::int64_t> extents = results.extents(path);
    if (extents.size() != 1) return;
    Table& table = tables[extents[0]];
    table.columns.push_back(name);
    table.rows.resize(static_cast<std::size_t>(extents[0]));
    if (results.is_text(path)) {
        const std::vector<std::string> texts = results.read_texts(path);
        for (std::size_t r = 0; r < texts.size(); ++r) table.rows[r].emplace_back(texts[r]);
    } else {
        const Dataset<double> data = results.read<double>(path);
        for (std::size_t r = 0; r < data.values.size(); ++r) {
            table.rows[r].emplace_back(data.values[r]);
        }
    }
}

/// One table per group and length.
void add_tables(HtmlPage& page, const Hdf5Reader& results, const std::string& group) {
    std::map<std::int64_t, Table> tables;
    for (const std::string& name : results.names(group)) {
        const std::string path = (group == "/" ? "/" : group + "/") + name;
        if (path == "/provenance") continue;
        if (results.is_group(path)) {
            add_tables(page, results, path);
        } else {
            add_columns(tables, results, path, name);
        }
    }
    for (const auto& [rows, table] : tables) page.add_table(group, table);
}

std::vector<std::string> texts_of(const Hdf5Reader& results, const std::string& dataset) {
    return results.has(dataset) ? results.read_texts(dataset) : std::vector<std::string>{};
}

Table parameter_table(const Hdf5Reader& results) {
    const std::string group = "/provenance/parameters/";
    const auto keys = texts_of(results, group + "key");
    const auto values = texts_of(results, group + "value");
    const auto origins = texts_of(results, group + "origin");
    Table table{{"parameter", "value", "origin"}, {}};
    for (std::size_t i = 0; i < std::min({keys.size(), values.size(), origins.size()}); ++i) {
        if (origins[i] != "default") table.rows.push_back({keys[i], values[i], origins[i]});
    }
    return table;
}

}  // namespace

void add_origin(HtmlPage& page, const Hdf5Reader& results) {
    page.add_heading("Where these numbers come from");
    std::vector<std::pair<std::string, std::string>> facts;
    for (const auto& [name, text] : {std::pair{"command_line", "Command"},
                                     {"program_version", "Version of ohmgrid"},
                                     {"seed", "Seed"},
                                     {"started_at", "Begun"},
                                     {"finished_at", "Finished"},
                                     {"host", "Computer"}}) {
        if (const auto value = results.text_attribute("/", name)) facts.emplace_back(text, *value);
    }
    for (const auto& [name, text] :
         {std::pair{"results_version", "Version of results"}, {"threads", "Threads"}}) {
        if (const auto value = results.number_attribute("/", name)) {
            facts.emplace_back(text, fmt::format("{:g}", *value));
        }
    }
    page.add_facts(facts);
    Table inputs{{"input file", "SHA-256"}, {}};
    const auto files = texts_of(results, "/provenance/inputs/file");
    const auto hashes = texts_of(results, "/provenance/inputs/sha256");
    for (std::size_t i = 0; i < std::min(files.size(), hashes.size()); ++i) {
        inputs.rows.push_back({files[i], hashes[i]});
    }
    constexpr std::size_t all = 1000;
    if (!inputs.rows.empty()) page.add_table("Files that were read", inputs, all);
    const Table parameters = parameter_table(results);
    if (!parameters.rows.empty()) page.add_table("Parameters that were set", parameters, all);
}

HtmlPage report_page(const std::filesystem::path& path) {
    const Hdf5Reader results(path);
    const std::string kind = kind_of(results, path);
    HtmlPage page(title_of_kind(kind));
    page.add_paragraph(results.text_attribute("/", "command_line").value_or(""));
    if (kind == "run" || kind == "infer" || kind == "cost") {
        add_accuracy(page, results);
        add_compensation(page, results);
        add_diagnosis(page, results);
        add_cost(page, results);
    } else if (kind == "solve") {
        add_array(page, results);
    } else if (kind == "montecarlo") {
        add_study(page, results);
    } else if (kind == "adc") {
        add_converters(page, results);
    } else if (kind == "search") {
        add_search(page, results);
    } else {
        add_tables(page, results, "/");
    }
    add_origin(page, results);
    return page;
}

ResultStore::ResultStore(const Arguments& arguments) : arguments_(arguments) {
    if (arguments.has("out")) {
        path_ = arguments.text("out");
    } else if (arguments.has("report") || arguments.has("plot")) {
        folder_.emplace();
        path_ = folder_->path() / "results.h5";
    } else {
        return;
    }
    file_.emplace(path_);
}

void ResultStore::finish(const std::string& filetype, const Provenance& record,
                         const std::function<void(Hdf5Writer&)>& write) {
    if (!file_) return;
    write(*file_);
    write_provenance(*file_, filetype, record);
    file_->commit();
    if (arguments_.has("report")) write_file(arguments_.text("report"), report_page(path_).text());
    if (arguments_.has("plot")) {
        const Hdf5Reader results(path_);
        write_file(arguments_.text("plot"),
                   svg_file(filetype == "ohmgrid.adc" ? converter_chart(results)
                                                      : array_charts(results).front()));
    }
}

}  // namespace ohmgrid
