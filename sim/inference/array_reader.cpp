#include "sim/inference/array_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string>

#include "sim/circuit/effective_conductance.hpp"
#include "sim/core/error.hpp"
#include "sim/device/programmed_array.hpp"

namespace ohmgrid {
namespace {

bool has_ideal_lines(const ArraySpec& array) {
    return array.row_wire_ohm == 0 && array.column_wire_ohm == 0 && array.driver_ohm == 0 &&
           array.sense_ohm == 0 && array.unselected == UnselectedColumns::clamped;
}

void check_finite(const RowMajorMatrix& values, std::uint32_t array, const char* stage) {
    if (values.allFinite()) return;
    throw NumericalError(
        Message{.place = "array " + std::to_string(array),
                .id = "INF003",
                .what = std::string(stage) + " is not finite",
                .remedy = "Check [device], the wires of [array], [driver] and [multiplexer]"});
}

/// The first rows of `physical`, row p of it being row order[p] of the result.
RowMajorMatrix in_layer_order(const RowMajorMatrix& physical,
                              const std::vector<std::int64_t>& order) {
    RowMajorMatrix out(std::ssize(order), physical.cols());
    for (std::size_t p = 0; p < order.size(); ++p) {
        out.row(order[p]) = physical.row(static_cast<Eigen::Index>(p));
    }
    return out;
}

}  // namespace

bool has_noisy_reads(const DeviceModel& device, const VirtualChip& chip) {
    return device.read_noise.any() && device.read_noise.timing == NoiseTiming::each_read &&
           chip.sources.has(ErrorSource::read_noise);
}

ArrayReader::ArrayReader(const QuantisedWeights& weights, const LayerMapping& where,
                         const LayerSettings& settings, const DeviceModel& device,
                         std::uint32_t first_array)
    : weights_(weights),
      where_(where),
      settings_(settings),
      device_(device),
      first_array_(first_array),
      array_(with_switches(settings.array, settings.multiplexer)),
      levels_(std::int64_t{1} << array_.cell_bits) {
    if (mixes_columns(settings.multiplexer)) {
        mixing_ = column_mixing(array_, settings.multiplexer);
    }
}

ArrayMap ArrayReader::read(const ArrayPosition& position, const VirtualChip& chip) const {
    const std::uint32_t number = number_of(position);
    const std::vector<std::int64_t> order = row_order(position);
    const RowMajorMatrix cells = program_array(device_, targets(position, order), chip, number);
    check_finite(cells, number, "a conductance as programmed");
    const double unit = read_siemens(settings_, device_, chip, device_.g_max_siemens);
    ArrayMap map{.signal = in_layer_order(seen_through_lines(cells, chip), order) / unit,
                 .variance = {}};
    check_finite(map.signal, number, "an effective conductance, wires included,");
    if (has_noisy_reads(device_, chip)) {
        map.variance = noise_variance(in_layer_order(cells, order), map.signal);
        check_finite(map.variance, number, "the variance of a cell's read noise");
    }
    if (mixing_.size() > 0 && chip.sources.has(ErrorSource::multiplexer)) {
        map.signal = map.signal * mixing_;
        if (map.variance.size() > 0) map.variance = map.variance * mixing_.cwiseAbs2();
    }
    if (has_level_errors(settings_.driver)) {
        map.signal = row_gain(number, map.signal.rows(), chip).asDiagonal() * map.signal;
    }
    check_finite(map.signal, number, "a column sum behind drivers and multiplexer");
    return map;
}

ReadCircuit ArrayReader::circuit(const ArrayPosition& position, const VirtualChip& chip) const {
    const std::uint32_t number = number_of(position);
    const ArraySpec array = lines(chip);
    std::vector<std::int64_t> order = row_order(position);
    Crossbar crossbar =
        make_crossbar(array, program_array(device_, targets(position, order), chip, number));
    CellLaw law = make_cell_law(settings_.law, crossbar.conductance_siemens, {});
    const double unit = read_siemens(settings_, device_, chip, device_.g_max_siemens);
    ReadCircuit out{.crossbar = std::move(crossbar),
                    .law = std::move(law),
                    .sharing = array,
                    .order = std::move(order),
                    .full_volt = {},
                    .unit_ampere = unit * device_.read_volt,
                    .array = number};
    if (chip.sources.has(ErrorSource::multiplexer)) out.mixing = mixing_;
    const Eigen::VectorXd gain = row_gain(number, std::ssize(out.order), chip);
    for (const std::int64_t row : out.order) out.full_volt.push_back(gain(row) * device_.read_volt);
    return out;
}

ArraySpec ArrayReader::lines(const VirtualChip& chip) const {
    if (chip.sources.has(ErrorSource::wires)) return array_;
    ArraySpec ideal = array_;
    ideal.row_wire_ohm = ideal.column_wire_ohm = ideal.driver_ohm = ideal.sense_ohm = 0;
    ideal.unselected = UnselectedColumns::clamped;
    return ideal;
}

RowMajorMatrix ArrayReader::seen_through_lines(const RowMajorMatrix& cells,
                                               const VirtualChip& chip) const {
    const ArraySpec array = lines(chip);
    if (follows_cell_law(settings_, chip)) {
        return linearised_map(make_crossbar(array, cells), make_cell_law(settings_.law, cells, {}),
                              array,
                              {.full = device_.read_volt,
                               .levels = (1 << drive_bits()) - 1,
                               .driven_share = settings_.driven_share});
    }
    return has_ideal_lines(array) ? cells
                                  : effective_conductance(make_crossbar(array, cells), array);
}

int ArrayReader::drive_bits() const {
    return settings_.mapping.encoding == InputEncoding::multi_level ? settings_.mapping.input_bits
                                                                    : settings_.mapping.step_bits;
}

/// Each driver's gain. Of drivers with several levels the straight line through them counts.
Eigen::VectorXd ArrayReader::row_gain(std::uint32_t number, Eigen::Index rows,
                                      const VirtualChip& chip) const {
    if (!has_level_errors(settings_.driver)) return Eigen::VectorXd::Ones(rows);
    const RowMajorMatrix levels = driver_levels(settings_.driver, drive_bits(), rows, chip, number);
    Eigen::RowVectorXd ideal(levels.cols());
    for (Eigen::Index q = 0; q < ideal.size(); ++q) ideal(q) = static_cast<double>(q);
    return levels * ideal.transpose() / ideal.squaredNorm();
}

RowMajorMatrix ArrayReader::noise_variance(const RowMajorMatrix& cells,
                                           const RowMajorMatrix& signal) const {
    RowMajorMatrix variance(cells.rows(), cells.cols());
    for (Eigen::Index r = 0; r < cells.rows(); ++r) {
        for (Eigen::Index c = 0; c < cells.cols(); ++c) {
            const double share = cells(r, c) / device_.g_max_siemens;
            const double seen = share > 0 ? signal(r, c) / share : 1;
            const double sigma =
                read_noise_siemens(device_, cells(r, c)) / device_.g_max_siemens * seen;
            variance(r, c) = sigma * sigma;
        }
    }
    return variance;
}

/// All cells of one array as they should be; physical row p holds the part's row order[p].
RowMajorMatrix ArrayReader::targets(const ArrayPosition& position,
                                    const std::vector<std::int64_t>& order) const {
    RowMajorMatrix cells =
        RowMajorMatrix::Constant(array_.rows, array_.columns, device_.g_min_siemens);
    const IndexRange rows = where_.row_range(position);
    const IndexRange channels = where_.channel_range(position);
    const IndexRange slices = where_.slice_range(position);
    for (std::size_t p = 0; p < order.size(); ++p) {
        for (std::int64_t c = 0; c < channels_used(position); ++c) {
            const std::int32_t number =
                c < channels.size()
                    ? stacked_weight(position.block, rows.begin + order[p], channels.begin + c)
                    : 0;
            for (std::int64_t s = 0; s < slices.size(); ++s) {
                const auto slice = static_cast<int>(slices.begin + s);
                cells(static_cast<Eigen::Index>(p), c * slices.size() + s) =
                    device_.level_siemens(level(number, slice, position.plane), levels_);
            }
        }
    }
    return cells;
}

std::vector<std::int64_t> ArrayReader::row_order(const ArrayPosition& position) const {
    const IndexRange rows = where_.row_range(position);
    const IndexRange channels = where_.channel_range(position);
    std::vector<std::int64_t> order(static_cast<std::size_t>(rows.size()));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    if (settings_.mapping.row_order == RowOrder::given) return order;
    std::vector<std::int64_t> magnitude(order.size());
    for (std::size_t r = 0; r < order.size(); ++r) {
        for (std::int64_t c = channels.begin; c < channels.end; ++c) {
            magnitude[r] += std::abs(
                stacked_weight(position.block, rows.begin + static_cast<std::int64_t>(r), c));
        }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
        return magnitude[static_cast<std::size_t>(a)] < magnitude[static_cast<std::size_t>(b)];
    });
    if (array_.sense == SenseEnds::top) std::reverse(order.begin(), order.end());
    return order;
}

/// The number at a stacked row and channel of a block; zero off its diagonal.
std::int32_t ArrayReader::stacked_weight(std::int64_t block, std::int64_t row,
                                         std::int64_t channel) const {
    if (row / where_.rows() != channel / where_.channels()) return 0;
    return weights_.at(where_.block_groups(block).begin + channel / where_.channels(),
                       channel % where_.channels(), row % where_.rows());
}

std::int64_t ArrayReader::level(std::int32_t number, int slice, Plane plane) const {
    const MappingSpec& mapping = settings_.mapping;
    const bool differential = mapping.signed_weights == SignedWeights::differential;
    const int sign = plane == Plane::positive ? 1 : -1;
    if (differential && mapping.pair == PairCells::two_sided) {
        return std::llrint(static_cast<double>(levels_ - 1 + sign * number) / 2);
    }
    const std::int32_t stored =
        differential ? std::max(sign * number, 0) : number + (1 << (mapping.weight_bits - 1));
    return (stored >> (slice * array_.cell_bits)) & (levels_ - 1);
}

}  // namespace ohmgrid
