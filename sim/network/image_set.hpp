#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/network/data_spec.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Labelled images of one shape as they lie in files: 8 bits per value, not yet preprocessed.
///
/// Invariants: at least one image; as many labels as images; every label names a class.
class ImageSet {
  public:
    /// @param pixels  images x channels x height x width
    /// @param labels  one class per image, from 0
    /// @param classes how many there are; 0 if the files do not say, then 1 + the largest label
    /// @throws InputError (no place): DAT003 sizes disagree, DAT004 a label outside the classes,
    ///         DAT005 no images
    ImageSet(const Shape& shape, std::vector<std::uint8_t> pixels, std::vector<std::int64_t> labels,
             std::int64_t classes);

    [[nodiscard]] std::int64_t count() const { return std::ssize(labels_); }
    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] std::int64_t classes() const { return classes_; }
    [[nodiscard]] const std::vector<std::uint8_t>& pixels() const { return pixels_; }
    [[nodiscard]] const std::vector<std::int64_t>& labels() const { return labels_; }
    [[nodiscard]] std::span<const std::uint8_t> image(std::int64_t index) const;

  private:
    Shape shape_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::int64_t> labels_;
    std::int64_t classes_;
};

/// Reads the images that `source` (DataSpec::test or ::calibration) names.
///
/// * HDF5: `/images` uint8, images x channels x height x width, or x height x width x channels if
///   the root attribute `layout` begins with "NHWC", or images x height x width (one channel);
///   `/labels` whole numbers; root attribute `class_names`, separated by commas, if known.
/// * CIFAR-10 and CIFAR-100 binary batches (fine labels), one file or several.
/// * idx: the file of images and the file of labels. The latter may be left out if it has the same
///   name with "labels" for "images" and "idx1" for "idx3".
/// * `example:train` and `example:test`: the project's own drawn images (example_images.hpp).
///
/// @param spec  its format; limits and preprocessing play no part
/// @param most  only the first `most` images are kept
/// @throws IoError DAT001, FIL001, H5F001 if a file cannot be read
/// @throws InputError naming the file: DAT002 unknown format, DAT003 truncated or inconsistent,
///         DAT004 a label outside the classes, DAT005 no images, DAT008 no such drawn images; as
///         Hdf5Reader
ImageSet read_images(const std::string& source, const DataSpec& spec,
                     std::int64_t most = all_images);

/// Refuses images the network cannot take and labels it has no score for.
/// @throws InputError DAT006
void check_fits(const ImageSet& images, const Graph& graph);

}  // namespace ohmgrid
