#include "sim/io/hdf5.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5_table.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Hdf5Test : public ::testing::Test {
  protected:
    void write_sample() {
        Hdf5Writer out(path_);
        out.write<double>("/group/matrix", {{2, 3}, {1, 2, 3, 4, 5, 6}}, "siemens", "a matrix");
        out.write<std::uint8_t>("/bytes", {{4}, {0, 1, 254, 255}}, "", "bytes");
        out.write_texts("/words", {"alpha", "beta"}, "words");
        out.attribute("/", "filetype", std::string("sample"));
        out.attribute("/group/matrix", "wire_ohm", 2.5);
        out.commit();
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_.path() / "sample.h5";
};

TEST_F(Hdf5Test, ReadsBackWhatItWrote) {
    write_sample();
    const Hdf5Reader in(path_);
    const auto matrix = in.read<double>("/group/matrix");
    EXPECT_THAT(matrix.extents, ElementsAre(2, 3));
    EXPECT_THAT(matrix.values, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(in.read<std::int64_t>("/bytes").values, ElementsAre(0, 1, 254, 255));
    EXPECT_THAT(in.read_first<double>("/group/matrix", 1).values, ElementsAre(1, 2, 3));
    EXPECT_EQ(in.number_attribute("/group/matrix", "wire_ohm"), 2.5);
    EXPECT_EQ(in.text_attribute("/", "filetype"), "sample");
    EXPECT_EQ(in.text_attribute("/group/matrix", "unit"), "siemens");
    EXPECT_EQ(in.number_attribute("/", "absent"), std::nullopt);
    EXPECT_TRUE(in.has("/bytes"));
    EXPECT_FALSE(in.has("/group/none"));
    EXPECT_THAT(in.names("/"), ElementsAre("bytes", "group", "words"));
    EXPECT_THAT(in.read_texts("/words"), ElementsAre("alpha", "beta"));
    EXPECT_TRUE(in.is_text("/words"));
    EXPECT_FALSE(in.is_text("/bytes"));
    EXPECT_TRUE(in.is_group("/group"));
    EXPECT_FALSE(in.is_group("/bytes"));
}

TEST_F(Hdf5Test, LeavesNothingUnderTheFinalNameBeforeCommit) {
    {
        Hdf5Writer out(path_);
        out.attribute("/", "half", 1.0);
        EXPECT_FALSE(std::filesystem::exists(path_));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(Hdf5Test, NamesFileAndObjectInErrors) {
    write_sample();
    const Hdf5Reader in(path_);
    try {
        (void)in.read<double>("/missing");
        FAIL() << "nothing was thrown";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("sample.h5:/missing: error[H5F003]"));
    }
    EXPECT_THROW((void)in.read<double>("/words"), InputError);
}

TEST_F(Hdf5Test, RefusesTruncatedForeignAndMissingFiles) {
    write_sample();
    const std::string bytes = read_file(path_);
    write_file(folder_.path() / "cut.h5", bytes.substr(0, bytes.size() / 2));
    write_file(folder_.path() / "text.h5", "not HDF5 at all");
    EXPECT_THROW(Hdf5Reader(folder_.path() / "cut.h5"), InputError);
    EXPECT_THROW(Hdf5Reader(folder_.path() / "text.h5"), InputError);
    EXPECT_THROW(Hdf5Reader(folder_.path() / "none.h5"), IoError);
}

TEST_F(Hdf5Test, RefusesAFolderThatDoesNotExist) {
    EXPECT_THROW(Hdf5Writer(folder_.path() / "no" / "x.h5"), IoError);
    EXPECT_THROW(write_file(folder_.path() / "no" / "x.csv", "text"), IoError);
}

TEST_F(Hdf5Test, ReadsBackATableInItsOrderWithSlashesAndMixedCells) {
    const Table table{{"solver", "TOPS/W", "points"},
                      {{std::string("exact"), 2.5, std::int64_t{3}},
                       {std::string("random"), std::string("none"), std::int64_t{0}}}};
    {
        Hdf5Writer out(path_);
        write_table(out, "/solvers", table, "one per solver");
        write_table(out, "/empty", {{"a"}, {}}, "nothing");
        out.commit();
    }
    const Hdf5Reader in(path_);
    EXPECT_FALSE(in.has("/empty"));
    EXPECT_EQ(to_csv(read_table(in, "/solvers")),
              "solver,TOPS/W,points\nexact,2.5,3\nrandom,none,0\n");
    EXPECT_THAT(in.read<double>("/solvers/points").values, ElementsAre(3, 0));
}

/// The eight bytes of `number` as HDF5 stores extents.
std::string little_endian(std::uint64_t number) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
    return bytes;
}

TEST_F(Hdf5Test, RefusesADatasetThatAnnouncesMoreThanTheFileHolds) {
    constexpr std::uint64_t announced = 234567;
    {
        Hdf5Writer out(path_);
        out.write<std::uint8_t>("/bytes", {{announced}, std::vector<std::uint8_t>(announced)}, "",
                                "bytes");
        out.commit();
    }
    std::string bytes = read_file(path_);
    const std::string hostile = little_endian(std::uint64_t{1} << 44U);
    int places = 0;
    for (std::size_t at = 0; (at = bytes.find(little_endian(announced), at)) != std::string::npos;
         at += 8) {
        bytes.replace(at, 8, hostile);
        ++places;
    }
    ASSERT_GE(places, 2);  // extents and storage size
    write_file(path_, bytes);
    EXPECT_THROW((void)Hdf5Reader(path_).read<double>("/bytes"), InputError);
}

TEST(ReadFile, RefusesFoldersAndDevicesWithoutEnd) {
    EXPECT_THROW((void)read_file("/dev/zero"), IoError);
    EXPECT_THROW((void)read_file("/"), IoError);
}

}  // namespace
}  // namespace ohmgrid
