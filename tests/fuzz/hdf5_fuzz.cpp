#include "sim/circuit/crossbar_io.hpp"
#include "sim/core/error.hpp"
#include "sim/device/measured.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/network/image_set.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace ohmgrid {
namespace {

template <class Read>
void attempt(const Read& read) {
    try {
        read();
    } catch (const InputError&) {
    } catch (const IoError&) {
    }
}

/// Everything in the file, as `ohmgrid convert` reads it.
void walk(const Hdf5Reader& file, const std::string& group, int depth) {
    constexpr int deepest = 4;
    for (const std::string& name : file.names(group)) {
        const std::string path = (group == "/" ? "/" : group + "/") + name;
        if (file.is_group(path)) {
            if (depth < deepest) walk(file, path, depth + 1);
            continue;
        }
        (void)file.text_attribute(path, "unit");
        if (file.is_text(path)) {
            (void)file.read_texts(path);
        } else {
            (void)file.read<double>(path);
        }
    }
}

}  // namespace

/// One file as `ohmgrid convert` takes it, as an array, as measured cells and as images.
void read_hostile(std::string_view bytes) {
    const std::filesystem::path path = hostile_file(bytes, "file.h5");
    attempt([&] { walk(Hdf5Reader(path), "/", 0); });
    attempt([&] { (void)read_measured(path); });
    attempt([&] { (void)read_array(path, {}, 0.2); });
    DataSpec spec;
    spec.format = ImageFormat::hdf5;
    attempt([&] { (void)read_images(path.string(), spec); });
}

}  // namespace ohmgrid
