#include "search/app/outputs.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "search/app/pytorch_text.hpp"
#include "search/objective/initial_weights.hpp"
#include "sim/app/report_page.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5_table.hpp"
#include "sim/io/parameter_file.hpp"
#include "sim/network/onnx_export.hpp"

namespace ohmgrid {
namespace {

constexpr double mm2_per_m2 = 1e6;

std::string widths_text(const Space& space, const Design& design) {
    std::string text;
    const Graph network = space.network(design);
    for (const NodeId id : network.weighted_nodes()) {
        text += fmt::format("{}{}", text.empty() ? "" : " ", network.node(id).shape.channels);
    }
    return text;
}

std::string circuits_text(const Space& space, const Design& design) {
    std::string text;
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        const CircuitChoice& c =
            space.options(i)[static_cast<std::size_t>(design.options[i])].circuit;
        text += fmt::format("{}{}/{}/{}", text.empty() ? "" : " ", to_text(c.adc_type), c.adc_bits,
                            c.column_sharing);
    }
    return text;
}

std::string value_text(Figure figure, double value) {
    switch (figure) {
        case Figure::area:
            return fmt::format("{:.5g} mm2", value * mm2_per_m2);
        case Figure::latency:
            return fmt::format("{:.5g} s", value);
        case Figure::energy:
            return fmt::format("{:.5g} J", value);
        case Figure::edap:
            return fmt::format("{:.5g} J s mm2", value * mm2_per_m2);
        case Figure::tops_per_watt:
            return fmt::format("{:.5g} TOPS/W", value);
        case Figure::tops_per_mm2:
            return fmt::format("{:.5g} TOPS/mm2", value);
    }
    return "";
}

nlohmann::ordered_json to_json(const Figures& f) {
    nlohmann::ordered_json out;
    for (const Figure figure : all_figures) {
        const double value = value_of(f, figure);
        if (std::isfinite(value) && value > 0) out[std::string(to_text(figure))] = value;
    }
    return out;
}

double saved_share(const CircuitResult& circuits, Figure f) {
    return 1 - value_of(circuits.best.best->figures, f) / value_of(circuits.finest.figures, f);
}

nlohmann::ordered_json to_json(const CircuitResult& c) {
    nlohmann::ordered_json out{{"energy_saved", saved_share(c, Figure::energy)},
                               {"edap_saved", saved_share(c, Figure::edap)},
                               {"deciding_images", c.pairs.images},
                               {"noise", c.noise},
                               {"images_lost", c.pairs.lost},
                               {"images_won", c.pairs.won},
                               {"loss", c.pairs.loss()},
                               {"promised_loss", c.promised_loss},
                               {"test_images", c.test_images},
                               {"test_loss", c.test_loss},
                               {"test_accuracy", c.test_accuracy},
                               {"finest_test_accuracy", c.finest_test_accuracy}};
    if (c.two_phase_excess) out["two_phase_excess"] = *c.two_phase_excess;
    return out;
}

/// How many times better the best design is in the objective than a value of it.
double times_better(const SearchReport& report, double value) {
    const Figure objective = report.certificate.objective;
    return std::exp(merit_of_value(value, objective) -
                    merit(report.best->figures, exponents_of(objective)));
}

nlohmann::ordered_json published_json(const SearchReport& report) {
    auto all = nlohmann::ordered_json::array();
    for (const Published& p : report.published) {
        nlohmann::ordered_json& one = all.emplace_back();
        one = {{"name", p.name}, {"source", p.source}};
        if (p.edap_lower) one["edap_lower"] = *p.edap_lower;
        if (p.tops_per_watt_higher) one["tops_per_watt_higher"] = *p.tops_per_watt_higher;
        if (p.tops_per_mm2_higher) one["tops_per_mm2_higher"] = *p.tops_per_mm2_higher;
        if (p.value) one["value"] = *p.value;
        if (p.value && report.best) one["times_better_here"] = times_better(report, *p.value);
    }
    return all;
}

nlohmann::ordered_json layers_json(const Space& space, const Design& design) {
    return nlohmann::ordered_json::parse(to_json(choice_table(space, design)));
}

/// The run file of a design: the search's own run file, with everything chosen written out.
std::string run_file_text(const SearchFile& file, const Space& space, const Design& design,
                          bool has_own_network) {
    std::string text = "# The best design of a search, for 'ohmgrid run'.\n";
    text += "schema = \"ohmgrid.run/1\"\n";
    text += fmt::format("base = \"{}\"\n", std::filesystem::absolute(file.run_path).string());
    ParameterSet set;
    for (const std::string& assignment : file.run_assignments) {
        set_from_command_line(set, assignment);
    }
    if (has_own_network) {
        set.set("network", {ParamValue{std::string("best.onnx")}, {}});
    }
    for (const auto& [key, entry] : set.entries()) {
        const auto* word = std::get_if<std::string>(&entry.value);
        text += fmt::format("{} = {}\n", key,
                            word != nullptr ? fmt::format("\"{}\"", *word) : to_text(entry.value));
    }
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        const CircuitChoice& c =
            space.options(i)[static_cast<std::size_t>(design.options[i])].circuit;
        text += fmt::format(
            "\n[[layer]]\nname = \"{}\"\nadc.type = \"{}\"\nadc.bits = {}\n"
            "array.column_sharing = {}\narray.cell_bits = {}\nmapping.input_bits = {}\n"
            "mapping.weight_bits = {}\nmapping.replication = {}\n",
            space.layer_name(i), to_text(c.adc_type), c.adc_bits, c.column_sharing, c.cell_bits,
            c.input_bits, c.weight_bits, c.replication);
        if (c.array_side > 0) {
            text +=
                fmt::format("array.rows = {}\narray.columns = {}\n", c.array_side, c.array_side);
        }
    }
    return text;
}

