#include "sim/network/image_set.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/contract.hpp"
#include "sim/core/error.hpp"
#include "sim/network/detail/image_readers.hpp"
#include "sim/network/example_images.hpp"

namespace ohmgrid {
namespace {

std::string text_of(const Shape& s) {
    return std::to_string(s.channels) + "x" + std::to_string(s.height) + "x" +
           std::to_string(s.width);
}

[[noreturn]] void refuse(std::string id, const std::string& what, std::string remedy) {
    throw InputError(
        Message{.place = {}, .id = std::move(id), .what = what, .remedy = std::move(remedy)});
}

void check_labels(const std::vector<std::int64_t>& labels, std::int64_t classes) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] >= 0 && labels[i] < classes) continue;
        refuse("DAT004",
               "image " + std::to_string(i) + " has label " + std::to_string(labels[i]) +
                   ", outside the classes 0 .. " + std::to_string(classes - 1),
               "Correct the label, or the names of the classes");
    }
}

}  // namespace

ImageSet::ImageSet(const Shape& shape, std::vector<std::uint8_t> pixels,
                   std::vector<std::int64_t> labels, std::int64_t classes)
    : shape_(shape), pixels_(std::move(pixels)), labels_(std::move(labels)), classes_(classes) {
    if (labels_.empty()) refuse("DAT005", "there are no images", "Give at least one image");
    if (shape.elements() < 1 || std::ssize(pixels_) != count() * shape.elements()) {
        refuse("DAT003",
               std::to_string(count()) + " labels do not go with " +
                   std::to_string(pixels_.size()) + " values in images of " + text_of(shape),
               "Give one label for each image");
    }
    if (classes_ == 0) classes_ = 1 + std::max(std::int64_t{0}, *std::ranges::max_element(labels_));
    check_labels(labels_, classes_);
}

std::span<const std::uint8_t> ImageSet::image(std::int64_t index) const {
    OHMGRID_EXPECT(index >= 0 && index < count());
    const auto size = static_cast<std::size_t>(shape_.elements());
    return std::span(pixels_).subspan(static_cast<std::size_t>(index) * size, size);
}

ImageSet read_images(const std::string& source, const DataSpec& spec, std::int64_t most) {
    if (const auto split = example_split(source)) {
        return draw_example_images(*split, std::min(most, example_count(*split)));
    }
    const std::vector<std::string> files = files_of(source);
    if (files.empty()) refuse("DAT005", "no image file is named", "Name a file of images");
    const ImageFormat format =
        spec.format == ImageFormat::automatic ? detail::format_of(files.front()) : spec.format;
    if (format == ImageFormat::hdf5) return detail::read_hdf5(files, most);
    if (format == ImageFormat::idx) return detail::read_idx(files, most);
    return detail::read_cifar(files, format, most);
}

void check_fits(const ImageSet& images, const Graph& graph) {
    const Shape& expected = graph.nodes.front().shape;
    if (images.shape() != expected) {
        refuse("DAT006",
               "images of " + text_of(images.shape()) +
                   " (channels x height x width) do not fit "
                   "network '" +
                   graph.name + "', which takes " + text_of(expected),
               "Use the image set the network was trained for; if the file holds channels last, "
               "its attribute 'layout' must begin with NHWC");
    }
    const std::int64_t scores = graph.node(graph.output).shape.elements();
    const auto largest = std::ranges::max_element(images.labels());
    if (*largest >= scores) {
        refuse("DAT006",
               "image " + std::to_string(largest - images.labels().begin()) + " has label " +
                   std::to_string(*largest) + " but network '" + graph.name + "' has " +
                   std::to_string(scores) + " classes",
               "Use the image set the network was trained for");
    }
}

}  // namespace ohmgrid
