#!/usr/bin/env python3
"""Speed of Ohmgrid's digital executor against PyTorch on ResNet-20 for CIFAR-10.

    python3 benchmarks/compare_pytorch.py build/release/benchmarks/executor_bench [SHARED_DATA]

Both run the same images with the same number of threads in alternation, so that whatever else the
machine does hits both. With SHARED_DATA (a folder with crosssim_resnet20_cifar10.onnx, the same
with .h5, and cifar10_test.h5) weights and images are real and the numbers of correct predictions
are shown; without, both are random. Each round is 1 warm-up and 1 measured pass of each program.

PyTorch is measured as its users run it: `eager` is model(images) under no_grad; `optimized` is
torch.jit.optimize_for_inference, which folds batch normalisations and keeps oneDNN's own layouts.
Needs python3-torch, python3-h5py, python3-numpy.
"""

import argparse
import pathlib
import platform
import statistics
import subprocess
import time

import h5py
import numpy
import torch
from torch import nn

NETWORK = "crosssim_resnet20_cifar10"
MEAN = numpy.array([0.485, 0.456, 0.406], dtype=numpy.float64).reshape(1, 3, 1, 1)
STD = numpy.array([0.229, 0.224, 0.225], dtype=numpy.float64).reshape(1, 3, 1, 1)


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, channels_in, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = nn.Identity()
        if stride != 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.downsample(x))


class ResNet20(nn.Module):
    """Module names are those of the tensors in the .h5 file."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16, eps=1e-3)
        self.res1 = self.stage(16, 16, 1)
        self.res2 = self.stage(16, 32, 2)
        self.res3 = self.stage(32, 64, 2)
        self.classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))

    @staticmethod
    def stage(channels_in, channels, stride):
        return nn.Sequential(Block(channels_in, channels, stride), Block(channels, channels, 1),
                             Block(channels, channels, 1))

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        return self.classifier(self.res3(self.res2(self.res1(x))))


def real_workload(folder, count):
    model = ResNet20()
    with h5py.File(folder / f"{NETWORK}.h5") as file:
        tensors = {name: torch.from_numpy(data[()]) for name, data in file["tensors"].items()}
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    assert not unexpected and all(n.endswith("num_batches_tracked") for n in missing), missing
    with h5py.File(folder / "cifar10_test.h5") as file:
        pixels, labels = file["images"][:count], file["labels"][:count]
    images = torch.from_numpy(((pixels / 255.0 - MEAN) / STD).astype(numpy.float32))
    return model.eval(), images, torch.from_numpy(labels.astype(numpy.int64))


def random_workload(count):
    torch.manual_seed(1)
    return (ResNet20().eval(), torch.randn(count, 3, 32, 32),
            torch.zeros(count, dtype=torch.int64))


def torch_rate(model, images, labels, batch):
    """Images per second and correct predictions of one pass."""
    with torch.no_grad():
        start = time.perf_counter()
        scores = [model(part) for part in images.split(batch)]
        seconds = time.perf_counter() - start
    correct = (torch.cat(scores).argmax(1) == labels).sum().item()
    return len(images) / seconds, correct


def ohmgrid_rate(command):
    """The last of two passes."""
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    rate, correct = lines[1].split()
    return float(rate), int(correct)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="path of executor_bench")
    parser.add_argument("data", nargs="?", type=pathlib.Path, help="folder of real data")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=100, help="PyTorch's images per call")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    command = [options.program, str(options.threads), "2", str(options.images)]
    if options.data:
        model, images, labels = real_workload(options.data, options.images)
        command += ["widest", str(options.data / f"{NETWORK}.onnx"),
                    str(options.data / "cifar10_test.h5")]
    else:
        model, images, labels = random_workload(options.images)
    models = {"eager": model,
              "optimized": torch.jit.optimize_for_inference(torch.jit.script(model))}

    print(f"PyTorch {torch.__version__}, {platform.machine()}, {options.threads} threads, "
          f"{options.images} images, PyTorch in batches of {options.batch}")
    ratios = {name: [] for name in models}
    for number in range(options.rounds):
        ours, ours_correct = ohmgrid_rate(command)
        line = f"round {number + 1}: ohmgrid {ours:7.0f} images/s ({ours_correct} right)"
        for name, variant in models.items():
            torch_rate(variant, images, labels, options.batch)
            rate, correct = torch_rate(variant, images, labels, options.batch)
            ratios[name].append(ours / rate)
            line += f"   {name} {rate:7.0f} ({correct} right)"
        print(line, flush=True)
    for name, values in ratios.items():
        print(f"ohmgrid / PyTorch {name}: median {statistics.median(values):.2f}, "
              f"{min(values):.2f} .. {max(values):.2f} in {len(values)} rounds")


if __name__ == "__main__":
    main()
