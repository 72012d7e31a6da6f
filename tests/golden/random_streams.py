#!/usr/bin/env python3
"""Writes random_streams.csv: what every random stream must keep giving.

An implementation of Philox4x32-10 from its paper (Salmon et al., SC 2011), apart from the C++ one.
One hash (64-bit FNV-1a over the words, low byte first) for each purpose: seed 20261126, trial 3,
element 17, blocks 0 .. 1023. Purposes are only ever appended, so lines are only ever appended.

    tests/golden/random_streams.py > tests/golden/random_streams.csv
"""

PURPOSES = [
    "programming", "read_noise", "stuck_at", "converter_static", "converter_noise", "example_image",
    "weights", "optimiser", "test", "resampling", "device_to_device", "fabrication", "drift",
    "telegraph", "lasting_noise", "cell_transistor", "driver_static",
]
MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def stream_hash(purpose, seed=20261126, trial=3, element=17, blocks=1024):
    value = 0xCBF29CE484222325
    for draw in range(blocks):
        for word in philox((purpose, trial, element, draw), (seed & MASK, seed >> 32)):
            for byte in word.to_bytes(4, "little"):
                value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


assert philox((0, 0, 0, 0), (0, 0)) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
print("purpose,name,hash")
for number, name in enumerate(PURPOSES, start=1):
    print(f"{number},{name},{stream_hash(number):016x}")
