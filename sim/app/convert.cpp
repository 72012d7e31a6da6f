#include <fmt/format.h>

#include "sim/app/print_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/network/image_set.hpp"

namespace ohmgrid {
namespace {

/// Every dataset of the file, walked depth first.
void collect(const Hdf5Reader& file, const std::string& group, std::vector<std::string>& datasets) {
    for (const std::string& name : file.names(group)) {
        const std::string path = (group == "/" ? "/" : group + "/") + name;
        if (file.is_group(path)) {
            collect(file, path, datasets);
        } else {
            datasets.push_back(path);
        }
    }
}

Table list_datasets(const Hdf5Reader& file) {
    std::vector<std::string> datasets;
    collect(file, "/", datasets);
    Table table{{"dataset", "shape", "unit", "what"}, {}};
    for (const std::string& dataset : datasets) {
        table.rows.push_back({dataset, fmt::format("{}", fmt::join(file.extents(dataset), " x ")),
                              file.text_attribute(dataset, "unit").value_or(""),
                              file.text_attribute(dataset, "long_name").value_or("")});
    }
    return table;
}

/// Index columns (one per dimension but the last, if that is short enough to be columns) and
/// values.
Table dataset_table(const Hdf5Reader& file, const std::string& dataset) {
    if (file.is_text(dataset)) {
        Table table{{"index", "value"}, {}};
        for (const std::string& text : file.read_texts(dataset)) {
            table.rows.push_back({static_cast<std::int64_t>(table.rows.size()), text});
        }
        return table;
    }
    const Dataset<double> data = file.read<double>(dataset);
    Table table;
    for (std::size_t d = 0; d < data.extents.size(); ++d) {
        table.columns.push_back(fmt::format("index_{}", d));
    }
    const std::string unit = file.text_attribute(dataset, "unit").value_or("");
    table.columns.push_back(unit.empty() ? "value" : "value_" + unit);
    std::vector<std::int64_t> index(data.extents.size(), 0);
    for (const double value : data.values) {
        auto& row = table.rows.emplace_back(index.begin(), index.end());
        row.emplace_back(value);
        for (std::size_t d = index.size(); d-- > 0;) {
            if (++index[d] < data.extents[d]) break;
            index[d] = 0;
        }
    }
    return table;
}

void write_example(const std::string& source, const std::string& out, Console& console) {
    DataSpec spec;
    spec.test = source;
    const ImageSet set = read_images(spec.test, spec);
    Hdf5Writer file(out);
    file.write("/images",
               Dataset<std::uint8_t>{
                   {set.count(), set.shape().channels, set.shape().height, set.shape().width},
                   set.pixels()},
               "", "images x channels x height x width, 0 .. 255");
    file.write("/labels", Dataset<std::int64_t>{{set.count()}, set.labels()}, "", "class of each");
    file.commit();
    console.err << fmt::format("wrote {} ({} images)\n", out, set.count());
}

ExitCode convert(const Arguments& arguments, Console& console) {
    const std::string& source = arguments.files().front();
    if (source.rfind("example:", 0) == 0) {
        if (!arguments.has("out")) {
            throw InputError(Message{.place = "ohmgrid convert",
                                     .id = "CLI007",
                                     .what = "images need a file to be written to",
                                     .remedy = "Add --out images.h5"});
        }
        write_example(source, arguments.text("out"), console);
        return ExitCode::done;
    }
    const Hdf5Reader file(source);
    const std::string dataset = arguments.text("dataset");
    print_table(dataset.empty() ? list_datasets(file) : dataset_table(file, dataset),
                format_of(arguments), console);
    return ExitCode::done;
}

}  // namespace

Verb convert_verb() {
    return {.name = "convert",
            .sentence = "Show an HDF5 result as a table, CSV or JSON; write the example images.",
            .example = "ohmgrid convert results.h5 --dataset /cost/energy_joule --format csv",
            .files = "RESULT.h5|example:train|example:test",
            .files_least = 1,
            .files_most = 1,
            .options = {{"dataset", "PATH", "which one; without it the file's contents are listed"},
                        option::out(""),
                        option::format()},
            .action = convert};
}

}  // namespace ohmgrid
