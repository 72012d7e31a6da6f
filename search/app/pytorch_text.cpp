#include "search/app/pytorch_text.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cmath>

namespace ohmgrid {
namespace {

std::string identifier(const std::string& name) {
    std::string id;
    for (const char c : name) {
        id += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    }
    return id.empty() || std::isdigit(static_cast<unsigned char>(id.front())) != 0 ? "n_" + id : id;
}

/// What a node adds to __init__ and to forward.
struct Lines {
    std::string made;
    std::string used;
};

std::string window_text(const Window& w, bool has_dilation) {
    std::string text =
        fmt::format("kernel_size=({}, {}), stride=({}, {}), padding=({}, {})", w.kernel_height,
                    w.kernel_width, w.stride_height, w.stride_width, w.pad_top, w.pad_left);
    if (has_dilation) {
        text += fmt::format(", dilation=({}, {})", w.dilation_height, w.dilation_width);
    }
    return text;
}

Lines lines_of(const Graph& g, const Node& n) {
    const std::string id = identifier(n.name);
    const auto input = [&](std::size_t which) { return identifier(g.input_of(n, which).name); };
    const auto channels_in = [&] { return g.input_of(n).shape.channels; };
    const auto module = [&](const std::string& made) {
        return Lines{fmt::format("self.{} = {}", id, made),
                     fmt::format("{} = self.{}({})", id, id, input(0))};
    };
    switch (n.op) {
        case Op::input:
            return {"", id + " = image"};
        case Op::convolution:
            return module(fmt::format(
                "nn.Sequential(nn.Conv2d({}, {}, {}, groups={}, bias=False), nn.BatchNorm2d({}))",
                channels_in(), n.shape.channels, window_text(n.window, true), n.groups,
                n.shape.channels));
        case Op::linear:
            return module(fmt::format("nn.Linear({}, {})", channels_in(), n.shape.channels));
        case Op::affine:
            return module(fmt::format("nn.BatchNorm2d({})", n.shape.channels));
        case Op::clip:
            if (n.clip_low == 0 && std::isinf(n.clip_high)) return module("nn.ReLU()");
            return {"", fmt::format("{} = torch.clamp({}, float('{}'), float('{}'))", id, input(0),
                                    n.clip_low, n.clip_high)};
        case Op::add:
            return {"", fmt::format("{} = {} + {}", id, input(0), input(1))};
        case Op::concat: {
            std::string parts;
            for (std::size_t i = 0; i < n.inputs.size(); ++i) parts += input(i) + ", ";
            return {"", fmt::format("{} = torch.cat([{}], dim=1)", id, parts)};
        }
        case Op::max_pool:
            return module(fmt::format("nn.MaxPool2d({})", window_text(n.window, true)));
        case Op::average_pool:
            return module(fmt::format("nn.AvgPool2d({}, count_include_pad={})",
                                      window_text(n.window, false),
                                      n.average_counts_padding ? "True" : "False"));
        case Op::global_average_pool:
            return module("nn.AdaptiveAvgPool2d(1)");
        case Op::pad:
            return {"",
                    fmt::format("{} = F.pad({}, ({}, {}, {}, {}))", id, input(0), n.window.pad_left,
                                n.window.pad_right, n.window.pad_top, n.window.pad_bottom)};
        case Op::flatten:
            return {"", fmt::format("{} = torch.flatten({}, 1)", id, input(0))};
        case Op::softmax:
            return {"", fmt::format("{} = torch.softmax({}, 1)", id, input(0))};
    }
    return {};
}

}  // namespace

std::string pytorch_text(const Graph& network) {
    std::string made;
    std::string used;
    for (const Node& n : network.nodes) {
        const Lines lines = lines_of(network, n);
        if (!lines.made.empty()) made += "        " + lines.made + "\n";
        used += "        " + lines.used + "\n";
    }
    return fmt::format(
        "# The network found by 'ohmgrid search', ready to be trained.\n"
        "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"
        "class Network(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n{}\n"
        "    def forward(self, image):\n{}        return {}\n",
        made, used, identifier(network.node(network.output).name));
}

}  // namespace ohmgrid
