// Ours beside CrossSim 3.2.0 on the same network and images: the table of docs/results/crosssim.md.
//
//     crosssim_table [THREADS] > docs/results/crosssim.md
//
// Runs every deterministic ResNet-20 row of ../shared/reference/accuracy/crosssim_cifar10.csv.

#include <fmt/format.h>

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
            return "but for input ranges";
        case Expressible::but_both_ranges:
            return "but for input and converter ranges";
        case Expressible::no:
            return "no";
    }
    return "";
}

void print_head() {
    fmt::print(
        "# Beside CrossSim\n\n"
        "ResNet-20 for CIFAR-10 on the same images as CrossSim 3.2.0, every deterministic setting "
        "on "
        "record. Made by\n\n"
        "    build/release/benchmarks/crosssim_table 2 > docs/results/crosssim.md\n\n"
        "which needs the reference folder beside the project. *Same settings* says how far the "
        "row's parameters are on record: `but for ranges` rows used input or converter ranges that "
        "CrossSim ships and we do not have; ours are 99.99 % ranges of 64 training images. Rows "
        "marked `no` are CrossSim's answer to a converter range stretched by 256/255, which nobody "
        "should aim at; they are not run. *Agree* is the share of images on which both predict the "
        "same class. Speeds are images per second: ours on the threads given, CrossSim's per core "
        "as recorded on another machine.\n\n"
        "| setting | same settings | images | CrossSim % | ours % | difference | agree % | "
        "CrossSim images/s | ours images/s |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
}

void print_row(const CrossSimRow& row, CrossSimNetwork& network) {
    const Expressible expressible = row.expressible();
    if (expressible == Expressible::no) {
        fmt::print("| {} | {} | {} | {:.1f} | | | | {:.3g} | |\n", row.name(), word_of(expressible),
                   row.images(), 100 * row.accuracy(), row.images_per_second());
        return;
    }
    const CrossSimComparison ours = network.compare(row);
    fmt::print("| {} | {} | {} | {:.1f} | {:.1f} | {:+.1f} | {:.1f} | {:.3f} | {:.3g} | {} |\n",
               row.name(), word_of(expressible), row.images(), 100 * row.accuracy(),
               100 * ours.accuracy, 100 * (ours.accuracy - row.accuracy()), 100 * ours.agreement,
               ours.score_difference, row.images_per_second(),
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
