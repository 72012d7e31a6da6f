#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ohmgrid {

/// An n-dimensional dataset with its extents, row-major.
template <class T>
struct Dataset {
    std::vector<std::int64_t> extents;
    std::vector<T> values;
};

/// A file opened for reading. Closes itself; HDF5's own types and handles stay inside io.
///
/// Values are converted to the asked type (double, float, int64, uint8).
/// Errors name file, path and shape: IoError H5F001 (cannot open), InputError H5F002 (not an HDF5
/// file or damaged), H5F003 (no such object), H5F004 (other shape or type than expected), H5F006
/// (announces more values than its bytes in the file can hold, even if they are compressed).
class Hdf5Reader {
  public:
    explicit Hdf5Reader(const std::filesystem::path& path);
    ~Hdf5Reader();
    Hdf5Reader(Hdf5Reader&&) noexcept;
    Hdf5Reader& operator=(Hdf5Reader&&) = delete;

    [[nodiscard]] bool has(const std::string& dataset) const;
    [[nodiscard]] std::vector<std::int64_t> extents(const std::string& dataset) const;
    [[nodiscard]] bool is_group(const std::string& object) const;
    /// True for a dataset of texts.
    [[nodiscard]] bool is_text(const std::string& dataset) const;
    /// True for a dataset of unsigned 8-bit numbers, which read<std::uint8_t> leaves as they are.
    [[nodiscard]] bool is_uint8(const std::string& dataset) const;
    [[nodiscard]] std::vector<std::string> read_texts(const std::string& dataset) const;
    /// Names below a group, in alphabetical order.
    [[nodiscard]] std::vector<std::string> names(const std::string& group) const;

    /// T is double, float, std::int64_t or std::uint8_t.
    template <class T>
    [[nodiscard]] Dataset<T> read(const std::string& dataset) const;
    /// Only the first `count` entries along the first dimension.
    template <class T>
    [[nodiscard]] Dataset<T> read_first(const std::string& dataset, std::int64_t count) const;

    [[nodiscard]] std::optional<double> number_attribute(const std::string& object,
                                                         const std::string& name) const;
    [[nodiscard]] std::optional<std::string> text_attribute(const std::string& object,
                                                            const std::string& name) const;

  private:
    std::filesystem::path path_;
    std::int64_t file_ = -1;
};

/// A file being written. It has the name `path.part` until `commit()`; without that call it is
/// removed again, so an interrupted run leaves nothing half-written under the final name.
/// @throws IoError (H5F005) when the file cannot be created or written (folder, full disk).
class Hdf5Writer {
  public:
    explicit Hdf5Writer(const std::filesystem::path& path);
    ~Hdf5Writer();
    Hdf5Writer(const Hdf5Writer&) = delete;
    Hdf5Writer& operator=(const Hdf5Writer&) = delete;

    /// Groups on the way are made as needed. T is double, float, std::int64_t or std::uint8_t.
    /// `unit` and `long_name` become attributes of the dataset.
    template <class T>
    void write(const std::string& dataset, const Dataset<T>& data, const std::string& unit,
               const std::string& long_name);
    void write_texts(const std::string& dataset, const std::vector<std::string>& values,
                     const std::string& long_name);
    void attribute(const std::string& object, const std::string& name, const std::string& value);
    void attribute(const std::string& object, const std::string& name, double value);

    /// Closes the file and gives it its final name.
    void commit();

  private:
    std::filesystem::path path_;
    std::int64_t file_ = -1;
};

}  // namespace ohmgrid
