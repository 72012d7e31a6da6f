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
        case Expressible::fitted:
            return "input ranges found here";
        case Expressible::but_inputs:
            return "input ranges found elsewhere";
        case Expressible::but_both_ranges:
            return "and own converter ranges";
        case Expressible::no:
            return "no";
    }
    return "";
}

/// Rows that differ by more than this are repeated so often with what is not on record otherwise.
constexpr std::int64_t variants = 5;
constexpr double repeated_difference = 0.006;

void print_head() {
    fmt::print(
        "# Beside CrossSim\n\n"
        "ResNet-20 for CIFAR-10 on the same images as CrossSim 3.2.0, every deterministic setting "
        "on record. Made by\n\n"
        "    build/release/benchmarks/crosssim_table 2 > docs/results/crosssim.md\n\n"
        "which needs the reference folder beside the project.\n\n"
        "*Same settings* says how far the row's parameters are on record. CrossSim ships the input "
        "range of every layer; they are not on record. The first layer's, +-2.64, is set by hand "
        "in its script; the others were found again, to some 1e-7, from the rounding errors in its "
        "class scores of six rows without converters ([crosssim_ranges.md](crosssim_ranges.md)). "
        "`input ranges found here`: one of these rows, or one that rounds as they do, so its "
        "agreement is no evidence for the ranges. `input ranges found elsewhere`: a row that tests "
        "them. `and own converter ranges`: CrossSim ships these as well, found for the least mean "
        "error of 8 bits on 500 training images which are not on record; ours are found by the "
        "same rule on 500 others. "
        "Converter ranges that CrossSim's user found are on record and used. Rows marked `no` are "
        "CrossSim's answer to a converter range stretched by 256/255, which nobody should aim at; "
        "they are not run. CrossSim's one-slice offset cores give 254/255 of the product; so do "
        "ours in these rows. Conversions add up in single precision (`adc.values`), as "
        "CrossSim's do; the order of these operations was chosen by adc10_max_rows1152 and the "
        "rows with a conversion per input bit, the others test it.\n\n"
        "Where a row differs by more than 0.6 points, *otherwise* is its accuracy, lowest .. "
        "highest of {}, with what is not on record taken otherwise: other calibration images where "
        "it has converter ranges of our own, else input ranges 1e-7 and 2e-7 larger and smaller. "
        "Where a converter's step is as large as its signals, one conversion that rounds the other "
        "way changes an image from there on.\n\n"
        "*Agree* is the share of images on which both predict the same class, *scores* "
        "rms(ours - theirs) / rms(theirs) of the class scores. Speeds are images per second: ours "
        "on the threads given, CrossSim's per core as recorded on another machine.\n\n"
        "| setting | same settings | images | CrossSim % | ours % | difference | "
        "otherwise % | agree % | scores | CrossSim images/s | ours images/s |\n"
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        variants);
}

/// Lowest and highest accuracy over all variants; `first` is that of variant 0.
std::string spread(const CrossSimRow& row, CrossSimNetwork& network, double first) {
    if (std::abs(first - row.accuracy()) <= repeated_difference) return "";
    double low = first;
    double high = first;
    for (std::int64_t variant = 1; variant < variants; ++variant) {
        const double accuracy = network.compare(row, variant).accuracy;
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
