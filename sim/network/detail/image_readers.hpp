#pragma once

#include <string>
#include <vector>

#include "sim/network/image_set.hpp"

/// One reader per image format; what they accept and throw stands at read_images.
namespace ohmgrid::detail {

/// What the first bytes and the size of a file say. Never ImageFormat::automatic.
/// @throws IoError DAT001 if there is no such file; InputError DAT002 if nothing fits
ImageFormat format_of(const std::string& file);

ImageSet read_hdf5(const std::vector<std::string>& files, std::int64_t most);
ImageSet read_cifar(const std::vector<std::string>& files, ImageFormat format, std::int64_t most);
ImageSet read_idx(const std::vector<std::string>& files, std::int64_t most);

}  // namespace ohmgrid::detail
