#include "sim/app/report_page.hpp"
#include "sim/app/verbs.hpp"
#include "sim/io/atomic_file.hpp"

namespace ohmgrid {
namespace {

ExitCode report(const Arguments& arguments, Console& console) {
    const std::string out = arguments.text("out");
    write_file(out, report_page(arguments.files().front()).text());
    console.err << "wrote " << out << '\n';
    return ExitCode::done;
}

}  // namespace

Verb report_verb() {
    return {.name = "report",
            .sentence = "Turn a result file into one page with pictures, tables and origin.",
            .example = "ohmgrid report results.h5 -o report.html",
            .files = "RESULTS.h5",
            .files_least = 1,
            .files_most = 1,
            .options = {option::out("report.html")},
            .action = report};
}

}  // namespace ohmgrid
