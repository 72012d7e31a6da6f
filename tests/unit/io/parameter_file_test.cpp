#include "sim/io/parameter_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

class ParameterFileTest : public ::testing::Test {
  protected:
    ParameterFile read(const std::string& text) {
        write_file(folder_.path() / "run.toml", text);
        return read_parameter_file(folder_.path() / "run.toml", "run",
                                   {folder_.path() / "library"});
    }
    std::string error_of(const std::string& text) {
        try {
            (void)read(text);
        } catch (const InputError& error) {
            return error.what();
        }
        return "no error";
    }
    std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }

    TemporaryFolder folder_;
};

TEST_F(ParameterFileTest, KeepsEveryValueWithItsPlace) {
    const ParameterFile run =
        read("schema = \"ohmgrid.run/1\"\n[array]\nrows = 64\nadc.bits = 5\n");
    ASSERT_NE(run.values.find("array.rows"), nullptr);
    EXPECT_EQ(std::get<std::int64_t>(run.values.find("array.rows")->value), 64);
    EXPECT_THAT(run.values.find("array.rows")->place.text(), HasSubstr("run.toml:3:"));
    EXPECT_NE(run.values.find("array.adc.bits"), nullptr);
}

TEST_F(ParameterFileTest, MergesBasesBelowTheirTableAndLetsTheNamingFileWin) {
    std::filesystem::create_directories(file("library/reram"));
    write_file(file("library/reram/x.toml"),
               "schema = \"ohmgrid.device/1\"\nname = \"x\"\n[states]\ng_max = \"1 uS\"\ng_min = "
               "\"1 nS\"\n");
    const ParameterFile run = read(
        "schema = \"ohmgrid.run/1\"\n[device]\nbase = \"reram/x.toml\"\nstates.g_max = \"9 uS\"\n");
    EXPECT_EQ(std::get<std::string>(run.values.find("device.states.g_max")->value), "9 uS");
    EXPECT_EQ(std::get<std::string>(run.values.find("device.states.g_min")->value), "1 nS");
    EXPECT_EQ(run.values.find("device.schema"), nullptr);
    EXPECT_EQ(run.sha256_of.size(), 2U);
}

TEST_F(ParameterFileTest, KeepsListsOfTablesApart) {
    const ParameterFile run = read(
        "schema = \"ohmgrid.run/1\"\n[[layer]]\nname = \"a\"\nadc.bits = 4\n[[layer]]\nname = "
        "\"b\"\n");
    ASSERT_EQ(run.tables.at("layer").size(), 2U);
    EXPECT_NE(run.tables.at("layer")[0].find("adc.bits"), nullptr);
}

TEST_F(ParameterFileTest, SaysWhereTheSyntaxBreaks) {
    EXPECT_THAT(error_of("schema = \"ohmgrid.run/1\"\nrows = = 3\n"), HasSubstr("run.toml:2:"));
    EXPECT_THAT(error_of("schema = \"ohmgrid.run/1\"\na = 1\na = 2\n"), HasSubstr("TOM001"));
}

TEST_F(ParameterFileTest, RefusesOtherSchemasAndMissingBases) {
    EXPECT_THAT(error_of("schema = \"ohmgrid.device/1\"\n"),
                HasSubstr("expected \"ohmgrid.run/1\""));
    EXPECT_THAT(error_of("rows = 3\n"), HasSubstr("does not say what it is"));
    EXPECT_THAT(error_of("schema = \"ohmgrid.run/1\"\n[device]\nbase = \"no.toml\"\n"),
                HasSubstr("no file \"no.toml\""));
    EXPECT_THAT(error_of("schema = \"ohmgrid.run/1\"\nbase = \"run.toml\"\n"),
                HasSubstr("nested too deeply"));
}

TEST_F(ParameterFileTest, RefusesMixedListsAndDates) {
    EXPECT_THAT(error_of("schema = \"ohmgrid.run/1\"\nx = [1, \"2\"]\n"), HasSubstr("TOM003"));
    EXPECT_THAT(error_of("schema = \"ohmgrid.run/1\"\nx = 2020-01-01\n"), HasSubstr("TOM003"));
}

TEST(SetFromCommandLine, ReadsNumbersFlagsListsAndBareWords) {
    ParameterSet set;
    for (const char* word : {"a=3", "b=true", "c=[1, 2]", "d=100 uS", "e=sar", "f=\"0.2 V\""}) {
        set_from_command_line(set, word);
    }
    EXPECT_EQ(set.find("a")->value, ParamValue{std::int64_t{3}});
    EXPECT_EQ(set.find("b")->value, ParamValue{true});
    EXPECT_EQ(set.find("c")->value, (ParamValue{std::vector<double>{1, 2}}));
    EXPECT_EQ(set.find("d")->value, ParamValue{std::string("100 uS")});
    EXPECT_EQ(set.find("e")->value, ParamValue{std::string("sar")});
    EXPECT_EQ(set.find("f")->value, ParamValue{std::string("0.2 V")});
    EXPECT_EQ(set.find("a")->place.text(), "--set a");
    EXPECT_THROW(set_from_command_line(set, "adc.bits"), InputError);
}

}  // namespace
}  // namespace ohmgrid
