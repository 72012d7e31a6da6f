// Ours beside CrossSim 3.2.0 on the same network and images: the table of docs/results/crosssim.md.
//
//     crosssim_table [THREADS] [NAME_PART] > docs/results/crosssim.md
//
// Runs every deterministic ResNet-20 row of ../shared/reference/accuracy/crosssim_cifar10.csv.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tests/support/crosssim_network.hpp"

namespace {

using namespace ohmgrid;

const char* word_of(Expressible expressible) {
    switch (expressible) {
        case Expressible::exactly:
            return "exactly";
        case Expressible::but_inputs:
            return "but for later input ranges";
        case Expressible::but_both_ranges:
            return "but for later input and converter ranges";
        case Expressible::no:
            return "no";
    }
    return "";
}

/// Sets of training images that inexact rows are repeated on if they differ by more than this.
constexpr std::int64_t sets = 4;
constexpr double repeated_difference = 0.006;

void print_head() {
    fmt::print(
        "# Beside CrossSim\n\n"
        "ResNet-20 for CIFAR-10 on the same images as CrossSim 3.2.0, every deterministic setting "
        "on record. Made by\n\n"
        "    build/release/benchmarks/crosssim_table 2 > docs/results/crosssim.md\n\n"
        "which needs the reference folder beside the project.\n\n"
        "*Same settings* says how far the row's parameters are on record. `but for later input "
        "ranges`: CrossSim ships the input range of every layer; they are not on record. The first "
        "layer's, +-2.64, is set by hand in its script; those of the next ten were found again "
        "from "
        "the rounding errors in its class scores of two rows, w8_i5_noadc and N1000_w8_i8_noadc, "
        "which rows with other weights, wires or converters test; of the last eleven only what "
        "they cut off "
        "(`crosssim_ranges 2`). `and converter ranges`: CrossSim ships these as well, found for "
        "the "
        "least mean error of 8 bits on 500 training images which are not on record; ours are found "
        "by the same rule on 500 others. Where such a row differs by more than 0.6 points, *other "
        "calibrations* is its accuracy with {} such sets of images, lowest .. highest. "
        "Converter ranges that CrossSim's user found are on record and used. Rows marked `no` are "
        "CrossSim's answer to a converter range stretched by 256/255, which nobody should aim at; "
        "they are not run. CrossSim's one-slice offset cores give 254/255 of the product; so do "
        "ours in these rows.\n\n"
        "*Agree* is the share of images on which both predict the same class, *scores* "
        "rms(ours - theirs) / rms(theirs) of the class scores. Speeds are images per second: ours "
        "on the threads given, CrossSim's per core as recorded on another machine.\n\n"
        "| setting | same settings | images | CrossSim % | ours % | difference | other "
        "calibrations % | agree % | scores | CrossSim images/s | ours images/s |\n"
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        sets);
}

/// Lowest and highest accuracy over all sets of calibration images; `first` is that of set 0.
std::string spread(const CrossSimRow& row, CrossSimNetwork& network, double first) {
    if (row.expressible() != Expressible::but_both_ranges ||
        std::abs(first - row.accuracy()) <= repeated_difference) {
        return "";
    }
    double low = first;
    double high = first;
    for (std::int64_t set = 1; set < sets; ++set) {
        const double accuracy = network.compare(row, set).accuracy;
        low = std::min(low, accuracy);
        high = std::max(high, accuracy);
    }
    return fmt::format("{:.1f} .. {:.1f}", 100 * low, 100 * high);
}

void print_row(const CrossSimRow& row, CrossSimNetwork& network) {
    const Expressible expressible = row.expressible();
    if (expressible == Expressible::no) {
        fmt::print("| {} | {} | {} | {:.1f} | | | | | | {:.3g} | |\n", row.name(),
                   word_of(expressible), row.images(), 100 * row.accuracy(),
                   row.images_per_second());
        return;
    }
    const CrossSimComparison ours = network.compare(row);
    fmt::print(
        "| {} | {} | {} | {:.1f} | {:.1f} | {:+.1f} | {} | {:.1f} | {:.3f} | {:.3g} | {} |\n",
        row.name(), word_of(expressible), row.images(), 100 * row.accuracy(), 100 * ours.accuracy,
        100 * (ours.accuracy - row.accuracy()), spread(row, network, ours.accuracy),
        100 * ours.agreement, ours.score_difference, row.images_per_second(),
        row.is_float() ? "" : fmt::format("{:.0f}", ours.images_per_second));
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) try {
    if (!shared_folder()) {
        std::fputs("crosssim_table: the folder 'shared' is absent beside the project\n", stderr);
        return 2;
    }
    const RunContext context{.threads = argc > 1 ? std::atoi(argv[1]) : 1};
    const std::string part = argc > 2 ? argv[2] : "";
    CrossSimNetwork network(context);
    print_head();
    for (const CrossSimRow& row : crosssim_rows()) {
        if (row.is_deterministic() && row.name().find(part) != std::string::npos) {
            print_row(row, network);
        }
    }
    return 0;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "crosssim_table: %s\n", failure.what());
    return 1;
}
