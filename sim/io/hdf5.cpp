#include "sim/io/hdf5.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/detail/elsewhere.hpp"

namespace ohmgrid {
namespace {

/// An HDF5 handle that closes itself.
class Handle {
  public:
    Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
    ~Handle() {
        if (id_ >= 0) close_(id_);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    [[nodiscard]] hid_t get() const { return id_; }
    [[nodiscard]] bool good() const { return id_ >= 0; }

  private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

/// HDF5 prints its own error stack unless told not to.
class Quiet {
  public:
    Quiet() {
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    ~Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

  private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

template <class T>
hid_t native_type();
template <>
hid_t native_type<double>() {
    return H5T_NATIVE_DOUBLE;
}
template <>
hid_t native_type<float>() {
    return H5T_NATIVE_FLOAT;
}
template <>
hid_t native_type<std::int64_t>() {
    return H5T_NATIVE_INT64;
}
template <>
hid_t native_type<std::uint8_t>() {
    return H5T_NATIVE_UINT8;
}

InputError damaged(const std::filesystem::path& file, const std::string& object,
                   const std::string& id, const std::string& what) {
    return InputError(Message{.place = file.string() + (object.empty() ? "" : ":" + object),
                              .id = id,
                              .what = what,
                              .remedy = "'h5dump -H' shows what the file holds"});
}

Handle open_dataset(std::int64_t file, const std::filesystem::path& path,
                    const std::string& dataset) {
    const hid_t id = H5Dopen2(file, dataset.c_str(), H5P_DEFAULT);
    if (id < 0) throw damaged(path, dataset, "H5F003", "the file has no such dataset");
    return Handle(id, H5Dclose);
}

std::vector<hsize_t> extents_of(hid_t dataset) {
    const Handle space(H5Dget_space(dataset), H5Sclose);
    const int rank = H5Sget_simple_extent_ndims(space.get());
    std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
    if (rank > 0) H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
    return extents;
}

/// How many elements there are, where a file may announce anything: refused if they would take much
/// more memory than the file has bytes for. Data that was never written reads as zeros, so small
/// datasets are taken as announced.
std::size_t plausible_count(hid_t dataset, const std::vector<hsize_t>& extents,
                            std::size_t element_byte, const std::filesystem::path& path,
                            const std::string& name) {
    constexpr double always_byte = 16e6;
    constexpr double most_compressed = 1032;  // source: deflate's limit, RFC 1951
    double needed_byte = static_cast<double>(element_byte);
    for (const hsize_t extent : extents) needed_byte *= static_cast<double>(extent);
    const double stored_byte = std::min(static_cast<double>(H5Dget_storage_size(dataset)),
                                        static_cast<double>(std::filesystem::file_size(path)));
    // a stored byte may become an element of eight bytes
    constexpr double widened = 8;
    if (needed_byte > always_byte && needed_byte > widened * most_compressed * stored_byte) {
        throw damaged(path, name, "H5F006",
                      fmt::format("the dataset announces {:.3g} bytes but stores {:.3g}",
                                  needed_byte, stored_byte));
    }
    std::size_t count = 1;
    for (const hsize_t extent : extents) count *= extent;
    return count;
}

/// Texts of one size, filled up with zeros: what ohmgrid writes.
Handle fixed_text_type(std::size_t size, H5T_cset_t letters = H5T_CSET_UTF8) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, std::max<std::size_t>(size, 1));
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, letters);
    return Handle(type, H5Tclose);
}

/// `count` texts of variable size, which other programs write. `read` fills in pointers to them. In
/// damaged files libhdf5 (1.10.8, H5HG_read) goes astray on these, so a copy of this process reads.
/// @return nothing if it did
std::optional<std::vector<std::string>> variable_texts(std::size_t count,
                                                       const std::function<bool(char**)>& read) {
    constexpr std::size_t longest = 1 << 24;
    constexpr double least_second = 0.2;
    constexpr double each_second = 1e-5;
    const auto reading = [&]() -> std::optional<std::string> {
        std::vector<char*> texts(count, nullptr);
        if (!read(texts.data())) return std::nullopt;
        std::string all;
        for (const char* text : texts) {
            if (text != nullptr) all.append(text, strnlen(text, longest));
            all += '\0';
        }
        return all;
    };
    const auto joined =
        detail::elsewhere(reading, least_second + each_second * static_cast<double>(count));
    if (!joined) return std::nullopt;
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < joined->size(); at += texts.back().size() + 1) {
        texts.emplace_back(joined->c_str() + at);
    }
    return texts;
}

}  // namespace

Hdf5Reader::Hdf5Reader(const std::filesystem::path& path) : path_(path) {
    const Quiet quiet;
    if (!std::filesystem::is_regular_file(path)) {
        throw IoError(Message{.place = path.string(),
                              .id = "H5F001",
                              .what = "there is no such file",
                              .remedy = "Check the path"});
    }
    file_ = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file_ < 0) {
        throw damaged(path, "", "H5F002", "this is not an HDF5 file, or it is truncated");
    }
}

