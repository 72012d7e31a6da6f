#include <exception>
#include <filesystem>
#include <iostream>

#include "sim/io/atomic_file.hpp"
#include "tests/fuzz/fuzz_target.hpp"

/// Feeds every file of the folders named to the reader, without libFuzzer: what was once found
/// stays mended, with every compiler.
int main(int argc, char** argv) {
    int files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            try {
                ohmgrid::fuzz_one(ohmgrid::read_file(entry.path()));
                ++files;
            } catch (const std::exception& finding) {
                std::cerr << entry.path().string() << ": " << finding.what() << '\n';
                return 1;
            }
        }
    }
    std::cout << files << " inputs read or refused\n";
    return files > 0 ? 0 : 1;
}
