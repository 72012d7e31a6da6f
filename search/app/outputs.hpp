#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "search/app/baselines.hpp"
#include "search/app/circuit_phase.hpp"
#include "search/app/search_file.hpp"
#include "search/solver/exact_front.hpp"
#include "search/solver/minimise.hpp"
#include "sim/io/html_page.hpp"
#include "sim/io/provenance.hpp"

namespace ohmgrid {

/// What is known about the best design, and how.
struct Certificate {
    Figure objective = Figure::edap;
    double bound = 0;  ///< no design within the limits is better than this value
    double gap = 0;    ///< relative difference between the best design and the bound
    bool is_proven = false;
    std::string how;       ///< in words: what couples layers, what was enumerated or bounded
    std::string accuracy;  ///< in words: what the accuracy condition means; empty: none
    std::int64_t evaluations = 0;
    std::int64_t bounds = 0;
    std::int64_t labels = 0;
    std::size_t scenarios = 0;
    double seconds = 0;
};

/// What a rival found with its budget.
struct RivalReport {
    std::string name;
    std::optional<Scored> best;
    std::vector<Scored> front;
    std::int64_t evaluations = 0;
    double seconds = 0;
    std::int64_t ahead = 0;  ///< points of its front that the exact front does not cover
    double front_share = 0;  ///< of the box between the exact front's ends that its front dominates
};

/// Everything a search found.
struct SearchReport {
    std::optional<Scored> best;
    std::optional<CircuitResult> circuits = {};  ///< of the second phase
    std::vector<Baseline> baselines = {};        ///< homogeneous chips, by the cost tables
    std::vector<Published> published = {};       ///< what others report
    std::optional<double> score;  ///< of the best design's network, by the asked source
    Certificate certificate;
    std::vector<Figure> front_figures;
    FrontResult front;
    double front_share = 0;  ///< as a rival's, of the exact front itself
    std::vector<RivalReport> rivals;
};

/// One row per layer: what was chosen.
Table choice_table(const Space& space, const Design& design);
/// One row per point: figures, then the choices as texts.
Table front_table(const Space& space, const std::vector<Scored>& points);
/// One row per solver, the exact one first.
Table rival_table(const SearchReport& report);
/// Beside homogeneous chips and what others report.
Table gain_table(const SearchReport& report);
/// The certificate and the best design in a few lines for people.
std::string summary(const Space& space, const SearchReport& report);
/// docs/reference/command_line.md describes it.
nlohmann::ordered_json to_json(const Space& space, const SearchReport& report);

/// Writes front.h5, front.csv, front.html (the page `ohmgrid report front.h5` draws),
/// result.json, best.run.toml, best.py and, where the network is another one than the run file's,
/// best.onnx with initial weights.
void write_outputs(const std::filesystem::path& folder, const SearchFile& file, const Space& space,
                   const SearchReport& report, const Provenance& record);

}  // namespace ohmgrid