/// Figures and choices of designs, one dataset each.
void write_designs(Hdf5Writer& h5, const std::string& group, const Space& space,
                   const std::vector<Scored>& points) {
    write_table(
        h5, group, front_table(space, points),
        "one per design: figures in SI units, output channels and converter/bits/sharing by "
        "layer");
}

/// Everything that the page about a search shows.
void write_report(Hdf5Writer& h5, const Space& space, const SearchReport& report) {
    write_designs(h5, "/front", space, report.front.points);
    for (const RivalReport& rival : report.rivals) {
        write_designs(h5, "/rivals/" + rival.name, space, rival.front);
    }
    if (!report.rivals.empty()) {
        write_table(h5, "/solvers", rival_table(report), "the same search by other solvers");
    }
    if (report.best) {
        write_designs(h5, "/best", space, {*report.best});
        write_table(h5, "/layers", choice_table(space, report.best->design),
                    "one per layer of the best design");
        write_table(h5, "/gains", gain_table(report),
                    "the best design beside chips with one circuit in all layers");
    }
    const Certificate& c = report.certificate;
    h5.write("/certificate/bound", Dataset<double>{{}, {c.bound}}, "",
             "no design within the limits is better in the objective");
    h5.write("/certificate/gap", Dataset<double>{{}, {c.gap}}, "", "relative");
    h5.write_texts("/certificate/how", {c.how, c.accuracy}, "what the bound rests on");
    std::vector<std::string> figures;
    for (const Figure f : report.front_figures) figures.emplace_back(to_text(f));
    if (!figures.empty()) h5.write_texts("/certificate/front", figures, "figures of the front");
    std::vector<std::string> lines;
    std::istringstream text(summary(space, report));
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    h5.write_texts("/certificate/summary", lines, "what 'ohmgrid search' prints");
}

}  // namespace

