#include "search/app/score_book.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "search/app/pytorch_text.hpp"
#include "search/objective/initial_weights.hpp"
#include "search/objective/naswot.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/sha256.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {
namespace {

[[noreturn]] void refuse(const std::string& id, const std::string& what,
                         const std::string& remedy) {
    throw InputError(Message{.place = {}, .id = id, .what = what, .remedy = remedy});
}

/// What makes scores comparable: the space, the source and its settings.
std::string identity_of(const Space& space, const SearchFile& file, std::uint64_t seed) {
    const AccuracySpec& a = file.accuracy;
    return sha256(fmt::format("{};{};{};{};{};{}", space.fingerprint(), static_cast<int>(a.source),
                              a.images, a.command, file.run.data.calibration, seed));
}

nlohmann::ordered_json network_json(const Graph& network) {
    nlohmann::ordered_json out;
    out["network"] = network.name;
    auto& layers = out["layers"] = nlohmann::ordered_json::array();
    for (const NodeId id : network.weighted_nodes()) {
        const Node& n = network.node(id);
        layers.push_back({{"name", n.name},
                          {"type", to_text(n.op)},
                          {"width", n.shape.channels},
                          {"kernel", n.op == Op::convolution ? n.window.kernel_height : 1}});
    }
    out["pytorch"] = pytorch_text(network);
    return out;
}

}  // namespace

ScoreBook::ScoreBook(const Space& space, const SearchFile& file, std::filesystem::path path,
                     bool resume, const RunContext& context)
    : space_(space), file_(file), path_(std::move(path)), context_(context) {
    if (file.accuracy.source == AccuracySource::naswot) {
        const DataSpec& data = file.run.data;
        if (data.calibration.empty()) {
            refuse("SEA006", "accuracy.source = \"naswot\" needs images, and there are none",
                   "Set data.calibration in the run file, or --set data.calibration=FILE; "
                   "\"synflow\" needs no images");
        }
        ImageSet set = read_images(data.calibration, data, file.accuracy.images);
        check_fits(set, file.run.network);
        Preprocessing preprocess(data, set.shape());
        images_.emplace(Images{std::move(set), std::move(preprocess)});
    }
    const std::string identity = identity_of(space, file, context.seed);
    scores_[identity] = 0;
    if (!resume || !std::filesystem::exists(path_)) return;
    const auto json = nlohmann::json::parse(read_file(path_), nullptr, false);
    if (!json.is_object() || json.value("identity", "") != identity) {
        refuse("SEA008", fmt::format("{} holds scores of another search", path_.string()),
               "Leave out --resume, or give another --out");
    }
    for (const auto& [key, value] : json["scores"].items()) scores_[key] = value.get<double>();
}

double ScoreBook::kept(const std::string& key, const std::function<double()>& make) {
    const auto at = scores_.find(key);
    if (at != scores_.end()) return at->second;
    const double score = make();
    scores_[key] = score;
    ++computed_;
    nlohmann::ordered_json book;
    book["identity"] = identity_of(space_, file_, context_.seed);
    for (const auto& [name, value] : scores_) {
        if (name != book["identity"].get<std::string>()) book["scores"][name] = value;
    }
    write_file(path_, book.dump(1) + "\n");
    return score;
}

double ScoreBook::of(const Design& design) {
    context_.throw_if_stopped();
    const Graph network = space_.network(design);
    std::string key;
    for (const NodeId id : network.weighted_nodes()) {
        const Node& n = network.node(id);
        key += fmt::format("{}{}x{}", key.empty() ? "" : " ", n.shape.channels,
                           n.window.kernel_height);
    }
    return kept(key, [&] { return compute(network, context_.seed); });
}

double ScoreBook::of_base() {
    return kept("base", [&] {
        std::vector<std::int64_t> widths;
        const WidthGraph graph = width_graph(file_.run.network);
        for (const WidthVariable& v : graph.variables) widths.push_back(v.choices.front());
        const std::vector<std::int64_t> kernels(space_.layer_count(), 0);
        return compute(with_shapes(file_.run.network, graph, widths, kernels), context_.seed);
    });
}

double ScoreBook::of_seed(const Design& design, std::uint64_t seed) const {
    return compute(space_.network(design), seed);
}

double ScoreBook::compute(const Graph& shapes, std::uint64_t seed) const {
    switch (file_.accuracy.source) {
        case AccuracySource::naswot:
            return naswot_score(
                with_initial_weights(shapes, seed),
                {images_->set.count(), loader_of(images_->set, images_->preprocess)}, context_);
        case AccuracySource::synflow:
            return synflow_score(with_initial_weights(shapes, seed), context_);
        case AccuracySource::command:
            return ask_command(shapes);
        case AccuracySource::none:
            break;
    }
    return 0;
}

double ScoreBook::ask_command(const Graph& shapes) const {
    const TemporaryFolder folder;
    const auto request = folder.path() / "network.json";
    write_file(request, network_json(shapes).dump(1) + "\n");
    ProcessRequest process;
    std::istringstream words(file_.accuracy.command);
    for (std::string word; words >> word;) process.command.push_back(word);
    process.command.push_back(request.string());
    process.timeout = std::chrono::milliseconds(
        static_cast<std::int64_t>(1000 * file_.accuracy.command_timeout_second));
    process.stop = context_.stop;
    ProcessResult result;
    try {
        result = run_process(process);
    } catch (const IoError& error) {
        refuse("SEA011", fmt::format("accuracy.command: {}", error.what()),
               "Mend the command, or raise accuracy.command_timeout");
    }
    if (result.exit_code != 0) {
        refuse("SEA010",
               fmt::format("accuracy.command '{}' ended with exit code {}: {}",
                           file_.accuracy.command, result.exit_code, result.errors),
               "Run it by hand on a file of the form described in docs/models/search.md");
    }
    const auto answer = nlohmann::json::parse(result.output, nullptr, false);
    const bool has_score =
        answer.is_object() && answer.contains("score") && answer["score"].is_number();
    if (!has_score || !std::isfinite(answer["score"].get<double>())) {
        refuse("SEA012",
               fmt::format("accuracy.command '{}' printed '{}' instead of {{\"score\": NUMBER}}",
                           file_.accuracy.command, result.output.substr(0, 60)),
               "Print one JSON object with the number \"score\", and nothing else");
    }
    return answer["score"].get<double>();
}

}  // namespace ohmgrid
