#include "sim/network/shape_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"
#include "sim/network/load_network.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Graph graph_of(const std::string& text) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "net.csv";
    std::ofstream(path) << text;
    return read_shape_table(path);
}

std::string complaint(const std::string& text) {
    try {
        (void)graph_of(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "read";
}

TEST(ShapeTable, FeedsEachRowFromTheOneAboveUnlessInputsAreNamed) {
    const Graph graph = graph_of(
        "# a residual block\n"
        "name, op, inputs, channels, size, kernel, padding\n"
        "image, input, , 16, 8x9\n"
        "\n"
        "conv1, conv, , 16, , 3, 1   # keeps the size\n"
        "relu1, relu\r\n"
        "sum, add, relu1 image\n"
        "both, concat, sum relu1 image\n"
        "pool, global_average_pool\n"
        "fc, linear, , 10\n");
    EXPECT_EQ(graph.name, "net");
    ASSERT_EQ(graph.nodes.size(), 7U);
    EXPECT_EQ(graph.nodes[0].shape, (Shape{16, 8, 9}));
    EXPECT_EQ(graph.nodes[1].inputs, (std::vector<NodeId>{{0}}));
    EXPECT_EQ(graph.nodes[2].clip_low, 0.0F);
    EXPECT_EQ(graph.nodes[3].inputs, (std::vector<NodeId>{{2}, {0}}));
    EXPECT_EQ(graph.nodes[4].shape, (Shape{48, 8, 9}));
    EXPECT_EQ(graph.nodes[6].shape, (Shape{10, 1, 1}));
    EXPECT_EQ(graph.output, NodeId{6});
    EXPECT_FALSE(graph.has_weights());
}

TEST(ShapeTable, ReadsWindowsByHeightAndWidthAndPaddingBySide) {
    const Graph graph = graph_of(
        "op, name, channels, groups, size, kernel, stride, dilation, padding\n"
        "input, image, 4, , 20\n"
        "conv, a, 8, 2, , 3x5, 2x1, 1x2, 1x3\n"
        "max_pool, b, , , , 2, 2, , 0 1 1 0\n");
    const Window& conv = graph.nodes[1].window;
    EXPECT_EQ(graph.nodes[1].groups, 2);
    EXPECT_EQ(conv.kernel_height, 3);
    EXPECT_EQ(conv.kernel_width, 5);
    EXPECT_EQ(conv.stride_height, 2);
    EXPECT_EQ(conv.stride_width, 1);
    EXPECT_EQ(conv.dilation_height, 1);
    EXPECT_EQ(conv.dilation_width, 2);
    EXPECT_EQ(conv.pad_top, 1);
    EXPECT_EQ(conv.pad_bottom, 1);
    EXPECT_EQ(conv.pad_left, 3);
    EXPECT_EQ(conv.pad_right, 3);
    // height (20+2-3)/2+1 = 10; width (20+6-9)/1+1 = 18
    EXPECT_EQ(graph.nodes[1].shape, (Shape{8, 10, 18}));
    const Window& pool = graph.nodes[2].window;
    EXPECT_EQ(pool.pad_top, 0);
    EXPECT_EQ(pool.pad_left, 1);
    EXPECT_EQ(pool.pad_bottom, 1);
    EXPECT_EQ(pool.pad_right, 0);
}

TEST(ShapeTable, ReportsAllMistakesWithTheirPlaces) {
    const std::string text = complaint(
        "name, op, inputs, channels, kernel\n"
        "image, input, , 3\n"
        "c1, convv, , 8, 3\n"
        "c2, conv, imag, 8, 3y\n"
        "c3, conv, image, , 3\n"
        "r1, relu, c3, 5\n"
        "fc, linear, image, 10, , 7\n");
    EXPECT_THAT(text, AllOf(HasSubstr("net.csv:3:5: error[NET011]: unknown op 'convv'. Did you "
                                      "mean 'conv'?"),
                            HasSubstr("net.csv:4:11: error[NET011]: no row above is named 'imag'. "
                                      "Did you mean 'image'?"),
                            HasSubstr("net.csv:4:20: error[NET011]: '3y' is not"),
                            HasSubstr("net.csv:5:5: error[NET011]: conv needs channels"),
                            HasSubstr("net.csv:6:15: error[NET011]: relu takes no channels"),
                            HasSubstr("net.csv:7:26: error[NET010]: the row has 6 cells but the "
                                      "table has 5 columns")));
}

TEST(ShapeTable, ComplainsOnceAboutAMistakeThatLaterRowsBuildOn) {
    const std::string text = complaint(
        "name, op, channels, kernel\n"
        "image, input, 3\n"
        "c1, conv, 8, 30\n"
        "r1, relu\n"
        "c2, conv, 8, 3\n");
    EXPECT_THAT(text, AllOf(HasSubstr("net.csv:3:5: error[NET003]: conv 'c1': the kernel spans 30"),
                            Not(HasSubstr("\n"))));
}

TEST(ShapeTable, RefusesUnknownTwiceNamedAndMissingColumns) {
    EXPECT_THAT(complaint("name, op, chanels, op\nimage, input, 3\n"),
                AllOf(HasSubstr("net.csv:1:11: error[NET010]: unknown column 'chanels'. Did you "
                                "mean 'channels'?"),
                      HasSubstr("net.csv:1:20: error[NET010]: column 'op' occurs twice")));
    EXPECT_THAT(complaint("name, channels\nimage, 3\n"), HasSubstr("column 'op' is missing"));
    EXPECT_THAT(complaint("# nothing\n"), HasSubstr("the table has no rows"));
}

TEST(ShapeTable, ComparesGivenSizes) {
    EXPECT_THAT(complaint("name, op, channels, size, kernel\n"
                          "image, input, 3, 8\n"
                          "c1, conv, 8, 8, 3\n"),
                HasSubstr("net.csv:3:14: error[NET011]: the size follows as 6x6"));
}

TEST(ShapeTable, RefusesRowsWithoutUseAndNamesUsedTwice) {
    EXPECT_THAT(complaint("name, op, inputs\nimage, input\nlost, relu\nlast, relu, image\n"),
                HasSubstr("net.csv:3:1: error[NET011]: no row below uses 'lost'"));
    EXPECT_THAT(complaint("name, op\nimage, input\nimage, relu\n"),
                HasSubstr("net.csv:3:1: error[NET011]: the name 'image' is used before"));
}

TEST(ShapeTable, WantsTheImageFirstAndOnce) {
    EXPECT_THAT(complaint("name, op, channels\nr, relu\nimage, input, 3\n"), HasSubstr("NET005"));
    EXPECT_THAT(complaint("name, op, channels, inputs\n"
                          "a, input, 3\nb, input, 3\ns, add, , a b\n"),
                HasSubstr("net.csv:3:4: error[NET011]: the first row, and no other"));
}

TEST(ShapeTable, WantsTwoInputsForASum) {
    EXPECT_THAT(complaint("name, op, channels\nimage, input, 3\ns, add\n"),
                HasSubstr("net.csv:3:4: error[NET005]: add 's': it has 1 inputs. It takes 2"));
}

TEST(ShapeTable, OfTheManualCanBeRead) {
    const std::string manual =
        read_file(std::filesystem::path(OHMGRID_SOURCE_DIR) / "docs/reference/networks.md");
    const std::string fence = "```csv\n";
    const std::size_t begin = manual.find(fence) + fence.size();
    const Graph graph = graph_of(manual.substr(begin, manual.find("```", begin) - begin));
    EXPECT_EQ(graph.weighted_nodes().size(), 4U);
    EXPECT_EQ(graph.node(graph.output).shape, (Shape{10, 1, 1}));
}

TEST(LoadNetwork, ChoosesTheReaderByExtension) {
    const TemporaryFolder folder;
    const std::filesystem::path table = folder.path() / "net.csv";
    std::ofstream(table) << "name, op, channels\nimage, input, 3\nfc, linear, 2\n";
    EXPECT_EQ(load_network(table).nodes.size(), 2U);
    const std::filesystem::path model = folder.path() / "net.onnx";
    std::ofstream(model) << "no model";
    EXPECT_THROW((void)load_network(model), InputError);
    try {
        (void)load_network("net.h5");
        FAIL() << "nothing was thrown";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("net.h5: error[NET001]"));
    }
}

}  // namespace
}  // namespace ohmgrid
