#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "search/app/search_file.hpp"
#include "sim/network/preprocessing.hpp"

namespace ohmgrid {

/// Scores of networks, each computed once and kept in a file, so that an interrupted search resumes
/// where it stopped. The network of a score is drawn with initial weights from the run's seed.
class ScoreBook {
  public:
    /// @param path    where scores are kept
    /// @param resume  read what is there; else begin anew
    /// @throws InputError SEA006 a score that needs images and no data.calibration; SEA008 a book
    /// of
    ///         another space; as read_images
    ScoreBook(const Space& space, const SearchFile& file, std::filesystem::path path, bool resume,
              const RunContext& context);

    /// @throws InputError SEA010 .. SEA012 the command fails, takes too long, prints nonsense
    double of(const Design& design);
    /// Of the run file's own network.
    double of_base();
    /// Of another draw of the initial weights, not kept.
    [[nodiscard]] double of_seed(const Design& design, std::uint64_t seed) const;
    [[nodiscard]] std::int64_t computed() const { return computed_; }

  private:
    [[nodiscard]] double compute(const Graph& shapes, std::uint64_t seed) const;
    [[nodiscard]] double ask_command(const Graph& shapes) const;
    double kept(const std::string& key, const std::function<double()>& make);

    const Space& space_;
    const SearchFile& file_;
    std::filesystem::path path_;
    const RunContext& context_;
    struct Images {
        ImageSet set;
        Preprocessing preprocess;
    };
    std::optional<Images> images_;
    std::map<std::string, double> scores_;
    std::int64_t computed_ = 0;
};

}  // namespace ohmgrid