Hdf5Reader::~Hdf5Reader() {
    if (file_ >= 0) H5Fclose(file_);
}

Hdf5Reader::Hdf5Reader(Hdf5Reader&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}

bool Hdf5Reader::has(const std::string& dataset) const {
    const Quiet quiet;
    const Handle object(H5Oopen(file_, dataset.c_str(), H5P_DEFAULT), H5Oclose);
    return object.good();
}

std::vector<std::int64_t> Hdf5Reader::extents(const std::string& dataset) const {
    const Quiet quiet;
    const Handle data = open_dataset(file_, path_, dataset);
    const std::vector<hsize_t> found = extents_of(data.get());
    return {found.begin(), found.end()};
}

bool Hdf5Reader::is_group(const std::string& object) const {
    const Quiet quiet;
    const Handle group(H5Gopen2(file_, object.c_str(), H5P_DEFAULT), H5Gclose);
    return group.good();
}

bool Hdf5Reader::is_text(const std::string& dataset) const {
    const Quiet quiet;
    const Handle data = open_dataset(file_, path_, dataset);
    const Handle type(H5Dget_type(data.get()), H5Tclose);
    return H5Tget_class(type.get()) == H5T_STRING;
}

bool Hdf5Reader::is_uint8(const std::string& dataset) const {
    const Quiet quiet;
    const Handle data = open_dataset(file_, path_, dataset);
    const Handle type(H5Dget_type(data.get()), H5Tclose);
    return H5Tequal(type.get(), H5T_NATIVE_UINT8) > 0;
}

std::vector<std::string> Hdf5Reader::read_texts(const std::string& dataset) const {
    const Quiet quiet;
    const Handle data = open_dataset(file_, path_, dataset);
    const Handle stored(H5Dget_type(data.get()), H5Tclose);
    const std::vector<hsize_t> extents = extents_of(data.get());
    const auto read_into = [&](const Handle& type, void* buffer) {
        return H5Dread(data.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer) >= 0;
    };
    const InputError no_texts =
        damaged(path_, dataset, "H5F004", "the dataset cannot be read as texts");
    if (H5Tis_variable_str(stored.get()) > 0) {
        const std::size_t count =
            plausible_count(data.get(), extents, sizeof(char*), path_, dataset);
        auto texts = variable_texts(
            count, [&](char** into) { return count == 0 || read_into(stored, into); });
        if (!texts) throw no_texts;
        return *std::move(texts);
    }
    std::vector<std::string> out;
    const std::size_t size = std::max<std::size_t>(H5Tget_size(stored.get()), 1);
    const std::size_t count = plausible_count(data.get(), extents, size, path_, dataset);
    std::string bytes(count * size, '\0');
    if (count > 0 && !read_into(fixed_text_type(size, H5Tget_cset(stored.get())), bytes.data()))
        throw no_texts;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string text = bytes.substr(i * size, size);
        out.push_back(text.substr(0, text.find('\0')));
    }
    return out;
}

std::vector<std::string> Hdf5Reader::names(const std::string& group) const {
    const Quiet quiet;
    const Handle object(H5Gopen2(file_, group.c_str(), H5P_DEFAULT), H5Gclose);
    if (!object.good()) throw damaged(path_, group, "H5F003", "the file has no such group");
    H5G_info_t info{};
    H5Gget_info(object.get(), &info);
    std::vector<std::string> out;
    for (hsize_t i = 0; i < info.nlinks; ++i) {
        const auto name = [&](char* buffer, std::size_t size) {
            return H5Lget_name_by_idx(object.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, buffer,
                                      size, H5P_DEFAULT);
        };
        const auto length = static_cast<std::size_t>(std::max<ssize_t>(name(nullptr, 0), 0));
        std::string text(length + 1, '\0');
        name(text.data(), text.size());
        text.resize(length);
        out.push_back(std::move(text));
    }
    return out;
}

