#include "sim/device/column_noise.hpp"

#include "sim/core/contract.hpp"
#include "sim/device/programmed_array.hpp"

namespace ohmgrid {

RowMajorMatrix read_variance(const DeviceModel& device, const RowMajorMatrix& siemens) {
    return siemens.unaryExpr([&](double g) {
        const double sigma = read_noise_siemens(device, g);
        return sigma * sigma;
    });
}

std::vector<double> column_noise(std::span<const double> input, const RowMajorMatrix& variance) {
    OHMGRID_EXPECT(static_cast<Eigen::Index>(input.size()) == variance.rows());
    const Eigen::Map<const Eigen::RowVectorXd> x(input.data(), variance.rows());
    const Eigen::RowVectorXd sum = x.cwiseAbs2() * variance;
    const Eigen::RowVectorXd sigma = sum.cwiseSqrt();
    return {sigma.begin(), sigma.end()};
}

}  // namespace ohmgrid
