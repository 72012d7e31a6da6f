#include "search/app/score_book.hpp"

#include <fmt/format.h>

#include <algorithm>
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
    return sha256(fmt::format("{};{};{};{};{};{};{}", space.fingerprint(),
                              static_cast<int>(a.source), a.images, a.draws, a.command,
                              file.run.data.calibration, seed));
}

/// Pictures as large as the network's input: those of the set with every pixel repeated, if its
/// sides are whole multiples of theirs.
/// @throws InputError as check_fits if they are not
ImageLoader fitting_loader(const ImageSet& set, const Preprocessing& preprocess,
                           const Graph& network) {
    const ImageLoader load = loader_of(set, preprocess);
    const Shape small = set.shape();
    const Shape large = network.nodes.front().shape;
    const std::int64_t times = large.height / small.height;
    if (times < 2 || large.channels != small.channels || large.height != times * small.height ||
        large.width != times * small.width) {
        check_fits(set, network);
        return load;
    }
    return [load, small, large, times](std::int64_t image, std::span<float> values) {
        std::vector<float> pixels(static_cast<std::size_t>(small.elements()));
        load(image, pixels);
        for (std::int64_t i = 0; i < large.elements(); ++i) {
            const std::int64_t column = i % large.width / times;
            const std::int64_t row = i / large.width % large.height / times;
            const std::int64_t channel = i / large.width / large.height;
            values[static_cast<std::size_t>(i)] = pixels[static_cast<std::size_t>(
                (channel * small.height + row) * small.width + column)];
        }
    };
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
                     bool resume, Ranks& ranks, const RunContext& context)
    : space_(space),
      file_(file),
      path_(std::move(path)),
      ranks_(ranks),
      context_(context),
      identity_(identity_of(space, file, context.seed)) {
    if (file.accuracy.source == AccuracySource::naswot) {
        const DataSpec& data = file.run.data;
        if (data.calibration.empty()) {
            refuse("SEA006", "accuracy.source = \"naswot\" needs images, and there are none",
                   "Set data.calibration in the run file, or --set data.calibration=FILE; "
                   "\"synflow\" needs no images");
        }
        ImageSet set = read_images(data.calibration, data, file.accuracy.images);
        const Preprocessing preprocess(data, set.shape());
        images_ = std::make_unique<ImageSet>(std::move(set));
        load_ = fitting_loader(*images_, preprocess, file.run.network);
    }
    if (!resume || !std::filesystem::exists(path_)) return;
    const auto json = nlohmann::json::parse(read_file(path_), nullptr, false);
    if (!json.is_object() || json.value("identity", "") != identity_) {
        refuse("SEA008", fmt::format("{} holds scores of another search", path_.string()),
               "Leave out --resume, or give another --out");
    }
    for (const auto& [key, value] : json["scores"].items()) scores_[key] = value.get<double>();
}

void ScoreBook::keep() const {
    if (ranks_.rank() != 0) return;
    const nlohmann::ordered_json book{{"identity", identity_}, {"scores", scores_}};
    write_file(path_, book.dump(1) + "\n");
}

std::vector<double> ScoreBook::answers(const std::vector<Question>& questions) {
    std::vector<const Question*> missing;
    for (const Question& q : questions) {
        const bool is_asked = std::ranges::any_of(
            missing, [&](const Question* other) { return other->key == q.key; });
        if (!is_asked && !scores_.contains(q.key)) missing.push_back(&q);
    }
    for (std::size_t first = 0; first < missing.size(); first += width()) {
        context_.throw_if_stopped();
        if (missing.size() > 2 * width()) {
            context_.report({.task = "scores",
                             .unit = "networks",
                             .done = static_cast<std::int64_t>(first),
                             .total = std::ssize(missing)});
        }
        const std::size_t mine = first + static_cast<std::size_t>(ranks_.rank());
        std::string text;
        if (mine < missing.size()) text = fmt::format("{}", compute(*missing[mine]));
        const std::vector<std::string> all = ranks_.exchange(text, context_.stop);
        for (std::size_t i = 0; i < width() && first + i < missing.size(); ++i) {
            scores_[missing[first + i]->key] = std::stod(all[i]);
        }
        keep();
    }
    std::vector<double> scores;
    for (const Question& q : questions) scores.push_back(scores_.at(q.key));
    return scores;
}

ScoreBook::Question ScoreBook::question(const Design& design, int draw) const {
    Question q{.key = {}, .shapes = space_.network(design), .first_seed = context_.seed};
    for (const NodeId id : q.shapes.weighted_nodes()) {
        const Node& n = q.shapes.node(id);
        q.key += fmt::format("{}{}x{}", q.key.empty() ? "" : " ", n.shape.channels,
                             n.window.kernel_height);
    }
    return drawn(std::move(q), draw);
}

ScoreBook::Question ScoreBook::base_question(int draw) const {
    std::vector<std::int64_t> widths;
    const WidthGraph graph = width_graph(file_.run.network);
    for (const WidthVariable& v : graph.variables) widths.push_back(v.choices.front());
    const std::vector<std::int64_t> kernels(space_.layer_count(), 0);
    return drawn({.key = "base",
                  .shapes = with_shapes(file_.run.network, graph, widths, kernels),
                  .first_seed = context_.seed},
                 draw);
}

ScoreBook::Question ScoreBook::drawn(Question question, int draw) const {
    if (draw > 0) question.key += fmt::format(" draw {}", draw);
    question.first_seed += static_cast<std::uint64_t>(draw * file_.accuracy.draws);
    return question;
}

std::vector<double> ScoreBook::of(const std::vector<Design>& designs) {
    std::vector<Question> questions;
    for (const Design& design : designs) questions.push_back(question(design, 0));
    return answers(questions);
}

double ScoreBook::of_base() { return answers({base_question(0)}).front(); }

std::vector<double> ScoreBook::leads_of_other_draws(const Design& design, int count) {
    std::vector<Question> questions;
    for (int draw = 1; draw <= count; ++draw) {
        questions.push_back(question(design, draw));
        questions.push_back(base_question(draw));
    }
    const std::vector<double> scores = answers(questions);
    std::vector<double> leads;
    for (std::size_t i = 0; i < scores.size(); i += 2) leads.push_back(scores[i] - scores[i + 1]);
    return leads;
}

double ScoreBook::compute(const Question& question) const {
    if (file_.accuracy.source == AccuracySource::command) return ask_command(question.shapes);
    double sum = 0;
    for (std::int64_t draw = 0; draw < file_.accuracy.draws; ++draw) {
        sum += score_of(question.shapes, question.first_seed + static_cast<std::uint64_t>(draw));
    }
    return sum / static_cast<double>(file_.accuracy.draws);
}

double ScoreBook::score_of(const Graph& shapes, std::uint64_t seed) const {
    const Graph network = with_initial_weights(shapes, seed);
    if (file_.accuracy.source == AccuracySource::synflow) return synflow_score(network, context_);
    return naswot_score(network, {images_->count(), load_}, context_);
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
