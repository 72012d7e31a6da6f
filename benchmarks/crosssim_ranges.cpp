// Finds the input ranges CrossSim 3.2.0 ships with its ResNet-20, which are not on record, from the
// class scores it computed with them: the table in tests/support/crosssim_network.hpp.
//
//     crosssim_ranges [IMAGES] [THREADS]
//
// Starts at CrossSim's own rule on other images (least mean error of 8 bits), then moves one
// layer's range at a time so that our scores of the row w8_i8_noadc come closest to CrossSim's. No
// other row is looked at.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tests/support/crosssim_network.hpp"

namespace {

using namespace ohmgrid;

/// The score difference as a function of the ranges.
class Search {
  public:
    Search(CrossSimNetwork& network, CrossSimRow row) : network_(network), row_(std::move(row)) {
        ranges_ = network_.ranges_of(row_);
        best_ = difference();
    }

    /// Tries ranges `step` apart, relative, up to `reach` steps to both sides.
    void scan(double step, int reach) {
        for (std::size_t layer = 1; layer < ranges_.size(); ++layer) {
            const float middle = ranges_[layer].input.high;
            float chosen = middle;
            for (int i = -reach; i <= reach; ++i) {
                if (i == 0) continue;
                ranges_[layer].input.high = middle * static_cast<float>(1 + i * step);
                const double found = difference();
                if (found < best_) {
                    best_ = found;
                    chosen = ranges_[layer].input.high;
                }
            }
            ranges_[layer].input.high = chosen;
        }
        fmt::print(stderr, "step {:g}: difference {:.6f}\n", step, best_);
    }

    [[nodiscard]] const std::vector<LayerRanges>& ranges() const { return ranges_; }

  private:
    [[nodiscard]] double difference() const {
        return network_.ideal_score_difference(row_, ranges_);
    }

    CrossSimNetwork& network_;
    CrossSimRow row_;
    std::vector<LayerRanges> ranges_;
    double best_ = 0;
};

}  // namespace

int main(int argc, char** argv) try {
    if (!shared_folder()) {
        std::fputs("crosssim_ranges: the folder 'shared' is absent beside the project\n", stderr);
        return 2;
    }
    const int images = argc > 1 ? std::atoi(argv[1]) : 100;
    CrossSimNetwork network({.threads = argc > 2 ? std::atoi(argv[2]) : 1});
    for (const CrossSimRow& row : crosssim_rows()) {
        if (row.name() != "w8_i8_noadc") continue;
        Search search(network, row.first_images(images));
        search.scan(0.004, 6);
        for (const double step : {0.002, 0.001, 0.0005, 0.00025, 0.0001, 0.00005}) {
            search.scan(step, 2);
        }
        for (const LayerRanges& layer : search.ranges()) fmt::print("{:.6f}F,\n", layer.input.high);
    }
    return 0;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "crosssim_ranges: %s\n", failure.what());
    return 1;
}
