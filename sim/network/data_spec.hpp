#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// How image files are written. `automatic` looks at their first bytes and their size.
enum class ImageFormat {
    automatic,
    hdf5,      ///< datasets /images and /labels
    cifar10,   ///< official binary batches: label, 3072 pixels
    cifar100,  ///< official binary batches: coarse label, fine label, 3072 pixels
    idx        ///< the pair of files MNIST comes as
};

/// The order of colours a network was trained with; image files hold red, green, blue.
enum class ChannelOrder { rgb, bgr };

/// As many images as there are.
inline constexpr std::int64_t all_images = std::numeric_limits<std::int64_t>::max();

/// Which images are used and how they become the numbers a network expects:
/// (pixel / scale - mean) / std for each channel, in the network's channel order.
struct DataSpec {
    std::string test = {};         ///< files, separated by commas; empty: none
    std::string calibration = {};  ///< files, separated by commas; empty: none
    std::string ranges = {};       ///< file of 'ohmgrid calibrate'; empty: calibrate on images
    ImageFormat format = ImageFormat::automatic;
    std::int64_t limit = all_images;              ///< test images used: the first ones
    std::int64_t calibration_limit = all_images;  ///< calibration images used: the first ones
    double scale = 255;
    std::vector<double> mean = {0};  ///< one for all channels, or one for each
    std::vector<double> std = {1};   ///< likewise
    ChannelOrder channel_order = ChannelOrder::rgb;
};

/// Section [data] of a run file.
const ParamTable<DataSpec>& data_parameters();

/// The files named by `test` or `calibration`, without the blanks around the commas.
std::vector<std::string> files_of(std::string_view list);

}  // namespace ohmgrid