template <class T>
Dataset<T> Hdf5Reader::read(const std::string& dataset) const {
    return read_first<T>(dataset, -1);
}

template <class T>
Dataset<T> Hdf5Reader::read_first(const std::string& dataset, std::int64_t count) const {
    const Quiet quiet;
    const Handle data = open_dataset(file_, path_, dataset);
    std::vector<hsize_t> extents = extents_of(data.get());
    const Handle file_space(H5Dget_space(data.get()), H5Sclose);
    if (count >= 0 && !extents.empty() && static_cast<hsize_t>(count) < extents[0]) {
        extents[0] = static_cast<hsize_t>(count);
        const std::vector<hsize_t> start(extents.size(), 0);
        H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, start.data(), nullptr, extents.data(),
                            nullptr);
    }
    const Handle memory_space(extents.empty() ? H5Screate(H5S_SCALAR)
                                              : H5Screate_simple(static_cast<int>(extents.size()),
                                                                 extents.data(), nullptr),
                              H5Sclose);
    const std::size_t elements = plausible_count(data.get(), extents, sizeof(T), path_, dataset);
    Dataset<T> out{{extents.begin(), extents.end()}, std::vector<T>(elements)};
    if (elements > 0 && H5Dread(data.get(), native_type<T>(), memory_space.get(), file_space.get(),
                                H5P_DEFAULT, out.values.data()) < 0) {
        throw damaged(path_, dataset, "H5F004", "the dataset cannot be read as numbers");
    }
    return out;
}

template Dataset<double> Hdf5Reader::read(const std::string&) const;
template Dataset<float> Hdf5Reader::read(const std::string&) const;
template Dataset<std::int64_t> Hdf5Reader::read(const std::string&) const;
template Dataset<std::uint8_t> Hdf5Reader::read(const std::string&) const;
template Dataset<double> Hdf5Reader::read_first(const std::string&, std::int64_t) const;
template Dataset<float> Hdf5Reader::read_first(const std::string&, std::int64_t) const;
template Dataset<std::int64_t> Hdf5Reader::read_first(const std::string&, std::int64_t) const;
template Dataset<std::uint8_t> Hdf5Reader::read_first(const std::string&, std::int64_t) const;

