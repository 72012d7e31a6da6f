#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/inference/adc_scale.hpp"
#include "sim/inference/input_code.hpp"
#include "sim/inference/programmed_layer.hpp"
#include "sim/inference/sum_tables.hpp"
#include "sim/inference/tile_kernel.hpp"
#include "sim/inference/transfer_table.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Scratch memory of one worker; grows to the largest layer it has served. What belongs to a tile
/// has a slot for each of the tiles that are read together.
struct AnalogWorkspace {
    std::vector<std::uint8_t> padded_input;
    std::vector<std::uint8_t> inputs;
    std::vector<std::uint8_t> digits;
    std::vector<std::uint8_t> squares;
    std::vector<std::uint32_t> patterns;
    std::vector<std::int32_t> scratch;
    std::vector<std::int32_t> input_sum;
    std::vector<float> totals;
    std::vector<float> observed;
    std::vector<float> given;
};

/// The converters a layer reads its columns with.
struct LayerConverters {
    AdcSpec adc;
    AdcScales scales;
};

/// One convolution or linear layer computed by crossbar arrays: quantised inputs drive word lines
/// step by step, column sums are converted, and everything after the converter is exact.
///
/// Modelled: weight and input quantisation, what ProgrammedLayer holds, conversion of every step
/// with the chip's converters, noise of every read and conversion. Where ProgrammedUnit::circuits
/// says so, every read is solved by Newton's method instead. Neglected: what these neglect.
class AnalogLayer {
  public:
    AnalogLayer(const Node& node, Shape input, const std::vector<float>& weight_scale,
                ProgrammedLayer programmed, InputCode inputs, LayerConverters converters,
                const VirtualChip& chip);

    /// `input` and `output` are one image, channels x height x width; `image` addresses the noise.
    void run(const float* input, float* output, std::int64_t image,
             AnalogWorkspace& workspace) const;

    /// The column sums before conversion of every `stride`-th window, one list per weight slice.
    /// For layers without converters.
    [[nodiscard]] std::vector<std::vector<float>> observe(const float* input, std::int64_t stride,
                                                          AnalogWorkspace& workspace) const;

    /// Column sums of one slice that an image gives rise to.
    [[nodiscard]] std::int64_t sums_per_image() const;
    [[nodiscard]] const AdcScales& scales() const { return converters_.scales; }
    [[nodiscard]] int slices() const { return programmed_.slices; }
    /// Share of ones among all bits of the quantised inputs (as they are stored).
    [[nodiscard]] double input_bit_density(const std::vector<float>& input) const;
    [[nodiscard]] std::int64_t bytes() const;  ///< of memory

  private:
    /// Tiles that an array's cells are fetched for at once.
    static constexpr std::int64_t tiles_together = 4;

    /// A programmed unit as the kernels want it.
    struct Unit {
        std::vector<KernelColumn> columns;
        std::vector<double> gain;  ///< of column sums, to what a column adds up before conversion
        bool counts_inputs = false;
        SumTables tables;
        std::vector<std::uint16_t> thresholds;  ///< of columns converted by whole numbers
    };
    struct Tile {
        std::int64_t first = 0;
        std::int64_t run = 1;                      ///< corners that follow each other: 16, 8 or 1
        std::int32_t corner[tile_positions] = {};  ///< of the windows, in the padded input
    };

    void place_windows(const Node& node);
    [[nodiscard]] Unit prepared(ProgrammedUnit& unit, const AdcScale* scales,
                                const VirtualChip& chip);
    void add_buckets(Unit& unit) const;
    [[nodiscard]] KernelColumn kernel_column(const ConvertedColumn& column, const AdcScale& scale,
                                             const VirtualChip& chip);
    const DrawnConverter& converter(std::uint32_t number, const VirtualChip& chip);
    [[nodiscard]] NoiseKeys noise_keys(std::int64_t image) const;
    void load_input(const float* input, AnalogWorkspace& workspace) const;
    [[nodiscard]] Tile tile_at(std::int64_t first, std::int64_t stride) const;
    [[nodiscard]] bool pays_for_tables() const;
    [[nodiscard]] bool converts() const { return converters_.scales.front().step > 0; }
    [[nodiscard]] bool in_single_precision() const {
        return converts() && converters_.adc.values == AdcValues::single_precision;
    }
    void gather(const ProgrammedPart& part, const std::vector<std::int32_t>& row_offset,
                const Tile& tile, std::int64_t slot, AnalogWorkspace& workspace) const;
    void add_inputs(std::int64_t quads, std::int64_t slot, AnalogWorkspace& workspace) const;
    [[nodiscard]] TileTask task_for(const ProgrammedUnit& unit, const Unit& prepared,
                                    std::int64_t quads, std::int64_t slot,
                                    AnalogWorkspace& workspace) const;
    void read(const ProgrammedPart& part, const ProgrammedUnit& unit, const Unit& prepared,
              std::int64_t positions, TileTask& task, AnalogWorkspace& workspace) const;
    void read_tiles(std::size_t block, const Unit* prepared, const std::vector<Tile>& tiles,
                    const NoiseKeys* noise, AnalogWorkspace& workspace) const;
    void emit(const ProgrammedBlock& block, const Tile& tile, std::int64_t slot, float* output,
              const AnalogWorkspace& workspace) const;

    Shape input_;
    Shape output_;
    Window window_;
    std::int64_t padded_height_ = 0;
    std::int64_t padded_width_ = 0;
    std::int64_t outputs_per_group_ = 0;
    std::vector<std::vector<std::int32_t>> row_offset_;  ///< of each block's stacked rows
    std::vector<float> output_scale_;                    ///< per output channel
    std::vector<float> bias_;
    ProgrammedLayer programmed_;
    InputCode inputs_;
    LayerConverters converters_;
    VirtualChip chip_;
    bool is_noisy_ = false;
    /// What one of a layer's totals is worth: in single precision they are column sums, so that the
    /// conversions of all parts add up before anything else rounds them.
    double value_of_total_ = 1;
    bool uses_patterns_ = false;                     ///< some unit is read by tables
    bool uses_digits_ = false;                       ///< some unit is not
    std::vector<Unit> units_;                        ///< by block, part and unit
    std::map<std::uint32_t, DrawnConverter> drawn_;  ///< by number on the chip
    TileKernels kernels_;
};

}  // namespace ohmgrid
