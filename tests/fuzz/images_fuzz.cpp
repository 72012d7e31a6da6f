#include "sim/network/image_set.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace ohmgrid {

/// The first byte chooses the format. An idx pair is one input: its labels are the last 10 bytes.
void read_hostile(std::string_view bytes) {
    if (bytes.empty()) return;
    const std::string_view rest = bytes.substr(1);
    DataSpec spec;
    if (bytes[0] == 'x' && rest.size() > 10) {
        spec.format = ImageFormat::idx;
        const auto images = hostile_file(rest.substr(0, rest.size() - 10), "images-idx3");
        const auto labels = hostile_file(rest.substr(rest.size() - 10), "labels-idx1");
        (void)read_images(images.string() + "," + labels.string(), spec);
        return;
    }
    if (bytes[0] == 'c') spec.format = ImageFormat::cifar10;
    if (bytes[0] == 'f') spec.format = ImageFormat::cifar100;
    (void)read_images(hostile_file(rest, "batch.bin").string(), spec);
}

}  // namespace ohmgrid
