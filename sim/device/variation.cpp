#include "sim/device/variation.hpp"

#include <cmath>
#include <limits>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// Element of what all arrays of a chip share.
constexpr std::uint32_t whole_chip = std::numeric_limits<std::uint32_t>::max();

/// White noise -> exponentially correlated along rows and columns, in place.
void correlate(double rho, RowMajorMatrix& field) {
    const double fresh = std::sqrt(1 - rho * rho);
    for (Eigen::Index j = 1; j < field.cols(); ++j) {
        field.col(j) = rho * field.col(j - 1) + fresh * field.col(j);
    }
    for (Eigen::Index i = 1; i < field.rows(); ++i) {
        field.row(i) = rho * field.row(i - 1) + fresh * field.row(i);
    }
}

/// -1 at the first of `count` places, 1 at the last.
double centred(Eigen::Index at, Eigen::Index count) {
    return count > 1 ? 2.0 * static_cast<double>(at) / static_cast<double>(count - 1) - 1 : 0.0;
}

}  // namespace

double VariationSpec::standard_deviation() const {
    return std::sqrt(cell * cell + correlated * correlated + row * row + column * column +
                     array * array);
}

std::vector<ParamRow<VariationSpec>> variation_rows() {
    const auto part = [](const char* key, double VariationSpec::*member, const char* doc) {
        return param::number(key, member, {.fallback = "0", .low = 0, .high = 2, .doc = doc});
    };
    return {
        part("cell", &VariationSpec::cell,
             "lasting relative difference of each cell, standard deviation"),
        part("correlated", &VariationSpec::correlated,
             "the same, alike in neighbouring cells (see correlation_length)"),
        param::number("correlation_length", &VariationSpec::correlation_length,
                      {.fallback = "10",
                       .low = 0.01,
                       .high = 1e6,
                       .doc = "distance in cells over which the correlated part falls to 1/e",
                       .source = "assumed"}),
        part("row", &VariationSpec::row, "the same for all cells of a row"),
        part("column", &VariationSpec::column, "the same for all cells of a column"),
        part("array", &VariationSpec::array, "the same for all cells of an array"),
        part("gradient", &VariationSpec::gradient,
             "slope of the wafer: relative change from edge to edge of an array, standard "
             "deviation over chips"),
    };
}

RowMajorMatrix relative_variation(const VariationSpec& spec, Eigen::Index rows,
                                  Eigen::Index columns, const VirtualChip& chip,
                                  std::uint32_t array) {
    RowMajorMatrix v = RowMajorMatrix::Zero(rows, columns);
    const auto cells = static_cast<std::uint32_t>(v.size());
    std::vector<double> normal(cells);
    if (spec.cell > 0) {
        chip.stream(ErrorSource::programming, Purpose::device_to_device, array).normals(0, normal);
        v = spec.cell * Eigen::Map<const RowMajorMatrix>(normal.data(), rows, columns);
    }
    const RandomStream fabrication =
        chip.stream(ErrorSource::programming, Purpose::fabrication, array);
    if (spec.correlated > 0) {
        fabrication.normals(0, normal);
        RowMajorMatrix field = Eigen::Map<const RowMajorMatrix>(normal.data(), rows, columns);
        correlate(std::exp(-1 / spec.correlation_length), field);
        v += spec.correlated * field;
    }
    if (spec.row == 0 && spec.column == 0 && spec.array == 0 && spec.gradient == 0) return v;
    const RandomStream wafer =
        chip.stream(ErrorSource::programming, Purpose::fabrication, whole_chip);
    const double across = spec.gradient * wafer.normal(0) / 2;
    const double down = spec.gradient * wafer.normal(1) / 2;
    const double offset = spec.array * fabrication.normal(cells);
    const auto line = [&](Eigen::Index at) {
        return fabrication.normal(cells + 1 + static_cast<std::uint32_t>(at));
    };
    for (Eigen::Index j = 0; j < columns; ++j) {
        v.col(j).array() += spec.column * line(rows + j) + across * centred(j, columns) + offset;
    }
    for (Eigen::Index i = 0; i < rows; ++i) {
        v.row(i).array() += spec.row * line(i) + down * centred(i, rows);
    }
    return v;
}

}  // namespace ohmgrid
