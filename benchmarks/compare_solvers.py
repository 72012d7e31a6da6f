"""One array by Ohmgrid, by a sparse direct solve in SciPy, and by ngspice, in alternating rounds.

    PYTHONPATH=build/release/python python3 benchmarks/compare_solvers.py [ROUNDS]

Needs the Python module and python3-scipy. The direct solve (scipy.sparse.linalg.spsolve, SuperLU) is
what badcrossbar does after it has set up the same equations; the set-up is not counted here. Ohmgrid's
time counts everything from the NumPy arrays to the currents, ngspice's the whole program with its
reading of the deck. Prints a Markdown table: median (low .. high) in milliseconds, one thread each,
the ratio to Ohmgrid, and the largest difference between column currents relative to the largest one.
"""

import statistics
import sys
import time

import numpy as np
import ohmgrid
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

WIRE_OHM = 1.0
SIZES = (32, 64, 128)
LARGEST_FOR_NGSPICE = 64  # 128 x 128 takes it ten minutes


def nodal_equations(conductance, volt):
    """Matrix and right-hand side of Kirchhoff's current law, word-line nodes first."""
    rows, columns = conductance.shape
    word = np.arange(rows * columns).reshape(rows, columns)
    bit = word + rows * columns
    wire = 1 / WIRE_OHM
    joined = [(word.ravel(), bit.ravel(), conductance.ravel()),
              (word[:, :-1].ravel(), word[:, 1:].ravel(), np.full(rows * (columns - 1), wire)),
              (bit[:-1].ravel(), bit[1:].ravel(), np.full((rows - 1) * columns, wire))]
    a, b, g = (np.concatenate(parts) for parts in zip(*joined))
    ends = np.concatenate([word[:, 0], bit[-1]])
    i = np.concatenate([a, b, a, b, ends])
    j = np.concatenate([a, b, b, a, ends])
    values = np.concatenate([g, g, -g, -g, np.full(rows + columns, wire)])
    source = np.zeros(2 * rows * columns)
    source[word[:, 0]] = volt * wire
    return coo_matrix((values, (i, j))).tocsc(), source, bit[-1]


def timed(work):
    began = time.perf_counter()
    result = work()
    return 1e3 * (time.perf_counter() - began), result


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    numbers = np.random.default_rng(1)
    wires = {"array.row_wire": f"{WIRE_OHM} ohm", "array.column_wire": f"{WIRE_OHM} ohm"}
    print("| array | solver | ms | times Ohmgrid's | deviation |\n|---|---|---|---|---|")
    for size in SIZES:
        conductance = 10 ** numbers.uniform(-6, -4, (size, size))
        volt = numbers.uniform(0, 0.2, size)
        matrix, source, ends = nodal_equations(conductance, volt)
        solvers = {
            "Ohmgrid": lambda: ohmgrid.solve(conductance, volt, wires)["column_current_ampere"],
            "SciPy spsolve": lambda: spsolve(matrix, source)[ends] / WIRE_OHM,
        }
        if size <= LARGEST_FOR_NGSPICE:
            solvers["ngspice"] = lambda: ohmgrid.solve(conductance, volt, wires, backend="ngspice")[
                "column_current_ampere"]
        milliseconds = {name: [] for name in solvers}
        currents = {}
        for _ in range(rounds):
            for name, work in solvers.items():
                taken, currents[name] = timed(work)
                milliseconds[name].append(taken)
        own = statistics.median(milliseconds["Ohmgrid"])
        for name, taken in milliseconds.items():
            off = np.abs(currents[name] - currents["Ohmgrid"]).max() / currents["Ohmgrid"].max()
            print(f"| {size} x {size} | {name} | {statistics.median(taken):.3g} "
                  f"({min(taken):.3g} .. {max(taken):.3g}) | {statistics.median(taken) / own:.3g} | "
                  f"{off:.1e} |")


if __name__ == "__main__":
    main()
