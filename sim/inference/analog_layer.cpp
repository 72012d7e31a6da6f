#include "sim/inference/analog_layer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "sim/inference/solved_reads.hpp"

namespace ohmgrid {
namespace {

constexpr std::int64_t quad_bytes = rows_per_quad * tile_positions;

template <class T>
void grow(std::vector<T>& memory, std::int64_t size) {
    if (memory.size() < static_cast<std::size_t>(size))
        memory.resize(static_cast<std::size_t>(size));
}

/// to[4 i + j] = sources[j][at + i] for i below `Run`.
template <std::size_t Run>
void interleave_run(const std::uint8_t* const* sources, std::int32_t at, std::uint8_t* to) {
    const std::uint8_t* a = sources[0] + at;
    const std::uint8_t* b = sources[1] + at;
    const std::uint8_t* c = sources[2] + at;
    const std::uint8_t* d = sources[3] + at;
    std::uint8_t out[Run * 4];
    for (std::size_t i = 0; i < Run; ++i) {
        out[4 * i] = a[i];
        out[4 * i + 1] = b[i];
        out[4 * i + 2] = c[i];
        out[4 * i + 3] = d[i];
    }
    std::memcpy(to, out, sizeof out);
}

void interleave(const std::uint8_t* const* sources, std::int32_t at, std::int64_t run,
                std::uint8_t* to) {
    if (run == tile_positions) return interleave_run<tile_positions>(sources, at, to);
    if (run == tile_positions / 2) return interleave_run<tile_positions / 2>(sources, at, to);
    interleave_run<1>(sources, at, to);
}

/// The key of the numbers that all reads of one image draw from.
std::uint64_t noise_key(const VirtualChip& chip, ErrorSource source, Purpose purpose,
                        std::int64_t image) {
    // A mirrored chip draws the same numbers and turns their sign.
    const RandomStream stream(chip.seed, purpose, chip.trial_of(source),
                              static_cast<std::uint32_t>(image));
    const auto words = stream.block(0);
    return std::uint64_t{words[1]} << 32U | words[0];
}

}  // namespace

NoiseKeys AnalogLayer::noise_keys(std::int64_t image) const {
    return {.read = noise_key(chip_, ErrorSource::read_noise, Purpose::read_noise, image),
            .converter =
                noise_key(chip_, ErrorSource::converter_noise, Purpose::converter_noise, image),
            .sign = chip_.side == Side::mirrored ? -1.0F : 1.0F};
}

void AnalogLayer::load_input(const float* input, AnalogWorkspace& workspace) const {
    const std::int64_t map = input_.channels * padded_height_ * padded_width_;
    const int bytes = inputs_.plan().input_bytes;
    grow(workspace.padded_input, map * bytes);
    std::uint8_t* low = workspace.padded_input.data();
    std::uint8_t* high = low + (bytes - 1) * map;
    std::memset(low, inputs_.zero_byte(0), static_cast<std::size_t>(map));
    if (bytes == 2) std::memset(high, inputs_.zero_byte(1), static_cast<std::size_t>(map));
    for (std::int64_t c = 0; c < input_.channels; ++c) {
        for (std::int64_t y = 0; y < input_.height; ++y) {
            const std::int64_t at =
                (c * padded_height_ + y + window_.pad_top) * padded_width_ + window_.pad_left;
            inputs_.encode({input, static_cast<std::size_t>(input_.width)}, low + at, high + at);
            input += input_.width;
        }
    }
}

/// The windows first, first + stride, ...; behind the last window the last one again.
AnalogLayer::Tile AnalogLayer::tile_at(std::int64_t first, std::int64_t stride) const {
    Tile tile{.first = first};
    const std::int64_t last = output_.height * output_.width - 1;
    for (std::int64_t i = 0; i < tile_positions; ++i) {
        const std::int64_t at = std::min(first + i * stride, last);
        tile.corner[i] =
            static_cast<std::int32_t>(at / output_.width * window_.stride_height * padded_width_ +
                                      at % output_.width * window_.stride_width);
    }
    for (const std::int64_t run : {tile_positions, tile_positions / 2}) {
        bool is_run = tile.run == 1;
        for (std::int64_t i = 0; i < tile_positions && is_run; ++i) {
            is_run = tile.corner[i] == tile.corner[i / run * run] + i % run;
        }
        if (is_run) tile.run = run;
    }
    return tile;
}

/// Collects the inputs of a part's rows at the tile's windows and cuts them into digits.
void AnalogLayer::gather(const ProgrammedPart& part, const std::vector<std::int32_t>& row_offset,
                         const Tile& tile, std::int64_t slot, AnalogWorkspace& workspace) const {
    const StepPlan& plan = inputs_.plan();
    const std::int64_t quads = part.quads();
    const std::int64_t map = input_.channels * padded_height_ * padded_width_;
    grow(workspace.inputs, plan.input_bytes * quads * quad_bytes);
    const bool uses_squares = uses_digits_ && is_noisy_;
    const std::int64_t patterns = uses_patterns_ ? plan.input_bytes * quads * tile_positions : 0;
    const std::int64_t digits = uses_digits_ ? plan.planes() * quads * quad_bytes : 0;
    const std::int64_t squares = uses_squares ? plan.square_planes() * quads * quad_bytes : 0;
    grow(workspace.patterns, tiles_together * patterns);
    grow(workspace.digits, tiles_together * digits);
    grow(workspace.squares, tiles_together * squares);
    for (int byte = 0; byte < plan.input_bytes; ++byte) {
        std::uint8_t* to = workspace.inputs.data() + byte * quads * quad_bytes;
        const std::uint8_t* from = workspace.padded_input.data() + byte * map;
        std::memset(to + (quads - 1) * quad_bytes, inputs_.zero_byte(byte), quad_bytes);
        const auto row_source = [&](std::int64_t row) {
            return from + row_offset[static_cast<std::size_t>(part.rows.begin + row)];
        };
        const std::int64_t whole = part.rows.size() / rows_per_quad * rows_per_quad;
        for (std::int64_t row = 0; row < whole; row += rows_per_quad, to += quad_bytes) {
            const std::uint8_t* const sources[] = {row_source(row), row_source(row + 1),
                                                   row_source(row + 2), row_source(row + 3)};
            for (std::int64_t i = 0; i < tile_positions; i += tile.run) {
                interleave(sources, tile.corner[i], tile.run, to + i * rows_per_quad);
            }
        }
        for (std::int64_t row = whole; row < part.rows.size(); ++row) {
            const std::uint8_t* source = row_source(row);
            for (std::int64_t i = 0; i < tile_positions; ++i) {
                to[i * rows_per_quad + row - whole] = source[tile.corner[i]];
            }
        }
    }
    kernels_.expand(
        {.inputs = workspace.inputs.data(),
         .quads = quads,
         .plan = plan,
         .digits = uses_digits_ ? workspace.digits.data() + slot * digits : nullptr,
         .squares = uses_squares ? workspace.squares.data() + slot * squares : nullptr,
         .patterns = uses_patterns_ ? workspace.patterns.data() + slot * patterns : nullptr});
}

/// Adds the gathered inputs of every position to the workspace's sums.
void AnalogLayer::add_inputs(std::int64_t quads, std::int64_t slot,
                             AnalogWorkspace& workspace) const {
    std::int32_t* sums = workspace.input_sum.data() + slot * tile_positions;
    const std::uint8_t* low = workspace.inputs.data();
    const std::uint8_t* high = low + (inputs_.plan().input_bytes - 1) * quads * quad_bytes;
    for (std::int64_t i = 0; i < quads * quad_bytes; ++i) {
        sums[i % quad_bytes / rows_per_quad] += inputs_.decode(low[i], high[i]);
    }
}

TileTask AnalogLayer::task_for(const ProgrammedUnit& unit, const Unit& prepared, std::int64_t quads,
                               std::int64_t slot, AnalogWorkspace& workspace) const {
    const StepPlan& plan = inputs_.plan();
    const std::int64_t slot_quads = slot * quads;
    TileTask task{
        .digits = workspace.digits.data() + slot_quads * plan.planes() * quad_bytes,
        .cells = unit.cells.data(),
        .quads = quads,
        .bytes = unit.bytes,
        .plan = plan,
        .counts_inputs = prepared.counts_inputs,
        .converts = converts(),
        .single_precision = in_single_precision(),
        .columns = prepared.columns.data(),
        .column_count = static_cast<std::int64_t>(prepared.columns.size()),
        .patterns = workspace.patterns.data() + slot_quads * plan.input_bytes * tile_positions,
        .tables = prepared.tables.signal.empty() ? nullptr : prepared.tables.signal.data(),
        .noise_tables =
            prepared.tables.variance.empty() ? nullptr : prepared.tables.variance.data(),
        .squares = workspace.squares.data() + slot_quads * plan.square_planes() * quad_bytes,
        .noise_cells = unit.noise_cells.empty() ? nullptr : unit.noise_cells.data(),
        .totals = workspace.totals.data()};
    grow(workspace.scratch, scratch_words(task));
    task.scratch = workspace.scratch.data();
    return task;
}

/// One read of a unit at the first `positions` windows of a tile: a kernel's, or solved.
void AnalogLayer::read(const ProgrammedPart& part, const ProgrammedUnit& unit, const Unit& prepared,
                       std::int64_t positions, TileTask& task, AnalogWorkspace& workspace) const {
    if (unit.circuits.empty()) {
        kernels_.read(task);
        return;
    }
    const SolvedReads reads(inputs_, task.digits, part.rows.size(), positions);
    const std::vector<double> sums = reads.sums(unit);
    const std::size_t of_column = sums.size() / unit.columns.size();
    workspace.given.resize(sums.size());
    for (std::size_t at = 0; at < sums.size(); ++at) {
        const std::size_t column = at / of_column;
        workspace.given[at] = code_steps(prepared.columns[column],
                                         static_cast<float>(sums[at] * prepared.gain[column]));
    }
    task.given = workspace.given.data();
    read_tile_reference(task);
}

/// Takes the offset off the sums of a tile and writes its outputs.
void AnalogLayer::emit(const ProgrammedBlock& block, const Tile& tile, std::int64_t slot,
                       float* output, const AnalogWorkspace& workspace) const {
    const float* totals = workspace.totals.data() + slot * block.sums * tile_positions;
    const std::int32_t* input_sums = workspace.input_sum.data() + slot * tile_positions;
    const std::int64_t positions = output_.height * output_.width;
    const std::int64_t count = std::min(tile_positions, positions - tile.first);
    const std::int64_t first = block.groups.begin * outputs_per_group_;
    float removed[tile_positions] = {};
    if (programmed_.removed_per_input != 0) {
        for (std::size_t i = 0; i < tile_positions; ++i) {
            removed[i] = static_cast<float>(programmed_.removed_per_input / value_of_total_ *
                                            static_cast<double>(input_sums[i]));
        }
    }
    for (std::int64_t c = 0; c < block.groups.size() * outputs_per_group_; ++c) {
        if (!block.reference_of.empty()) {
            const std::int64_t reference = block.reference_of[static_cast<std::size_t>(c)];
            std::copy_n(totals + reference * tile_positions, tile_positions, removed);
        }
        const auto channel = static_cast<std::size_t>(first + c);
        const float* total = totals + c * tile_positions;
        float* to = output + (first + c) * positions + tile.first;
        for (std::int64_t i = 0; i < count; ++i) {
            to[i] = (total[i] - removed[i]) * output_scale_[channel] + bias_[channel];
        }
    }
}

/// Sums of `tiles` over the parts of a block, each in its slot.
void AnalogLayer::read_tiles(std::size_t block, const Unit* prepared,
                             const std::vector<Tile>& tiles, const NoiseKeys* noise,
                             AnalogWorkspace& workspace) const {
    const std::int64_t totals = programmed_.blocks[block].sums * tile_positions;
    const std::int64_t windows = output_.height * output_.width;
    const auto count = std::ssize(tiles);
    workspace.totals.assign(static_cast<std::size_t>(tiles_together * totals), 0.0F);
    workspace.input_sum.assign(static_cast<std::size_t>(tiles_together * tile_positions), 0);
    for (const ProgrammedPart& part : programmed_.blocks[block].parts) {
        for (std::int64_t slot = 0; slot < count; ++slot) {
            gather(part, row_offset_[block], tiles[static_cast<std::size_t>(slot)], slot,
                   workspace);
            if (programmed_.removed_per_input != 0) add_inputs(part.quads(), slot, workspace);
        }
        for (const ProgrammedUnit& unit : part.units) {
            for (std::int64_t slot = 0; slot < count; ++slot) {
                TileTask task = task_for(unit, *prepared, part.quads(), slot, workspace);
                task.totals += slot * totals;
                task.noise = noise;
                const std::int64_t first = tiles[static_cast<std::size_t>(slot)].first;
                task.first_position = static_cast<std::uint32_t>(first);
                read(part, unit, *prepared, std::min(tile_positions, windows - first), task,
                     workspace);
            }
            ++prepared;
        }
    }
}

void AnalogLayer::run(const float* input, float* output, std::int64_t image,
                      AnalogWorkspace& workspace) const {
    load_input(input, workspace);
    const NoiseKeys noise = is_noisy_ ? noise_keys(image) : NoiseKeys{};
    const std::int64_t positions = output_.height * output_.width;
    const Unit* prepared = units_.data();
    for (std::size_t b = 0; b < programmed_.blocks.size(); ++b) {
        const ProgrammedBlock& block = programmed_.blocks[b];
        for (std::int64_t at = 0; at < positions; at += tiles_together * tile_positions) {
            const std::int64_t end = std::min(at + tiles_together * tile_positions, positions);
            std::vector<Tile> tiles;
            for (std::int64_t first = at; first < end; first += tile_positions) {
                tiles.push_back(tile_at(first, 1));
            }
            read_tiles(b, prepared, tiles, is_noisy_ ? &noise : nullptr, workspace);
            for (std::int64_t slot = 0; slot < std::ssize(tiles); ++slot) {
                emit(block, tiles[static_cast<std::size_t>(slot)], slot, output, workspace);
            }
        }
        for (const ProgrammedPart& part : block.parts) prepared += part.units.size();
    }
}

std::vector<std::vector<float>> AnalogLayer::observe(const float* input, std::int64_t stride,
                                                     AnalogWorkspace& workspace) const {
    load_input(input, workspace);
    const std::int64_t windows = (output_.height * output_.width + stride - 1) / stride;
    const int steps = inputs_.plan().steps;
    std::vector<std::vector<float>> sums(static_cast<std::size_t>(programmed_.slices));
    const Unit* prepared = units_.data();
    const auto observe_unit = [&](const ProgrammedPart& part, const ProgrammedUnit& unit,
                                  const Unit& own, std::int64_t count) {
        TileTask task = task_for(unit, own, part.quads(), 0, workspace);
        grow(workspace.observed, task.column_count * steps * tile_positions);
        task.observed = workspace.observed.data();
        read(part, unit, own, count, task, workspace);
        for (std::size_t c = 0; c < unit.columns.size(); ++c) {
            const ConvertedColumn& column = unit.columns[c];
            const double gain = column.weight * inputs_.full_digit();
            auto& seen = sums[static_cast<std::size_t>(column.slice)];
            for (std::int64_t k = 0; k < steps; ++k) {
                const float* from =
                    task.observed + (static_cast<std::int64_t>(c) * steps + k) * tile_positions;
                for (std::int64_t i = 0; i < count; ++i) {
                    seen.push_back(static_cast<float>(static_cast<double>(from[i]) / gain));
                }
            }
        }
    };
    for (std::size_t b = 0; b < programmed_.blocks.size(); ++b) {
        const ProgrammedBlock& block = programmed_.blocks[b];
        grow(workspace.totals, block.sums * tile_positions);
        const Unit* next = prepared;
        for (std::int64_t at = 0; at < windows; at += tile_positions) {
            const Tile tile = tile_at(at * stride, stride);
            next = prepared;
            for (const ProgrammedPart& part : block.parts) {
                gather(part, row_offset_[b], tile, 0, workspace);
                for (const ProgrammedUnit& unit : part.units) {
                    observe_unit(part, unit, *next++, std::min(tile_positions, windows - at));
                }
            }
        }
        prepared = next;
    }
    return sums;
}

std::int64_t AnalogLayer::sums_per_image() const {
    return output_.elements() * static_cast<std::int64_t>(programmed_.blocks.front().parts.size()) *
           inputs_.plan().steps;
}

double AnalogLayer::input_bit_density(const std::vector<float>& input) const {
    const int bits = inputs_.scale().bits();
    const std::uint32_t mask = (1U << static_cast<unsigned>(bits)) - 1U;
    std::int64_t ones = 0;
    for (const float x : input) {
        const std::int32_t q = inputs_.scale().quantise(x);
        const std::int32_t fed = inputs_.scale().is_sign_magnitude() ? std::abs(q) : q;
        ones += std::popcount(static_cast<std::uint32_t>(fed) & mask);
    }
    return static_cast<double>(ones) /
           (static_cast<double>(input.size()) * static_cast<double>(bits));
}

std::int64_t AnalogLayer::bytes() const {
    std::size_t sum = 0;
    for (const Unit& unit : units_) {
        sum += unit.columns.size() * sizeof(KernelColumn);
        sum += (unit.tables.signal.size() + unit.tables.variance.size() + unit.thresholds.size()) *
               sizeof(std::int16_t);
    }
    for (const auto& [number, drawn] : drawn_) {
        if (!drawn.transfer) continue;
        sum += (drawn.transfer->first.size() * 2 + drawn.transfer->thresholds.size() * 2) *
               sizeof(float);
    }
    return programmed_.bytes() + static_cast<std::int64_t>(sum);
}

}  // namespace ohmgrid