std::optional<double> Hdf5Reader::number_attribute(const std::string& object,
                                                   const std::string& name) const {
    const Quiet quiet;
    const Handle attribute(
        H5Aopen_by_name(file_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    if (!attribute.good()) return std::nullopt;
    const Handle space(H5Aget_space(attribute.get()), H5Sclose);
    double value = 0;
    if (H5Sget_simple_extent_npoints(space.get()) != 1 ||
        H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) < 0) {
        throw damaged(path_, object, "H5F004", "attribute " + name + " is not one number");
    }
    return value;
}

std::optional<std::string> Hdf5Reader::text_attribute(const std::string& object,
                                                      const std::string& name) const {
    const Quiet quiet;
    const Handle attribute(
        H5Aopen_by_name(file_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    if (!attribute.good()) return std::nullopt;
    const Handle type(H5Aget_type(attribute.get()), H5Tclose);
    const Handle space(H5Aget_space(attribute.get()), H5Sclose);
    const InputError no_text =
        damaged(path_, object, "H5F004", "attribute " + name + " is not one text");
    if (H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1) {
        throw no_text;
    }
    if (H5Tis_variable_str(type.get()) > 0) {
        const auto texts = variable_texts(
            1, [&](char** into) { return H5Aread(attribute.get(), type.get(), into) >= 0; });
        if (!texts) throw no_text;
        return texts->front();
    }
    std::string out(H5Tget_size(type.get()), '\0');
    if (H5Aread(attribute.get(), type.get(), out.data()) < 0) throw no_text;
    out.resize(std::min(out.find('\0'), out.size()));
    return out;
}

namespace {

[[noreturn]] void cannot_write(const std::filesystem::path& path, const std::string& object) {
    throw IoError(
        Message{.place = path.string(),
                .id = "H5F005",
                .what = object.empty() ? "cannot be written" : object + ": cannot be written",
                .remedy = "Choose a folder that exists, is writable and has free space"});
}

void write_attribute(hid_t file, const std::string& object, const std::string& name, hid_t type,
                     const void* value, const std::filesystem::path& path) {
    const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    const Handle attribute(H5Acreate_by_name(file, object.c_str(), name.c_str(), type, space.get(),
                                             H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                           H5Aclose);
    if (!attribute.good() || H5Awrite(attribute.get(), type, value) < 0) {
        cannot_write(path, object + "@" + name);
    }
}

Handle create_dataset(hid_t file, const std::string& name, hid_t type,
                      const std::vector<hsize_t>& extents) {
    const Handle space(extents.empty() ? H5Screate(H5S_SCALAR)
                                       : H5Screate_simple(static_cast<int>(extents.size()),
                                                          extents.data(), nullptr),
                       H5Sclose);
    const Handle make_groups(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(make_groups.get(), 1);
    return Handle(H5Dcreate2(file, name.c_str(), type, space.get(), make_groups.get(), H5P_DEFAULT,
                             H5P_DEFAULT),
                  H5Dclose);
}

}  // namespace

/// The file is built in memory and written in one go: a full disk then meets our own checked write,
/// not the library's, which does not survive it.
Hdf5Writer::Hdf5Writer(const std::filesystem::path& path) : path_(path) {
    const Quiet quiet;
    claim(path);
    constexpr std::size_t growth_bytes = std::size_t{1} << 20U;
    constexpr hbool_t keeps_no_file = 0;
    const Handle in_memory(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_core(in_memory.get(), growth_bytes, keeps_no_file);
    file_ = H5Fcreate(part_of(path).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, in_memory.get());
    if (file_ < 0) cannot_write(path, "");
}

Hdf5Writer::~Hdf5Writer() {
    const Quiet quiet;
    if (file_ < 0) return;
    H5Fclose(file_);
    std::error_code ignored;
    std::filesystem::remove(part_of(path_), ignored);
}

template <class T>
void Hdf5Writer::write(const std::string& dataset, const Dataset<T>& data, const std::string& unit,
                       const std::string& long_name) {
    const Quiet quiet;
    const std::vector<hsize_t> extents(data.extents.begin(), data.extents.end());
    {
        const Handle target = create_dataset(file_, dataset, native_type<T>(), extents);
        if (!target.good() || H5Dwrite(target.get(), native_type<T>(), H5S_ALL, H5S_ALL,
                                       H5P_DEFAULT, data.values.data()) < 0) {
            cannot_write(path_, dataset);
        }
    }
    attribute(dataset, "unit", unit);
    attribute(dataset, "long_name", long_name);
}

template void Hdf5Writer::write(const std::string&, const Dataset<double>&, const std::string&,
                                const std::string&);
template void Hdf5Writer::write(const std::string&, const Dataset<float>&, const std::string&,
                                const std::string&);
template void Hdf5Writer::write(const std::string&, const Dataset<std::int64_t>&,
                                const std::string&, const std::string&);
template void Hdf5Writer::write(const std::string&, const Dataset<std::uint8_t>&,
                                const std::string&, const std::string&);

void Hdf5Writer::write_texts(const std::string& dataset, const std::vector<std::string>& values,
                             const std::string& long_name) {
    const Quiet quiet;
    std::size_t size = 1;
    for (const std::string& value : values) size = std::max(size, value.size());
    std::string bytes;
    for (const std::string& value : values) bytes += value + std::string(size - value.size(), '\0');
    {
        const Handle type = fixed_text_type(size);
        const Handle target = create_dataset(file_, dataset, type.get(), {values.size()});
        if (!target.good() ||
            H5Dwrite(target.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0) {
            cannot_write(path_, dataset);
        }
    }
    attribute(dataset, "long_name", long_name);
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name,
                           const std::string& value) {
    const Quiet quiet;
    const Handle type = fixed_text_type(value.size());
    const std::string text = value.empty() ? std::string(1, '\0') : value;
    write_attribute(file_, object, name, type.get(), text.data(), path_);
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, double value) {
    const Quiet quiet;
    write_attribute(file_, object, name, H5T_NATIVE_DOUBLE, &value, path_);
}

void Hdf5Writer::commit() {
    const Quiet quiet;
    H5Fflush(file_, H5F_SCOPE_GLOBAL);
    const ssize_t size = H5Fget_file_image(file_, nullptr, 0);
    std::string image(static_cast<std::size_t>(std::max<ssize_t>(size, 0)), '\0');
    const ssize_t copied = H5Fget_file_image(file_, image.data(), image.size());
    H5Fclose(std::exchange(file_, -1));
    if (size <= 0 || copied != size) cannot_write(path_, "");
    write_file(path_, image);
}

}  // namespace ohmgrid
