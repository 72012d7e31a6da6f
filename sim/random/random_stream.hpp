#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sim/core/ids.hpp"

namespace ohmgrid {

/// What a random number is for. Append only: a new noise source must not move any other number.
enum class Purpose : std::uint32_t {
    programming = 1,        ///< conductance error when a cell is written
    read_noise = 2,         ///< noise of one read of a column
    stuck_at = 3,           ///< which cells are faulty
    converter_static = 4,   ///< mismatch and offsets of one converter
    converter_noise = 5,    ///< noise of one conversion
    example_image = 6,      ///< the project's own drawn image set
    weights = 7,            ///< initial weights of generated networks
    optimiser = 8,          ///< stochastic search algorithms
    test = 9,               ///< inputs of tests and benchmarks
    resampling = 10,        ///< bootstrap samples of a study's trials
    device_to_device = 11,  ///< lasting difference of one cell from its neighbours
    fabrication = 12,       ///< row, column, gradient and correlated parts of those differences
    drift = 13,             ///< drift exponent or retention spread of one cell
    telegraph = 14,         ///< which cells carry a trap, and its state
    lasting_noise = 15,     ///< low-frequency noise that does not change during an evaluation
    cell_transistor = 16,   ///< threshold and gain mismatch of the transistors of one cell
    driver_static = 17,     ///< mismatch of the word-line drivers of one array
};

/// The one appended last; tests/golden/random_streams.csv has a line for each up to it.
inline constexpr Purpose last_purpose = Purpose::driver_static;

/// Which of two antithetic streams: `mirrored` returns 1 - u for every uniform u of `plain` and -z
/// for every normal z, hence the same distributions. Source: Hammersley & Morton, Math. Proc.
/// Cambridge Phil. Soc. 52, 1956.
enum class Side : std::uint8_t { plain, mirrored };

/// Random numbers addressed, not advanced: every variate is a pure function of
/// (seed, purpose, trial, element, draw) through Philox4x32-10, so results do not depend on the
/// number of threads, on the order of work, or on which other streams are used.
///
/// Key = the 64-bit seed; counter words = purpose, trial, element, draw.
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (Random123).
class RandomStream {
  public:
    RandomStream(std::uint64_t seed, Purpose purpose, TrialId trial, std::uint32_t element,
                 Side side = Side::plain)
        : seed_(seed),
          purpose_(static_cast<std::uint32_t>(purpose)),
          trial_(static_cast<std::uint32_t>(trial.value)),
          element_(element),
          side_(side) {}

    /// Four independent 32-bit words; the mirrored stream has their complements.
    [[nodiscard]] std::array<std::uint32_t, 4> block(std::uint32_t draw) const;

    /// Uniform on the open interval (0, 1), 52 random bits.
    [[nodiscard]] double uniform_open(std::uint32_t draw) const;

    /// Standard normal (Box-Muller; draws 2k and 2k + 1 share one block).
    [[nodiscard]] double normal(std::uint32_t draw) const;

    /// normal(first), normal(first + 1), ... into `out`, two for the price of one block.
    void normals(std::uint32_t first, std::span<double> out) const;

    /// Uniform on 0 .. bound - 1 by multiplication; the bias is below bound / 2^32.
    [[nodiscard]] std::uint32_t below(std::uint32_t bound, std::uint32_t draw) const;

  private:
    [[nodiscard]] std::array<std::uint32_t, 4> plain_block(std::uint32_t draw) const;

    std::uint64_t seed_;
    std::uint32_t purpose_;
    std::uint32_t trial_;
    std::uint32_t element_;
    Side side_;
};

}  // namespace ohmgrid
