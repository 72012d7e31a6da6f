#pragma once

#include <cstdint>
#include <vector>

namespace ohmgrid {

/// Output positions that a kernel works on together; one lane of a register each.
inline constexpr std::int64_t tile_positions = 16;
/// Rows that one step of a dot product takes together.
inline constexpr std::int64_t rows_per_quad = 4;

/// A converter's transfer curve: codes[number of thresholds <= x], x in ideal code steps.
///
/// If `is_stepwise`, 16 inputs can be looked up at once: any x whose x - shift lies in bucket i
/// (the whole numbers i .. i + 1; the first and last reach to infinity) has the code i - 1 plus one
/// for each of first[i] and second[i] that is not above x. The shift is the converter's mean
/// offset, so that curves within one step of a straight line have such a form.
struct TransferTable {
    float shift = 0;
    std::vector<float> first;
    std::vector<float> second;
    std::vector<float> thresholds;
    std::vector<std::int32_t> codes;
    bool is_stepwise = true;
};

/// What a kernel knows about one converted bit line.
struct KernelColumn {
    /// Column sum that one unit of a dot product is worth, for each byte of the cells; for a column
    /// without converter: what it adds to its sum.
    float scale_of_byte[3] = {};
    float scale_of_count = 0;  ///< the same for the number of driven inputs (cells' common part)
    /// Column sums lie code_steps(column, sum) ideal code steps above code 0.
    float low = 0;
    float codes_per_sum = 1;
    float top_code = 0;
    /// What one code adds to the sum at step weight 1; or, in single precision, one column sum at
    /// the step weight that follows the last one.
    float value_of_code = 0;
    float lowest = 0;                   ///< column sum that code 0 stands for
    std::int32_t code_sum_at_zero = 0;  ///< code of an empty column times the sum of step weights
    float value_at_zero = 0;            ///< what that code's rounding adds, times the step weights
    std::int32_t sum = 0;               ///< index of the sum the results go to
    std::int32_t colsum[3] = {};        ///< sum over rows of each byte: undoes the inputs' offset
    const TransferTable* transfer = nullptr;  ///< null: an ideal converter
    float variance_of_byte[2] = {};  ///< code steps squared (or sums) per unit of a noise product
    std::int32_t noise_colsum[2] = {};
    float converter_variance = 0;  ///< of one conversion, code steps squared
    std::uint32_t number = 0;      ///< of the bit line on the chip: addresses its noise

    // For columns read by tables (scale_of_byte[0] and variance_of_byte[0] are of a table's unit).
    std::int32_t origin = 0;  ///< sums less this are whole numbers of 16 bits
    /// Thresholds of bucket b = min(max(sum - origin - bucket_low, 0), bucket_span) * bucket_factor
    /// / 2^16 / 2^bucket_shift: the code is b plus one if the sum less origin reaches first[b];
    /// with second thresholds, one less for a sum below second[b]. Null: converted as floats.
    const std::uint16_t* first_of_bucket = nullptr;
    const std::uint16_t* second_of_bucket = nullptr;
    std::uint16_t bucket_low = 0;
    std::uint16_t bucket_span = 0;
    std::uint16_t bucket_factor = 0;
    std::uint16_t bucket_shift = 0;
};

/// In this order, in which simulators in single precision find their codes: sums that lie as near
/// to a threshold as floats resolve (sum - low) get other codes in another order.
inline float code_steps(const KernelColumn& column, float sum) {
    return (sum - column.low) * column.codes_per_sum;
}

/// Buckets of a column whose codes are found by whole numbers.
inline constexpr std::int64_t code_buckets = 64;

/// Where the noise of a read comes from: keys of two Philox streams, one for each image.
struct NoiseKeys {
    std::uint64_t read = 0;
    std::uint64_t converter = 0;
    float sign = 1;  ///< -1 on a mirrored chip
};

/// How input digits follow each other. A *plane* is one digit (0 .. 255) of every input; a *step*
/// drives the rows once and is converted once. Step k takes the planes k * planes_per_step ...,
/// the j-th of them 256^j times as strong.
struct StepPlan {
    int steps = 1;
    int planes_per_step = 1;
    int step_bits = 1;               ///< step k weighs 2^(k * step_bits)
    int digit_bits = 1;              ///< of one plane
    int input_bytes = 1;             ///< that hold an input before it is cut into digits
    bool negative_top = false;       ///< the last step counts negative (two's complement)
    bool sign_magnitude = false;     ///< bit 7 of an input's last byte is the sign of every digit
    std::int32_t offset[2] = {};     ///< digits are stored plus this, by plane of a step
    int square_planes_per_step = 1;  ///< bytes of a squared digit

