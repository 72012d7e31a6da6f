#!/usr/bin/env python3
"""Trains the network of the embedded example and writes it as ONNX.

Needs Debian's or Ubuntu's own packages only: apt install python3-torch python3-h5py python3-numpy

    ohmgrid convert example:train --out train.h5
    ohmgrid convert example:test --out test.h5
    python3 docs/examples/train_example.py train.h5 test.h5 netlists/networks/example_cnn.onnx

Takes about two minutes on two idle cores. The input files hold /images (N x 3 x 20 x 20, uint8)
and /labels (N). The seed is fixed; PyTorch 1.13 classifies 9523 of the 10000 test images correctly
(95.2 %). Another version or another processor rounds differently: expect about 95 %, not the same
weights.
"""
import argparse
import time

import h5py
import numpy as np
import torch
from torch import nn

SEED = 1
THREADS = 2
EPOCHS = 40
BATCH = 100
PEAK_LEARNING_RATE = 0.1
WEIGHT_DECAY = 1e-3
# The run file docs/examples/run.toml gives the same two numbers.
MEAN, STANDARD_DEVIATION = 0.5, 0.25


def convolution(inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)


class ExampleNetwork(nn.Module):
    """Five convolutions, one of them with a shortcut, and a linear layer: 70,192 weights.

    The export folds every batch normalisation into the convolution before it.
    """

    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = convolution(3, 16), nn.BatchNorm2d(16)
        self.conv2, self.norm2 = convolution(16, 32), nn.BatchNorm2d(32)
        self.conv3, self.norm3 = convolution(32, 32), nn.BatchNorm2d(32)
        self.conv4, self.norm4 = convolution(32, 64, stride=2), nn.BatchNorm2d(64)
        self.conv5, self.norm5 = convolution(64, 64), nn.BatchNorm2d(64)
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.norm1(self.conv1(x)))
        x = torch.relu(self.norm2(self.conv2(nn.functional.max_pool2d(x, 2))))
        x = torch.relu(x + self.norm3(self.conv3(x)))
        x = torch.relu(self.norm4(self.conv4(x)))
        x = torch.relu(self.norm5(self.conv5(x)))
        return self.linear(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


def load(path):
    with h5py.File(path, "r") as file:
        images = file["images"][:].astype(np.float32)
        labels = file["labels"][:].astype(np.int64)
    return (torch.from_numpy(images) / 255 - MEAN) / STANDARD_DEVIATION, torch.from_numpy(labels)


def turned(images):
    """The batch in one of its eight quarter turns and reflections: figures have no upright."""
    way = int(torch.randint(8, ()))
    if way >= 4:
        images = images.flip(3)
    return torch.rot90(images, way % 4, (2, 3))


def train(network, images, labels):
    steps = EPOCHS * (len(images) // BATCH)
    optimiser = torch.optim.SGD(network.parameters(), lr=PEAK_LEARNING_RATE, momentum=0.9,
                                nesterov=True, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_LEARNING_RATE, steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    start = time.monotonic()
    for epoch in range(EPOCHS):
        network.train()
        total = 0.0
        for batch in torch.randperm(len(images)).split(BATCH):
            optimiser.zero_grad()
            loss = loss_of(network(turned(images[batch])), labels[batch])
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1:2d}/{EPOCHS}: loss {total / len(images):.4f}, "
              f"{time.monotonic() - start:.0f} s", flush=True)


def correct(network, images, labels):
    network.eval()
    with torch.no_grad():
        hits = sum(int((network(x).argmax(1) == y).sum())
                   for x, y in zip(images.split(500), labels.split(500)))
    return hits


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("train", help="HDF5 file of the training images")
    arguments.add_argument("test", help="HDF5 file of the test images")
    arguments.add_argument("out", help="ONNX file to write")
    paths = arguments.parse_args()

    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    network = ExampleNetwork()
    train(network, *load(paths.train))

    images, labels = load(paths.test)
    print(f"correct: {correct(network, images, labels)} of {len(images)} test images")
    torch.onnx.export(network, images[:1], paths.out, opset_version=13,
                      input_names=["image"], output_names=["score"],
                      dynamic_axes={"image": {0: "batch"}, "score": {0: "batch"}})


if __name__ == "__main__":
    main()
