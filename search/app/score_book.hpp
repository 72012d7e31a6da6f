#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "search/app/search_file.hpp"
#include "sim/network/preprocessing.hpp"
#include "sim/parallel/ranks.hpp"

namespace ohmgrid {

/// Scores of networks, each computed once and kept in a file, so that an interrupted search resumes
/// where it stopped. The network of a score is drawn with initial weights from the run's seed; with
/// several draws the score is their mean. Pictures smaller than the network's input by a whole
/// factor are enlarged, every pixel repeated. The ranks share the work, and all know the results.
class ScoreBook {
  public:
    /// @param path    where scores are kept
    /// @param resume  read what is there; else begin anew
    /// @throws InputError SEA006 a score that needs images and no data.calibration; SEA008 a book
    ///         of another space; as read_images
    ScoreBook(const Space& space, const SearchFile& file, std::filesystem::path path, bool resume,
              Ranks& ranks, const RunContext& context);

    /// In the order of the designs.
    /// @throws InputError SEA010 .. SEA012 the command fails, takes too long, prints nonsense
    std::vector<double> of(const std::vector<Design>& designs);
    /// Of the run file's own network.
    double of_base();
    /// How much better a network scores than the run file's own, for each of `count` further draws
    /// of both networks' initial weights.
    std::vector<double> leads_of_other_draws(const Design& design, int count);
    /// How many designs are scored at a time.
    [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(ranks_.count()); }

  private:
    /// A network, and which draws of its weights count.
    struct Question {
        std::string key;
        Graph shapes;
        std::uint64_t first_seed = 0;
    };
    [[nodiscard]] Question question(const Design& design, int draw) const;
    [[nodiscard]] Question base_question(int draw) const;
    [[nodiscard]] Question drawn(Question question, int draw) const;
    std::vector<double> answers(const std::vector<Question>& questions);
    [[nodiscard]] double compute(const Question& question) const;
    [[nodiscard]] double score_of(const Graph& shapes, std::uint64_t seed) const;
    [[nodiscard]] double ask_command(const Graph& shapes) const;
    void keep() const;

    const Space& space_;
    const SearchFile& file_;
    std::filesystem::path path_;
    Ranks& ranks_;
    const RunContext& context_;
    std::string identity_;
    std::unique_ptr<ImageSet> images_;
    ImageLoader load_;  ///< of the network's own size
    std::map<std::string, double> scores_;
};

}  // namespace ohmgrid
