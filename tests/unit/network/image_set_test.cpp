#include "sim/network/image_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "sim/network/example_images.hpp"
#include "tests/support/values_of.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Bytes = std::vector<std::uint8_t>;

Bytes counting(std::size_t count) {
    Bytes bytes(count);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return bytes;
}

std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

/// One record of a CIFAR batch whose pixels are all `pixel`.
std::string cifar_record(const Bytes& labels, char pixel) {
    return text_of(labels) + std::string(3072, pixel);
}

/// Head and content of an idx file of bytes.
std::string idx_text(const Bytes& extents, const Bytes& content) {
    Bytes bytes{0, 0, 8, static_cast<std::uint8_t>(extents.size())};
    for (const std::uint8_t extent : extents) bytes.insert(bytes.end(), {0, 0, 0, extent});
    bytes.insert(bytes.end(), content.begin(), content.end());
    return text_of(bytes);
}

class ReadImages : public ::testing::Test {
  protected:
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    std::string file(const std::string& name, std::string_view content) const {
        write_file(path(name), content);
        return path(name);
    }
    std::string hdf5(const std::string& name, const Dataset<std::uint8_t>& images,
                     const std::vector<std::int64_t>& labels,
                     const std::vector<std::pair<std::string, std::string>>& attributes = {}) {
        Hdf5Writer out(path(name));
        out.write("/images", images, "", "images");
        out.write("/labels", Dataset<std::int64_t>{{std::ssize(labels)}, labels}, "", "labels");
        for (const auto& [key, value] : attributes) out.attribute("/", key, value);
        out.commit();
        return path(name);
    }

