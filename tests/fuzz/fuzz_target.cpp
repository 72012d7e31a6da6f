#include "tests/fuzz/fuzz_target.hpp"

#include <fstream>

#include "sim/core/error.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {

void fuzz_one(std::string_view bytes) {
    try {
        read_hostile(bytes);
    } catch (const InputError&) {
    } catch (const IoError&) {
    } catch (const NumericalError&) {
    }
}

std::filesystem::path hostile_file(std::string_view bytes, const char* name) {
    static const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / name;
    std::ofstream(path, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
}

}  // namespace ohmgrid

/// What libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ohmgrid::fuzz_one({reinterpret_cast<const char*>(data), size});
    return 0;
}
