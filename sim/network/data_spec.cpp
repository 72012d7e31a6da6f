#include "sim/network/data_spec.hpp"

namespace ohmgrid {

const ParamTable<DataSpec>& data_parameters() {
    static const ParamTable<DataSpec> table{
        "data",
        {
            param::text("test", &DataSpec::test,
                        {.fallback = "",
                         .doc = "labelled images the accuracy is measured on: a file, several "
                                "separated by commas, or example:test"}),
            param::text("calibration", &DataSpec::calibration,
                        {.fallback = "",
                         .doc = "images that set input ranges and ADC ranges; their labels are "
                                "not used"}),
            param::choice("format", &DataSpec::format,
                          {{"auto", ImageFormat::automatic},
                           {"hdf5", ImageFormat::hdf5},
                           {"cifar10", ImageFormat::cifar10},
                           {"cifar100", ImageFormat::cifar100},
                           {"idx", ImageFormat::idx}},
                          {.fallback = "auto",
                           .doc = "HDF5, CIFAR binary batches, or the two idx files of MNIST "
                                  "(auto: told by their content)"}),
            param::text("ranges", &DataSpec::ranges,
                        {.fallback = "",
                         .doc = "input and converter ranges found by 'ohmgrid calibrate', used "
                                "instead of calibration images"}),
            param::count("limit", &DataSpec::limit,
                         {.fallback = "",
                          .low = 1,
                          .high = 1e9,
                          .doc = "test images used, the first ones (absent: all)"}),
            param::count("calibration_limit", &DataSpec::calibration_limit,
                         {.fallback = "",
                          .low = 1,
                          .high = 1e9,
                          .doc = "calibration images used, the first ones (absent: all)"}),
            param::number("scale", &DataSpec::scale,
                          {.fallback = "255",
                           .low = 1e-9,
                           .high = 1e9,
                           .doc = "pixels 0 .. 255 are divided by this first"}),
            param::numbers("mean", &DataSpec::mean,
                           {.fallback = "0",
                            .low = -1e9,
                            .high = 1e9,
                            .doc = "then this is subtracted: one number, or one per channel"}),
            param::numbers("std", &DataSpec::std,
                           {.fallback = "1",
                            .low = 1e-9,
                            .high = 1e9,
                            .doc = "then divided by this: one number, or one per channel"}),
            param::choice("channel_order", &DataSpec::channel_order,
                          {{"rgb", ChannelOrder::rgb}, {"bgr", ChannelOrder::bgr}},
                          {.fallback = "rgb",
                           .doc = "order of colours the network (and mean and std) expects"}),
        }};
    return table;
}

std::vector<std::string> files_of(std::string_view list) {
    std::vector<std::string> files;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view file = list.substr(0, comma);
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
        while (!file.empty() && file.front() == ' ') file.remove_prefix(1);
        while (!file.empty() && file.back() == ' ') file.remove_suffix(1);
        if (!file.empty()) files.emplace_back(file);
    }
    return files;
}

}  // namespace ohmgrid
