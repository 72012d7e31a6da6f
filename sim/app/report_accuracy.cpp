#include <fmt/format.h>

#include "sim/app/report_page.hpp"

namespace ohmgrid {
namespace {

double scalar(const Hdf5Reader& results, const std::string& name) {
    return results.read<double>("/accuracy/" + name).values.at(0);
}

std::vector<double> in_percent(std::vector<double> shares) {
    for (double& share : shares) share *= 100;
    return shares;
}

BarChart layer_errors(const Hdf5Reader& results) {
    return {.title = "Error of every layer's outputs against the float layer on the same inputs",
            .value = {.name = "rms error relative to the outputs", .unit = "%"},
            .rows = results.read_texts("/layers/name"),
            .parts = {
                {.name = "",
                 .values = in_percent(results.read<double>("/layers/relative_rms_error").values)}}};
}

}  // namespace

void add_accuracy(HtmlPage& page, const Hdf5Reader& results) {
    if (!results.has("/accuracy")) return;
    const double digital = 100 * scalar(results, "digital");
    const double ideal = 100 * scalar(results, "ideal");
    const double analog = 100 * scalar(results, "analog");
    page.add_heading("Accuracy");
    page.add_paragraph(fmt::format(
        "{:.2f} % of {} images are classified correctly (95 % interval {:.2f} .. {:.2f} %); the "
        "float network reaches {:.2f} %, the quantised one on ideal arrays {:.2f} %. The chip "
        "agrees with the float network on {:.2f} % of the images.",
        analog, results.extents("/accuracy/predictions").at(0),
        100 * scalar(results, "interval_95_low"), 100 * scalar(results, "interval_95_high"),
        digital, ideal, 100 * scalar(results, "agreement")));
    page.add_chart(BarChart{
        .title = "Accuracy lost on the way from the float network to the chip",
        .value = {.name = "accuracy lost", .unit = "percentage points"},
        .rows = {"quantisation", "arrays and converters", "together"},
        .parts = {{.name = "", .values = {digital - ideal, ideal - analog, digital - analog}}}});
    if (results.has("/layers")) page.add_chart(layer_errors(results));
}

}  // namespace ohmgrid
