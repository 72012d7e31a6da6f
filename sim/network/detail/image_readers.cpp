#include "sim/network/detail/image_readers.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"

namespace ohmgrid::detail {
namespace {

[[noreturn]] void refuse(const std::string& file, std::string id, const std::string& what,
                         std::string remedy) {
    throw InputError(
        Message{.place = file, .id = std::move(id), .what = what, .remedy = std::move(remedy)});
}

void only_one(const std::vector<std::string>& files) {
    if (files.size() == 1) return;
    refuse(files[1], "DAT002", "only CIFAR batches may come in several files", "Name one file");
}

/// An ImageSet whose complaints name the file.
ImageSet made_from(const std::string& file, const Shape& shape, std::vector<std::uint8_t> pixels,
                   std::vector<std::int64_t> labels, std::int64_t classes) {
    try {
        return {shape, std::move(pixels), std::move(labels), classes};
    } catch (InputError& error) {
        error.add_context(file);
        throw;
    }
}

std::uint8_t byte_at(std::string_view bytes, std::int64_t index) {
    return static_cast<std::uint8_t>(bytes[static_cast<std::size_t>(index)]);
}

// --- CIFAR: https://www.cs.toronto.edu/~kriz/cifar.html, section "binary version" ---

constexpr Shape cifar_shape{3, 32, 32};
constexpr std::int64_t cifar_pixels = 3 * 32 * 32;

/// Bytes before the pixels; the last of them is the (fine) label.
std::int64_t label_bytes(ImageFormat format) { return format == ImageFormat::cifar100 ? 2 : 1; }

std::int64_t record_bytes(ImageFormat format) { return label_bytes(format) + cifar_pixels; }

bool holds_whole_records(std::int64_t bytes, ImageFormat format) {
    return bytes > 0 && bytes % record_bytes(format) == 0;
}

// --- idx: http://yann.lecun.com/exdb/mnist, section "file formats" ---

constexpr std::int64_t idx_magic_of_bytes = 0x00000800;  // plus the number of dimensions

std::int64_t big_endian(std::string_view bytes, std::int64_t offset) {
    std::int64_t value = 0;
    for (std::int64_t i = 0; i < 4; ++i) value = value * 256 + byte_at(bytes, offset + i);
    return value;
}

/// The extents in the head of an idx file of bytes, followed by exactly their product of bytes.
std::vector<std::int64_t> idx_extents(const std::string& file, std::string_view bytes,
                                      std::int64_t dimensions) {
    const std::int64_t head = 4 + 4 * dimensions;
    if (std::ssize(bytes) < head || big_endian(bytes, 0) != idx_magic_of_bytes + dimensions) {
        refuse(
            file, "DAT002",
            "this is not an idx file of bytes with " + std::to_string(dimensions) + " dimensions",
            "Give the file of images first, then the file of labels");
    }
    std::vector<std::int64_t> extents;
    std::int64_t rest = std::ssize(bytes) - head;
    bool fits = true;
    for (std::int64_t d = 0; d < dimensions; ++d) {
        extents.push_back(big_endian(bytes, 4 + 4 * d));
        fits = fits && extents.back() > 0 && rest % extents.back() == 0;
        if (fits) rest /= extents.back();
    }
    if (!fits || rest != 1) {
        refuse(file, "DAT003",
               "the head does not announce the " + std::to_string(std::ssize(bytes) - head) +
                   " bytes that follow it",
               "The file is truncated or damaged: fetch it again");
    }
    return extents;
}

/// "t10k-images-idx3-ubyte" -> "t10k-labels-idx1-ubyte", in the same folder.
std::string labels_beside(const std::string& images) {
    const std::filesystem::path path(images);
    std::string name = path.filename().string();
    for (const auto& [from, to] : {std::pair("images", "labels"), std::pair("idx3", "idx1")}) {
        const std::size_t at = name.find(from);
        if (at != std::string::npos) name.replace(at, std::string_view(from).size(), to);
    }
    if (name == path.filename()) {
        refuse(images, "DAT002", "the file of labels is not named",
               "Write both, separated by a comma: images, labels");
    }
    return (path.parent_path() / name).string();
}

// --- HDF5 ---

/// images x height x width x channels -> images x channels x height x width
std::vector<std::uint8_t> channels_first(const std::vector<std::uint8_t>& pixels,
                                         const Shape& shape) {
    std::vector<std::uint8_t> out(pixels.size());
    const auto channels = static_cast<std::size_t>(shape.channels);
    const auto area = static_cast<std::size_t>(shape.height * shape.width);
    for (std::size_t begin = 0; begin < pixels.size(); begin += channels * area) {
        for (std::size_t c = 0; c < channels; ++c) {
            for (std::size_t i = 0; i < area; ++i) {
                out[begin + c * area + i] = pixels[begin + i * channels + c];
            }
        }
    }
    return out;
}

bool is_channels_last(const Hdf5Reader& file) {
    return file.text_attribute("/", "layout").value_or("").starts_with("NHWC");
}

Shape hdf5_shape(const Hdf5Reader& in, const std::string& file,
                 const std::vector<std::int64_t>& extents) {
    if (extents.size() == 3) return {1, extents[1], extents[2]};
    if (extents.size() != 4) {
        refuse(file + ":/images", "DAT003",
               "the dataset has " + std::to_string(extents.size()) + " dimensions",
               "Store images x channels x height x width");
    }
    if (is_channels_last(in)) return {extents[3], extents[1], extents[2]};
    return {extents[1], extents[2], extents[3]};
}

std::int64_t named_classes(const Hdf5Reader& in) {
    const std::optional<std::string> names = in.text_attribute("/", "class_names");
    if (!names || names->empty()) return 0;
    return 1 + std::ranges::count(*names, ',');
}

}  // namespace

ImageFormat format_of(const std::string& file) {
    if (!std::filesystem::is_regular_file(file)) {
        throw IoError(Message{.place = file,
                              .id = "DAT001",
                              .what = "there is no such file of images",
                              .remedy =
                                  "Check the path; relative paths count from the file that names "
                                  "them"});
    }
    std::array<char, 8> head{};
    std::ifstream(file, std::ios::binary).read(head.data(), head.size());
    const std::string_view start(head.data(), head.size());
    if (start == "\x89HDF\r\n\x1a\n") return ImageFormat::hdf5;
    if (big_endian(start, 0) == idx_magic_of_bytes + 3) return ImageFormat::idx;
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file));
    for (const ImageFormat format : {ImageFormat::cifar10, ImageFormat::cifar100}) {
        if (holds_whole_records(bytes, format)) return format;
    }
    refuse(file, "DAT002",
           "this is neither HDF5, nor a file of whole CIFAR images, nor the images of an idx pair",
           "Unpack it if it is compressed; data.format says what it should be");
}