    [[nodiscard]] int planes() const { return steps * planes_per_step; }
    /// Whether every step is one bit of an input as it is stored.
    [[nodiscard]] bool is_bitwise() const {
        return digit_bits == 1 && step_bits == 1 && planes_per_step == 1 && !sign_magnitude &&
               offset[0] == 0;
    }
    [[nodiscard]] int square_planes() const { return steps * square_planes_per_step; }
    /// Squares are taken of digits without their lowest bits, so that they fit two bytes.
    [[nodiscard]] int square_shift() const { return planes_per_step > 1 ? 8 : 0; }
};

/// One read of the arrays of a row part at up to 16 positions.
///
/// Digits lie as [quad][plane][position][row of the quad], cells as [column][byte][row], rows
/// padded to quads with zeros. With read noise, `squares` holds the squared digits in the same
/// order, square_planes_per_step bytes for each step, and `noise_cells` the variances.
///
/// For every column the kernel takes the dot product of each step, converts it, and adds
/// sum over steps of step weight * value to `totals[sum][position]`.
struct TileTask {
    const std::uint8_t* digits = nullptr;
    const std::int8_t* cells = nullptr;
    std::int64_t quads = 0;
    int bytes = 1;  ///< of a cell: value = b0 + 256 b1 + 65536 b2
    StepPlan plan;
    bool counts_inputs = false;     ///< some scale_of_count is not zero
    bool converts = true;           ///< false: sums are taken as they are
    bool single_precision = false;  ///< AdcValues
    const KernelColumn* columns = nullptr;
    std::int64_t column_count = 0;

    /// One-bit digits, one per step, can be read by tables instead (see sum_tables.hpp). If
    /// `tables` is not null, `patterns` takes the place of digits and squares: [input
    /// byte][quad][position], bit 4 p + r the digit of step p of that byte in row r of the quad.
    const std::uint32_t* patterns = nullptr;
    const std::int16_t* tables = nullptr;        ///< [column][quad][16 patterns]
    const std::int16_t* noise_tables = nullptr;  ///< variances; null: no read noise

    const std::uint8_t* squares = nullptr;
    const std::int8_t* noise_cells = nullptr;  ///< [column][2 bytes][row]; null: no read noise
    const NoiseKeys* noise = nullptr;          ///< null: no noise at all
    std::uint32_t first_position = 0;

    /// Ideal code steps before conversion, [column][step][16], where digits and cells do not give
    /// them; for read_tile_reference alone.
    const float* given = nullptr;
    float* totals = nullptr;          ///< [sum][16], added to
    std::int32_t* scratch = nullptr;  ///< at least scratch_words(...)
    float* observed = nullptr;        ///< [column][step][16]: sums before conversion, if not null
};

/// Inputs of a tile, [byte][quad][position][row of the quad], to be cut into digits. What is null
/// is not wanted.
struct DigitTask {
    const std::uint8_t* inputs = nullptr;
    std::int64_t quads = 0;
    StepPlan plan;
    std::uint8_t* digits = nullptr;
    std::uint8_t* squares = nullptr;    ///< made from digits
    std::uint32_t* patterns = nullptr;  ///< for plans that are bitwise
};

/// The kernels of one instruction set. All give the same bits: dot products are whole numbers, and
/// floats are added in the same order without fused rounding.
struct TileKernels {
    void (*expand)(const DigitTask&) = nullptr;
    void (*read)(const TileTask&) = nullptr;
    /// The 16 standard normal numbers that reads at positions first .. first + 15 use in step
    /// `step` of bit line `number`.
    void (*normals)(std::uint64_t key, std::uint32_t number, std::uint32_t first, int step,
                    float* out) = nullptr;
};

/// What this processor can run, fastest first: AVX-512 with VNNI, AVX2, baseline.
std::vector<TileKernels> tile_kernels();

/// 32-bit words of scratch memory a task needs.
std::int64_t scratch_words(const TileTask& task);

/// The obvious twins: scalar, one column, step and position at a time. Equal to every kernel bit
/// for bit.
void expand_digits_reference(const DigitTask& task);
void read_tile_reference(const TileTask& task);
/// Half a word of Philox4x32-10's block (position, step / 8, number, 0) under `key`: the low half
/// of word step % 4 for the first four steps of eight, the high half for the others. Numbers of
/// the tails take the same half of block (position, step / 8, number, 1) too.
float noise_normal_reference(std::uint64_t key, std::uint32_t number, std::uint32_t position,
                             int step);

}  // namespace ohmgrid
