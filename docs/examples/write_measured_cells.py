#!/usr/bin/env python3
"""Writes measured_cells.csv: stands in for a measurement, so that the guide has one to begin with.

40 cells at each of 16 levels of 2 .. 152 uS, read 1 s, 1 h and 1 d after writing. They are drawn, not
measured: a programming error that is largest for middle states and skewed (a log-normal part), and a
drift exponent of 0.012 that differs from cell to cell.
"""
import math
import random

random.seed(7)
print("cell,target_siemens,measured_siemens,time_second")
cell = 0
for level in range(16):
    target = (2 + 10 * level) * 1e-6
    g = target / 152e-6
    sigma = (0.6 + 9.0 * g * (1 - 0.75 * g)) * 1e-6
    for _ in range(40):
        skewed = (math.exp(0.5 * random.gauss(0, 1)) - math.exp(0.125)) / 0.604
        written = max(0.0, target + sigma * (0.8 * random.gauss(0, 1) + 0.6 * skewed))
        exponent = 0.012 + 0.004 * random.gauss(0, 1)
        for time in (1, 3600, 86400):
            now = written * time ** -exponent
            print(f"{cell},{target:.6g},{now:.5g},{time}")
        cell += 1