Table choice_table(const Space& space, const Design& design) {
    Table table{{"layer", "width", "kernel", "adc_type", "adc_bits", "column_sharing", "input_bits",
                 "weight_bits", "cell_bits", "array_rows", "replication"},
                {}};
    const Graph network = space.network(design);
    const std::vector<NodeId> nodes = network.weighted_nodes();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const Node& n = network.node(nodes[i]);
        const CircuitChoice& c =
            space.options(i)[static_cast<std::size_t>(design.options[i])].circuit;
        table.rows.push_back(
            {n.name, n.shape.channels, n.op == Op::convolution ? n.window.kernel_height : 1,
             to_text(c.adc_type), std::int64_t{c.adc_bits}, c.column_sharing,
             std::int64_t{c.input_bits}, std::int64_t{c.weight_bits}, std::int64_t{c.cell_bits},
             c.array_side > 0 ? c.array_side : space.base().settings[i].array.rows, c.replication});
    }
    return table;
}

Table front_table(const Space& space, const std::vector<Scored>& points) {
    Table table{{}, {}};
    for (const Figure f : all_figures) table.columns.emplace_back(to_text(f));
    table.columns.insert(table.columns.end(), {"widths", "circuits"});
    for (const Scored& p : points) {
        auto& row = table.rows.emplace_back();
        for (const Figure f : all_figures) {
            const double value = value_of(p.figures, f);
            row.emplace_back(std::isfinite(value) ? value : 0.0);
        }
        row.emplace_back(widths_text(space, p.design));
        row.emplace_back(circuits_text(space, p.design));
    }
    return table;
}

Table rival_table(const SearchReport& report) {
    const Figure objective = report.certificate.objective;
    Table table{{"solver", std::string(to_text(objective)), "worse than exact %", "front points",
                 "ahead of exact", "front share %", "evaluations", "seconds"},
                {}};
    const double exact = report.best ? merit(report.best->figures, exponents_of(objective)) : 0;
    const auto add = [&](const std::string& name, const std::optional<Scored>& best,
                         std::size_t points, std::int64_t ahead, double share,
                         std::int64_t evaluations, double seconds) {
        auto& row = table.rows.emplace_back();
        row.emplace_back(name);
        if (best) {
            row.emplace_back(value_of(best->figures, objective));
            row.emplace_back(100 *
                             std::expm1(merit(best->figures, exponents_of(objective)) - exact));
        } else {
            row.insert(row.end(), {std::string("none feasible"), std::string()});
        }
        row.emplace_back(static_cast<std::int64_t>(points));
        row.emplace_back(ahead);
        row.emplace_back(100 * share);
        row.emplace_back(evaluations);
        row.emplace_back(seconds);
    };
    add("exact", report.best, report.front.points.size(), 0, report.front_share,
        report.certificate.evaluations, report.certificate.seconds);
    for (const RivalReport& r : report.rivals) {
        add(r.name, r.best, r.front.size(), r.ahead, r.front_share, r.evaluations, r.seconds);
    }
    return table;
}

Table gain_table(const SearchReport& report) {
    return gain_table(report.baselines, report.published, report.best->figures);
}