ImageSet read_hdf5(const std::vector<std::string>& files, std::int64_t most) {
    only_one(files);
    const std::string& file = files.front();
    const Hdf5Reader in(file);
    if (!in.is_uint8("/images")) {
        refuse(file + ":/images", "DAT003", "the values are not of type uint8",
               "Store pixels 0 .. 255 as uint8; [data] scale, mean and std turn them into numbers");
    }
    Dataset<std::uint8_t> images = in.read_first<std::uint8_t>("/images", most);
    const Shape shape = hdf5_shape(in, file, images.extents);
    const std::vector<std::int64_t> labels = in.extents("/labels");
    if (labels.size() != 1 || labels[0] != in.extents("/images")[0]) {
        refuse(file + ":/labels", "DAT003", "there is not one label for each image",
               "Store as many labels as images");
    }
    if (images.extents.size() == 4 && is_channels_last(in)) {
        images.values = channels_first(images.values, shape);
    }
    return made_from(file, shape, std::move(images.values),
                     in.read_first<std::int64_t>("/labels", most).values, named_classes(in));
}

ImageSet read_cifar(const std::vector<std::string>& files, ImageFormat format, std::int64_t most) {
    std::vector<std::uint8_t> pixels;
    std::vector<std::int64_t> labels;
    for (const std::string& file : files) {
        const std::string bytes = read_file(file);
        if (!holds_whole_records(std::ssize(bytes), format)) {
            refuse(file, "DAT003",
                   std::to_string(bytes.size()) + " bytes are not a whole number of images of " +
                       std::to_string(record_bytes(format)) + " bytes",
                   "The file is truncated, or data.format is wrong");
        }
        for (std::int64_t at = 0; at < std::ssize(bytes) && std::ssize(labels) < most;
             at += record_bytes(format)) {
            const std::int64_t begin = at + label_bytes(format);
            labels.push_back(byte_at(bytes, begin - 1));
            pixels.insert(pixels.end(), bytes.begin() + begin,
                          bytes.begin() + begin + cifar_pixels);
        }
    }
    return made_from(files.front(), cifar_shape, std::move(pixels), std::move(labels),
                     format == ImageFormat::cifar100 ? 100 : 10);
}

ImageSet read_idx(const std::vector<std::string>& files, std::int64_t most) {
    if (files.size() > 2) refuse(files[2], "DAT002", "idx sets are two files", "Name two files");
    const std::string& images_file = files.front();
    const std::string labels_file = files.size() == 2 ? files[1] : labels_beside(images_file);
    const std::string images = read_file(images_file);
    const std::string labels = read_file(labels_file);
    const std::vector<std::int64_t> extents = idx_extents(images_file, images, 3);
    if (idx_extents(labels_file, labels, 1)[0] != extents[0]) {
        refuse(labels_file, "DAT003", "there is not one label for each image",
               "The two files belong to different sets");
    }
    const Shape shape{1, extents[1], extents[2]};
    const std::int64_t count = std::min(most, extents[0]);
    const auto first_pixel = images.begin() + 4 + 4 * 3;
    std::vector<std::uint8_t> pixels(first_pixel, first_pixel + count * shape.elements());
    std::vector<std::int64_t> classes;
    for (std::int64_t i = 0; i < count; ++i) classes.push_back(byte_at(labels, 4 + 4 + i));
    return made_from(images_file, shape, std::move(pixels), std::move(classes), 0);
}

}  // namespace ohmgrid::detail