    static std::string complaint_about(const std::string& source, const DataSpec& spec = {}) {
        try {
            (void)read_images(source, spec);
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing was thrown";
    }

    TemporaryFolder folder_;
};

TEST_F(ReadImages, TakesHdf5WithChannelsFirst) {
    const std::string source =
        hdf5("set.h5", {{2, 3, 1, 2}, counting(12)}, {4, 1}, {{"class_names", "a,b,c,d,e,f"}});
    const ImageSet set = read_images(source, {});
    EXPECT_EQ(set.shape(), (Shape{3, 1, 2}));
    EXPECT_EQ(set.count(), 2);
    EXPECT_EQ(set.classes(), 6);
    EXPECT_THAT(set.labels(), ElementsAre(4, 1));
    EXPECT_THAT(values_of(set.image(1)), ElementsAre(6, 7, 8, 9, 10, 11));
}

TEST_F(ReadImages, TurnsHdf5WithChannelsLastIntoChannelsFirst) {
    // Image 0 has the pixels (0, 1, 2) and (3, 4, 5): channel 0 is 0, 3.
    const std::string source =
        hdf5("set.h5", {{2, 1, 2, 3}, counting(12)}, {0, 1}, {{"layout", "NHWC uint8 RGB"}});
    const ImageSet set = read_images(source, {});
    EXPECT_EQ(set.shape(), (Shape{3, 1, 2}));
    EXPECT_THAT(values_of(set.image(0)), ElementsAre(0, 3, 1, 4, 2, 5));
    EXPECT_THAT(values_of(set.image(1)), ElementsAre(6, 9, 7, 10, 8, 11));
}

TEST_F(ReadImages, TakesHdf5WithoutAChannelDimensionAsGrey) {
    const ImageSet set = read_images(hdf5("set.h5", {{2, 2, 3}, counting(12)}, {0, 1}), {});
    EXPECT_EQ(set.shape(), (Shape{1, 2, 3}));
    EXPECT_EQ(set.classes(), 2);  // no names: as many as the labels need
}

TEST_F(ReadImages, KeepsOnlyTheFirstImagesOfAnyFormat) {
    const ImageSet set = read_images(hdf5("set.h5", {{3, 1, 1, 2}, counting(6)}, {0, 1, 2}), {}, 2);
    EXPECT_THAT(set.labels(), ElementsAre(0, 1));
    EXPECT_THAT(set.pixels(), ElementsAre(0, 1, 2, 3));
    const std::string cifar =
        file("batch.bin", cifar_record({7}, 'a') + cifar_record({8}, 'b') + cifar_record({9}, 'c'));
    EXPECT_THAT(read_images(cifar, {}, 2).labels(), ElementsAre(7, 8));
    const std::string images = file("images-idx3", idx_text({3, 1, 2}, counting(6)));
    file("labels-idx1", idx_text({3}, {5, 6, 7}));
    EXPECT_THAT(read_images(images, {}, 1).labels(), ElementsAre(5));
    EXPECT_THAT(read_images(images, {}, 1).pixels(), ElementsAre(0, 1));
}

TEST_F(ReadImages, JoinsCifar10Batches) {
    const std::string one = file("data_batch_1.bin", cifar_record({3}, 'a') + cifar_record({9}, 1));
    const std::string two = file("data_batch_2.bin", cifar_record({0}, 'z'));
    const ImageSet set = read_images(one + ", " + two, {});
    EXPECT_EQ(set.shape(), (Shape{3, 32, 32}));
    EXPECT_EQ(set.classes(), 10);
    EXPECT_THAT(set.labels(), ElementsAre(3, 9, 0));
    EXPECT_EQ(set.image(0)[0], 'a');
    EXPECT_EQ(set.image(2)[3071], 'z');
}

TEST_F(ReadImages, TakesTheFineLabelsOfCifar100) {
    const std::string source =
        file("test.bin", cifar_record({5, 99}, 'a') + cifar_record({19, 0}, 'b'));
    const ImageSet set = read_images(source, {});
    EXPECT_EQ(set.classes(), 100);
    EXPECT_THAT(set.labels(), ElementsAre(99, 0));
    EXPECT_EQ(set.image(1)[0], 'b');
}

TEST_F(ReadImages, FindsTheLabelsOfAnIdxPairByName) {
    const std::string images = file("t10k-images-idx3-ubyte", idx_text({2, 2, 2}, counting(8)));
    file("t10k-labels-idx1-ubyte", idx_text({2}, {7, 2}));
    const ImageSet set = read_images(images, {});
    EXPECT_EQ(set.shape(), (Shape{1, 2, 2}));
    EXPECT_THAT(set.labels(), ElementsAre(7, 2));
    EXPECT_THAT(values_of(set.image(1)), ElementsAre(4, 5, 6, 7));
}

TEST_F(ReadImages, TakesTheLabelsOfAnIdxPairByHand) {
    const std::string images = file("a", idx_text({1, 1, 1}, {9}));
    const std::string labels = file("b", idx_text({1}, {3}));
    EXPECT_THAT(read_images(images + "," + labels, {}).labels(), ElementsAre(3));
    EXPECT_THAT(complaint_about(images), HasSubstr("error[DAT002]: the file of labels is not"));
}

TEST_F(ReadImages, DrawsTheProjectsOwnImages) {
    const ImageSet set = read_images("example:test", {}, 12);
    EXPECT_EQ(set.count(), 12);
    EXPECT_EQ(set.classes(), 10);
    Bytes last(static_cast<std::size_t>(set.shape().elements()));
    draw_example_image(ExampleSplit::test, 11, last);
    EXPECT_TRUE(std::ranges::equal(set.image(11), last));
    EXPECT_EQ(set.labels()[11], example_label(11));
    EXPECT_THAT(complaint_about("example:tests"), HasSubstr("error[DAT008]"));
}

TEST_F(ReadImages, NamesAMissingFile) {
    EXPECT_THAT(complaint_about(path("none.h5")),
                HasSubstr("none.h5: error[DAT001]: there is no such file of images"));
    EXPECT_THAT(complaint_about(""), HasSubstr("error[DAT005]: no image file is named"));
    const std::string images = file("images-idx3", idx_text({1, 1, 1}, {9}));
    EXPECT_THAT(complaint_about(images), HasSubstr("labels-idx1: error[FIL001]"));
}

TEST_F(ReadImages, RefusesContentOfNoKnownFormat) {
    EXPECT_THAT(complaint_about(file("x.gz", "\x1f\x8b compressed")), HasSubstr("error[DAT002]"));
    EXPECT_THAT(complaint_about(file("empty", "")), HasSubstr("error[DAT002]"));
}

TEST_F(ReadImages, RefusesTruncatedCifarBatches) {
    const std::string source = file("batch.bin", cifar_record({1}, 'a').substr(0, 3000));
    EXPECT_THAT(complaint_about(source, {.format = ImageFormat::cifar10}),
                HasSubstr("batch.bin: error[DAT003]: 3000 bytes are not a whole number of images "
                          "of 3073 bytes"));
}

TEST_F(ReadImages, RefusesTruncatedOrOverlongIdxFiles) {
    file("labels-idx1", idx_text({2}, {0, 1}));
    const std::string whole = idx_text({2, 2, 2}, counting(8));
    const std::string name = file("images-idx3", whole.substr(0, whole.size() - 1));
    EXPECT_THAT(complaint_about(name),
                HasSubstr("error[DAT003]: the head does not announce the 7"));
    file("images-idx3", whole + "x");
    EXPECT_THAT(complaint_about(name), HasSubstr("announce the 9"));
    file("images-idx3", whole);
    EXPECT_EQ(complaint_about(name), "nothing was thrown");
    file("labels-idx1", idx_text({1}, {0}));
    EXPECT_THAT(complaint_about(name), HasSubstr("labels-idx1: error[DAT003]: there is not one"));
    EXPECT_THAT(complaint_about(name, {.format = ImageFormat::cifar10}), HasSubstr("DAT003"));
    file("labels-idx1", "short");
    EXPECT_THAT(complaint_about(name), HasSubstr("labels-idx1: error[DAT002]: this is not an idx"));
}

TEST_F(ReadImages, RefusesTruncatedHdf5) {
    const std::string source = hdf5("set.h5", {{2, 1, 2, 3}, counting(12)}, {0, 1});
    const std::string bytes = read_file(source);
    file("set.h5", std::string_view(bytes).substr(0, bytes.size() / 2));
    EXPECT_THAT(complaint_about(source), HasSubstr("set.h5: error[H5F002]"));
}

TEST_F(ReadImages, RefusesHdf5OfOtherTypeRankOrCount) {
    EXPECT_THAT(complaint_about(hdf5("a.h5", {{12}, counting(12)}, {0})),
                HasSubstr("a.h5:/images: error[DAT003]: the dataset has 1 dimensions"));
    EXPECT_THAT(complaint_about(hdf5("b.h5", {{2, 1, 2, 3}, counting(12)}, {0, 1, 0})),
                HasSubstr("b.h5:/labels: error[DAT003]: there is not one label for each image"));
    {
        Hdf5Writer out(path("c.h5"));
        out.write("/images", Dataset<float>{{1, 1, 1, 1}, {0.5F}}, "", "");
        out.write("/labels", Dataset<std::int64_t>{{1}, {0}}, "", "");
        out.commit();
    }
    EXPECT_THAT(complaint_about(path("c.h5")),
                HasSubstr("c.h5:/images: error[DAT003]: the values are not of type uint8"));
    EXPECT_THAT(complaint_about(hdf5("d.h5", {{0, 1, 2, 3}, {}}, {})),
                HasSubstr("error[DAT005]: " + path("d.h5") + ": there are no images"));
}

TEST_F(ReadImages, NamesTheImageWhoseLabelIsOutsideTheClasses) {
    EXPECT_THAT(complaint_about(file("batch.bin", cifar_record({9}, 1) + cifar_record({10}, 1))),
                HasSubstr("image 1 has label 10, outside the classes 0 .. 9"));
    const std::string source =
        hdf5("set.h5", {{2, 1, 1, 1}, counting(2)}, {0, -1}, {{"class_names", "cat,dog"}});
    EXPECT_THAT(complaint_about(source),
                HasSubstr("image 1 has label -1, outside the classes 0 .. 1"));
}

TEST_F(ReadImages, RefusesSeveralFilesWhereOneIsMeant) {
    const std::string source = hdf5("set.h5", {{1, 1, 1, 1}, {0}}, {0});
    EXPECT_THAT(complaint_about(source + "," + source), HasSubstr("error[DAT002]"));
}

class CheckFits : public ::testing::Test {
  protected:
    static Graph network(const Shape& input, std::int64_t classes) {
        return {.name = "net",
                .nodes = {{.name = "image", .shape = input},
                          {.name = "scores", .op = Op::flatten, .shape = {classes}}},
                .output = {1}};
    }
    static std::string complaint(const ImageSet& set, const Graph& graph) {
        try {
            check_fits(set, graph);
        } catch (const InputError& error) {
            return error.what();
        }
        return "nothing was thrown";
    }
    ImageSet set_{{1, 2, 2}, counting(8), {0, 3}, 4};
};

TEST_F(CheckFits, AcceptsWhatFits) {
    EXPECT_EQ(complaint(set_, network({1, 2, 2}, 4)), "nothing was thrown");
}

TEST_F(CheckFits, RefusesImagesOfAnotherShape) {
    EXPECT_THAT(complaint(set_, network({3, 32, 32}, 10)),
                HasSubstr("error[DAT006]: images of 1x2x2 (channels x height x width) do not fit "
                          "network 'net', which takes 3x32x32"));
}

TEST_F(CheckFits, RefusesLabelsTheNetworkHasNoScoreFor) {
    EXPECT_THAT(complaint(set_, network({1, 2, 2}, 3)),
                HasSubstr("error[DAT006]: image 1 has label 3 but network 'net' has 3 classes"));
}

}  // namespace
}  // namespace ohmgrid
