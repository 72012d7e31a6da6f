// Files as other programs write them: texts of variable size, several texts in one attribute.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Writes attribute `drive` of the root and dataset `words`, both of variable size as h5py does,
/// and attribute `many` and dataset `bytes` of two texts of fixed size, in ASCII as NumPy does.
void write_foreign(const std::filesystem::path& path) {
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t variable = H5Tcopy(H5T_C_S1);
    H5Tset_size(variable, H5T_VARIABLE);
    const hsize_t two = 2;
    const hid_t scalar = H5Screate(H5S_SCALAR);
    const hid_t pair = H5Screate_simple(1, &two, nullptr);
    const hid_t drive = H5Acreate2(file, "drive", variable, scalar, H5P_DEFAULT, H5P_DEFAULT);
    const char* text = "both";
    H5Awrite(drive, variable, &text);
    const hid_t words =
        H5Dcreate2(file, "words", variable, pair, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const std::array<const char*, 2> texts{"alpha", ""};
    H5Dwrite(words, variable, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data());
    const hid_t fixed = H5Tcopy(H5T_C_S1);
    H5Tset_size(fixed, 4);
    const hid_t many = H5Acreate2(file, "many", fixed, pair, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(many, fixed, "leftboth");
    const hid_t bytes =
        H5Dcreate2(file, "bytes", fixed, pair, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(bytes, fixed, H5S_ALL, H5S_ALL, H5P_DEFAULT, "one\0four");
    H5Dclose(bytes);
    for (const hid_t type : {variable, fixed}) H5Tclose(type);
    for (const hid_t attribute : {drive, many}) H5Aclose(attribute);
    for (const hid_t space : {scalar, pair}) H5Sclose(space);
    H5Dclose(words);
    ASSERT_GE(H5Fclose(file), 0);
}

class ForeignHdf5 : public ::testing::Test {
  protected:
    void SetUp() override { write_foreign(path_); }

    const TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_.path() / "foreign.h5";
};

TEST_F(ForeignHdf5, HasItsTextsRead) {
    const Hdf5Reader file(path_);
    EXPECT_EQ(file.text_attribute("/", "drive"), "both");
    EXPECT_THAT(file.read_texts("/words"), ElementsAre("alpha", ""));
    EXPECT_THAT(file.read_texts("/bytes"), ElementsAre("one", "four"));
}

/// Once wrote beyond the text that was to take the first one.
TEST_F(ForeignHdf5, IsRefusedAnAttributeOfSeveralTexts) {
    const Hdf5Reader file(path_);
    try {
        (void)file.text_attribute("/", "many");
        FAIL() << "nothing was thrown";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("foreign.h5:/: error[H5F004]: attribute many"));
    }
}

/// libhdf5 1.10.8 walks a heap of texts for ever where an entry has no size.
TEST_F(ForeignHdf5, IsRefusedADamagedHeapOfTexts) {
    std::string bytes = read_file(path_);
    constexpr std::size_t first_entry = 16;  // after signature, version and the heap's size
    constexpr std::size_t index_and_count = 8;
    const std::size_t heap = bytes.find(std::string("GCOL\1\0\0\0", 8));
    ASSERT_NE(heap, std::string::npos);
    bytes.replace(heap + first_entry, index_and_count + 8, index_and_count + 8, '\0');
    write_file(path_, bytes);
    const Hdf5Reader file(path_);
    EXPECT_THROW((void)file.text_attribute("/", "drive"), InputError);
    EXPECT_THROW((void)file.read_texts("/words"), InputError);
}

/// A reference to an entry that the heap does not have: libhdf5 1.10.8 reads beyond its list.
TEST_F(ForeignHdf5, IsRefusedAReferenceToNoText) {
    std::string bytes = read_file(path_);
    const std::size_t heap = bytes.find(std::string("GCOL\1\0\0\0", 8));
    ASSERT_NE(heap, std::string::npos);
    std::string address;
    for (unsigned i = 0; i < 8; ++i) address += static_cast<char>(heap >> (8 * i) & 0xFFU);
    int references = 0;
    for (std::size_t at = 0; (at = bytes.find(address, at)) != std::string::npos; at += 8) {
        bytes.replace(at + 8, 4, 4, '\x7f');
        ++references;
    }
    ASSERT_GE(references, 2);
    write_file(path_, bytes);
    const Hdf5Reader file(path_);
    EXPECT_THROW((void)file.text_attribute("/", "drive"), InputError);
    EXPECT_THROW((void)file.read_texts("/words"), InputError);
}

}  // namespace
}  // namespace ohmgrid
