#!/usr/bin/env python3
"""Writes the shape tables of netlists/networks (docs/reference/networks.md describes the format).

    python3 docs/examples/write_shape_tables.py FOLDER

Only Python's standard library is used. Every table starts with the publication it follows and with
what it assumes where that leaves a choice.
"""
import pathlib
import sys

COLUMNS = ["name", "op", "inputs", "channels", "size", "kernel", "stride", "padding", "groups"]


class Network:
    """A table under construction: each method appends a row and returns its name."""

    def __init__(self, about, channels, size):
        self.about = about
        self.rows = []
        self.row("image", "input", channels=channels, size=size)

    def row(self, name, op, inputs=(), **cells):
        self.rows.append({"name": name, "op": op, "inputs": " ".join(inputs), **cells})
        return name

    def conv(self, name, channels, kernel, stride=1, padding=None, groups=None, inputs=()):
        padding = kernel // 2 if padding is None else padding
        return self.row(name, "conv", inputs, channels=channels, kernel=kernel, stride=stride,
                        padding=padding or "", groups=groups or "")

    def linear(self, name, channels):
        return self.row(name, "linear", channels=channels)

    def simple(self, name, op, inputs=()):
        return self.row(name, op, inputs)

    def pool(self, name, op, kernel, stride):
        return self.row(name, op, kernel=kernel, stride=stride)

    def text(self):
        used = [c for c in COLUMNS if any(str(r.get(c, "")) for r in self.rows)]
        cells = [used] + [[str(r.get(c, "")) for c in used] for r in self.rows]
        width = [max(len(line[i]) for line in cells) for i in range(len(used))]
        lines = ["# " + line for line in self.about.strip().splitlines()]
        for line in cells:
            padded = [f"{cell},".ljust(w + 1) for cell, w in zip(line, width)]
            lines.append(" ".join(padded).rstrip(", "))
        return "\n".join(lines) + "\n"


def vgg(about, size, stages, head):
    """stages: widths per stage, each ending in a 2x2 maximum; head: widths of linear layers."""
    net = Network(about, 3, size)
    number = 0
    for stage, widths in enumerate(stages, 1):
        for width in widths:
            number += 1
            net.conv(f"conv{number}", width, 3)
            net.simple(f"relu{number}", "relu")
        net.pool(f"pool{stage}", "max_pool", 2, 2)
    net.simple("flatten", "flatten")
    for i, width in enumerate(head, 1):
        net.linear(f"fc{i}", width)
        if i < len(head):
            net.simple(f"relu_fc{i}", "relu")
    return net


def resnet(about, stem, widths, blocks, classes):
    """Basic blocks of two 3x3 convolutions; 1x1 projections where the shape changes."""
    net = Network(about, 3, 32)
    net.conv("conv1", stem, 3)
    before = net.simple("relu1", "relu")
    channels = stem
    for stage, width in enumerate(widths, 1):
        for block in range(blocks):
            stride = 2 if stage > 1 and block == 0 else 1
            at = f"layer{stage}.{block}"
            net.conv(f"{at}.conv1", width, 3, stride, inputs=[before])
            net.simple(f"{at}.relu1", "relu")
            branch = net.conv(f"{at}.conv2", width, 3)
            shortcut = before
            if stride != 1 or channels != width:
                shortcut = net.conv(f"{at}.shortcut", width, 1, stride, inputs=[before])
            net.simple(f"{at}.add", "add", [branch, shortcut])
            before = net.simple(f"{at}.relu2", "relu")
            channels = width
    net.simple("pool", "global_average_pool")
    net.linear("fc", classes)
    return net