std::string summary(const Space& space, const SearchReport& report) {
    const Certificate& c = report.certificate;
    std::string text = fmt::format("space      10^{:.1f} designs\n", space.log10_designs());
    if (report.best) {
        text += fmt::format("best       {} {}", to_text(c.objective),
                            value_text(c.objective, value_of(report.best->figures, c.objective)));
        for (const Figure f : {Figure::area, Figure::latency, Figure::energy}) {
            const double value = value_of(report.best->figures, f);
            if (f != c.objective && value > 0) text += "   " + value_text(f, value);
        }
        text +=
            fmt::format("\nbound      {}   gap {:.2g} %   {}\n", value_text(c.objective, c.bound),
                        100 * c.gap, c.is_proven ? "proven" : "not closed");
    }
    if (report.circuits && report.best) {
        const auto saved = [&](Figure f) { return 100 * saved_share(*report.circuits, f); };
        text += fmt::format(
            "saved      energy {:.1f} %   latency {:.1f} %   area {:.1f} %   EDAP "
            "{:.1f} % of the most bits\n",
            saved(Figure::energy), saved(Figure::latency), saved(Figure::area),
            saved(Figure::edap));
    }
    for (const Published& p : report.published) {
        text += fmt::format("published  {}: ", p.name);
        if (p.value && report.best) {
            text += fmt::format("{}, found here {:.3g} times better; ",
                                value_text(c.objective, *p.value), times_better(report, *p.value));
        }
        text += p.source + "\n";
    }
    if (report.score) text += fmt::format("score      {:.6g}\n", *report.score);
    if (!c.accuracy.empty()) text += "accuracy   " + c.accuracy + "\n";
    text += "coupling   " + c.how + "\n";
    text += fmt::format(
        "effort     {} designs evaluated, {} bounds, {} partial designs, {} scenarios, {:.3g} s\n",
        c.evaluations, c.bounds, c.labels, c.scenarios, c.seconds);
    if (!report.front_figures.empty()) {
        text += fmt::format("front      {} designs{}\n", report.front.points.size(),
                            report.front.is_complete ? ", complete" : ", incomplete");
    }
    return text;
}

nlohmann::ordered_json to_json(const Space& space, const SearchReport& report) {
    nlohmann::ordered_json out;
    const Certificate& c = report.certificate;
    if (report.best) {
        out["best"] = to_json(report.best->figures);
        if (report.score) out["best"]["score"] = *report.score;
        out["best"]["layers"] = layers_json(space, report.best->design);
    }
    if (report.circuits) {
        out["finest"] = to_json(report.circuits->finest.figures);
        out["circuits"] = to_json(*report.circuits);
    }
    out["objective"] = to_text(c.objective);
    out["lower_bound"] = c.bound;
    out["gap"] = c.gap;
    out["proven"] = c.is_proven;
    out["certificate"] = {{"coupling", c.how},
                          {"accuracy", c.accuracy},
                          {"bounds", c.bounds},
                          {"labels", c.labels},
                          {"scenarios", c.scenarios}};
    out["evaluations"] = c.evaluations;
    out["seconds"] = c.seconds;
    auto& front = out["front"] = nlohmann::ordered_json::array();
    for (const Scored& p : report.front.points) {
        nlohmann::ordered_json point = to_json(p.figures);
        point["widths"] = widths_text(space, p.design);
        point["circuits"] = circuits_text(space, p.design);
        front.push_back(std::move(point));
    }
    if (report.best && !report.baselines.empty()) {
        out["gains"] = nlohmann::ordered_json::parse(to_json(gain_table(report)));
    }
    if (!report.published.empty()) out["published"] = published_json(report);
    if (!report.rivals.empty()) {
        out["solvers"] = nlohmann::ordered_json::parse(to_json(rival_table(report)));
    }
    return out;
}

void write_outputs(const std::filesystem::path& folder, const SearchFile& file, const Space& space,
                   const SearchReport& report, const Provenance& record) {
    Hdf5Writer h5(folder / "front.h5");
    write_report(h5, space, report);
    write_provenance(h5, "ohmgrid.search", record);
    h5.commit();
    write_file(folder / "front.csv", to_csv(front_table(space, report.front.points)));
    write_file(folder / "result.json", to_json(space, report).dump(2) + "\n");
    write_file(folder / "front.html", report_page(folder / "front.h5").text());
    if (!report.best) return;
    const Design& design = report.best->design;
    const bool is_new = !space.keeps_network(design);
    write_file(folder / "best.run.toml", run_file_text(file, space, design, is_new));
    write_file(folder / "best.py", pytorch_text(space.network(design)));
    if (is_new) {
        export_onnx(with_initial_weights(space.network(design), record.seed), folder / "best.onnx");
    }
}

}  // namespace ohmgrid
