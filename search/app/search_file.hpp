#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "search/app/baselines.hpp"
#include "search/solver/goal.hpp"
#include "sim/app/run_file.hpp"

namespace ohmgrid {

/// Which model gives the figures.
enum class CostSource { tables, xpert_surrogate };

/// Where the accuracy of a network that is not trained yet is guessed from.
enum class AccuracySource {
    none,
    naswot,   ///< log-determinant of activation patterns (naswot.hpp)
    synflow,  ///< flow of signals (naswot.hpp)
    table,    ///< predictor fitted to scored networks of a file
    command   ///< another program judges
};

/// Section [goal].
struct GoalSpec {
    Figure objective = Figure::edap;
    CostSource cost = CostSource::tables;
    std::string front = {};  ///< figures, separated by commas; empty: none
    std::optional<double> area_max = {};
    std::optional<double> area_min = {};
    std::optional<double> latency_max = {};
    std::optional<double> energy_max = {};
    std::optional<double> edap_max = {};
    std::optional<double> tops_per_watt_min = {};
    std::optional<double> tops_per_mm2_min = {};
};

/// Section [accuracy].
struct AccuracySpec {
    AccuracySource source = AccuracySource::none;
    std::optional<double> least = {};
    std::optional<double> margin = {};  ///< allowed below the score of the run file's own network
    std::int64_t images = 0;            ///< used by a score
    std::int64_t draws = 0;             ///< of the initial weights, whose scores are averaged
    std::string table = {};             ///< of scored networks
    std::int64_t samples = 0;           ///< networks scored to fit the guide
    std::int64_t most_scores = 0;       ///< networks scored in order of merit
    std::string command = {};
    double command_timeout_second = 0;
};

/// Section [circuit]: the second phase, for a trained network.
struct CircuitSpec {
    std::optional<double> most_loss = {};        ///< share of the images; none: no second phase
    std::int64_t images = 0;                     ///< calibration images that decide, at most
    std::int64_t probe_images = 0;               ///< others, that sensitivities are measured on
    double confidence = 0;                       ///< with which the loss is promised
    std::optional<double> unseen_accuracy = {};  ///< of the digital network
    std::int64_t chips = 0;
    double sigmas = 0;
};

/// A search file (schema ohmgrid.search/1), checked.
struct SearchFile {
    RunFile run;
    std::filesystem::path run_path;
    std::vector<std::string> run_assignments;
    std::vector<LayerSpace> layers;
    GoalSpec goal;
    AccuracySpec accuracy;
    CircuitSpec circuit;
    std::vector<Published> published;
};

/// Where results go, and what an interrupted search left there.
struct SearchPlace {
    std::filesystem::path folder;
    bool resume = false;
};

/// Reads a search file. `--set` keys of its own sections go to it, all others to the run file.
/// @throws InputError with everything that is wrong, IoError if a file cannot be read
SearchFile read_search_file(const std::filesystem::path& path,
                            const std::vector<std::string>& assignments);

/// All tunables of a search file, in the order of the reference page.
std::vector<ParamInfo> search_parameters();

/// What the search starts from.
BaseDesign base_of(const RunFile& run);

/// The goal without predictions of accuracy.
Goal goal_of(const GoalSpec& spec);

/// "area, latency" as figures. @throws InputError SEA003
std::vector<Figure> figures_of(const std::string& list);

}  // namespace ohmgrid