def densenet40(about, growth=12, layers_per_block=12):
    net = Network(about, 3, 32)
    before = net.conv("conv1", 16, 3)
    channels = 16
    for block in (1, 2, 3):
        for layer in range(layers_per_block):
            at = f"block{block}.{layer}"
            net.simple(f"{at}.norm", "batch_norm", [before])
            net.simple(f"{at}.relu", "relu")
            new = net.conv(f"{at}.conv", growth, 3)
            before = net.simple(f"{at}.concat", "concat", [before, new])
            channels += growth
        if block < 3:
            net.simple(f"transition{block}.norm", "batch_norm")
            net.simple(f"transition{block}.relu", "relu")
            net.conv(f"transition{block}.conv", channels, 1)
            before = net.pool(f"transition{block}.pool", "average_pool", 2, 2)
    net.simple("norm", "batch_norm")
    net.simple("relu", "relu")
    net.simple("pool", "global_average_pool")
    net.linear("fc", 10)
    return net


def mobilenet_v2(about):
    net = Network(about, 3, 224)
    net.conv("stem.conv", 32, 3, 2)
    before = net.simple("stem.relu", "relu6")
    channels, number = 32, 0
    # Table 2 of the publication: expansion, output channels, repetitions, first stride.
    for expansion, width, repetitions, first_stride in (
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
            (6, 160, 3, 2), (6, 320, 1, 1)):
        for repetition in range(repetitions):
            number += 1
            stride = first_stride if repetition == 0 else 1
            at, hidden = f"block{number}", channels * expansion
            if expansion != 1:
                net.conv(f"{at}.expand", hidden, 1)
                net.simple(f"{at}.relu1", "relu6")
            net.conv(f"{at}.depthwise", hidden, 3, stride, groups=hidden)
            net.simple(f"{at}.relu2", "relu6")
            after = net.conv(f"{at}.project", width, 1)
            if stride == 1 and channels == width:
                after = net.simple(f"{at}.add", "add", [after, before])
            before, channels = after, width
    net.conv("head.conv", 1280, 1)
    net.simple("head.relu", "relu6")
    net.simple("pool", "global_average_pool")
    net.linear("fc", 1000)
    return net


VGG16_STAGES = [[64, 64], [128, 128], [256] * 3, [512] * 3, [512] * 3]


def networks():
    return {
        "vgg16_cifar10": vgg("""
VGG16 for CIFAR-10: the 13 convolutions of configuration D of Simonyan and Zisserman, "Very deep
convolutional networks for large-scale image recognition", ICLR 2015, and one linear layer.
Batch normalisations are folded.
""", 32, VGG16_STAGES, [10]),
        "vgg16_tinyimagenet": vgg("""
VGG16 for Tiny-ImageNet (64x64, 200 classes): the 13 convolutions of configuration D of Simonyan and
Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015, and one
linear layer. Batch normalisations are folded.
""", 64, VGG16_STAGES, [200]),
        "vgg8_cifar10": vgg("""
VGG8 for CIFAR-10 as in DNN+NeuroSim (Peng et al., IEDM 2019): 6 convolutions and 2 linear layers.
Batch normalisations are folded.
""", 32, [[128, 128], [256, 256], [512, 512]], [1024, 10]),
        "resnet18_cifar10": resnet("""
ResNet-18 of He et al., "Deep residual learning for image recognition", CVPR 2016, as commonly
adapted to CIFAR-10: 3x3 stem of stride 1, no pool after it. Projection shortcuts (option B).
Batch normalisations are folded.
""", 64, [64, 128, 256, 512], 2, 10),
        "resnet20_cifar10": resnet("""
ResNet-20 for CIFAR-10 of He et al., "Deep residual learning for image recognition", CVPR 2016,
section 4.2, but with projection shortcuts (option B) instead of padded ones (option A).
Batch normalisations are folded.
""", 16, [16, 32, 64], 3, 10),
        "densenet40_cifar10": densenet40("""
DenseNet (L = 40, k = 12, no bottleneck, no compression) for CIFAR-10 of Huang et al., "Densely
connected convolutional networks", CVPR 2017. Its batch normalisations precede the activations and
cannot be folded.
"""),
        "mobilenetv2_imagenet": mobilenet_v2("""
MobileNetV2 (width 1.0) for ImageNet at 224x224 of Sandler et al., "MobileNetV2: inverted residuals
and linear bottlenecks", CVPR 2018. Batch normalisations are folded.
"""),
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, network in networks().items():
        (folder / f"{name}.csv").write_text(network.text())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
