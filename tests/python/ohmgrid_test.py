"""The Python module against NumPy, against the program, and against what its page promises."""

import _thread
import contextlib
import io
import json
import os
import subprocess
import tempfile
import threading
import unittest
import warnings
from pathlib import Path

import numpy as np

import ohmgrid

SOURCE = Path(os.environ["OHMGRID_SOURCE_DIR"])
EXAMPLES = SOURCE / "docs" / "examples"
QUICK = {"data.limit": 20}
WIRES = {"array.row_wire": "3 ohm", "array.column_wire": "5 ohm", "array.driver": "100 ohm",
         "array.sense": "40 ohm"}


def program(*words):
    """What the program itself prints as JSON."""
    command = [os.environ["OHMGRID_PROGRAM"], *map(str, words), "--format", "json"]
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)


def nodal_currents(conductance, volt, row_wire, column_wire, driver, sense):
    """Kirchhoff's current law at all nodes of the array, written down densely."""
    rows, columns = conductance.shape
    word = np.arange(rows * columns).reshape(rows, columns)
    bit = word + rows * columns
    matrix = np.zeros((2 * rows * columns, 2 * rows * columns))
    source = np.zeros(2 * rows * columns)

    def join(a, b, siemens):
        matrix[a, a] += siemens
        matrix[b, b] += siemens
        matrix[a, b] -= siemens
        matrix[b, a] -= siemens

    for i in range(rows):
        for j in range(columns):
            join(word[i, j], bit[i, j], conductance[i, j])
            if j + 1 < columns:
                join(word[i, j], word[i, j + 1], 1 / row_wire)
            if i + 1 < rows:
                join(bit[i, j], bit[i + 1, j], 1 / column_wire)
        matrix[word[i, 0], word[i, 0]] += 1 / (row_wire + driver)
        source[word[i, 0]] += volt[i] / (row_wire + driver)
    matrix[bit[-1], bit[-1]] += 1 / (column_wire + sense)
    return np.linalg.solve(matrix, source)[bit[-1]] / (column_wire + sense)


def some_array(rows=7, columns=5):
    numbers = np.random.default_rng(3)
    return numbers.uniform(1e-6, 1e-4, (rows, columns)), numbers.uniform(-0.2, 0.2, rows)


class Arrays(unittest.TestCase):
    def test_without_wires_currents_are_a_product(self):
        conductance, volt = some_array()
        found = ohmgrid.solve(conductance, volt)
        np.testing.assert_allclose(found["column_current_ampere"], volt @ conductance, rtol=1e-12)

    def test_with_wires_currents_obey_kirchhoff(self):
        conductance, volt = some_array()
        expected = nodal_currents(conductance, volt, 3, 5, 100, 40)
        for backend in "fast", "reference":
            found = ohmgrid.solve(conductance, volt, WIRES, backend=backend)
            np.testing.assert_allclose(found["column_current_ampere"], expected, rtol=1e-10)
        mapped = volt @ ohmgrid.effective_conductance(conductance, WIRES)
        np.testing.assert_allclose(mapped, expected, rtol=1e-10)

    def test_shapes_follow_the_inputs(self):
        conductance, volt = some_array()
        one = ohmgrid.solve(conductance, volt, WIRES, nodes=True)
        self.assertEqual(one["column_current_ampere"].shape, (5,))
        self.assertEqual(one["row_node_volt"].shape, (7, 5))
        many = ohmgrid.solve(conductance.T.copy().T, np.stack([volt, -volt]), WIRES, nodes=True)
        self.assertEqual(many["column_current_ampere"].shape, (2, 5))
        self.assertEqual(many["column_node_volt"].shape, (2, 7, 5))
        np.testing.assert_array_equal(many["column_current_ampere"][0],
                                      one["column_current_ampere"])

    def test_what_is_wrong_is_said(self):
        conductance, volt = some_array()
        with self.assertRaisesRegex(ohmgrid.InputError, r"CIR003"):
            ohmgrid.solve(conductance, volt[:3])
        with self.assertRaisesRegex(ohmgrid.InputError, r"CIR001"):
            ohmgrid.solve(-conductance, volt)
        with self.assertRaisesRegex(ohmgrid.InputError, r"row_wire"):
            ohmgrid.solve(conductance, volt, {"array.row_wires": "1 ohm"})
        with self.assertRaisesRegex(ohmgrid.InputError, r"CIR023"):
            ohmgrid.effective_conductance(conductance, {"device.law.kind": "sinh",
                                                        "device.law.sinh_b_per_volt": 2.0})
        with self.assertRaises(ValueError):
            ohmgrid.solve(conductance, volt, backend="fastest")


class Verbs(unittest.TestCase):
    def test_run_returns_what_the_program_prints_and_the_results_file(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "kept.h5")
            found = ohmgrid.run(EXAMPLES / "run.toml", QUICK, out=out)
            self.assertTrue(out.exists())
        printed = program("run", EXAMPLES / "run.toml", "--set", "data.limit=20")
        self.assertEqual(found["inference"]["accuracy"], printed["inference"]["accuracy"])
        self.assertEqual(found["edap"], printed["edap"])
        energies = [layer["energy_joule"] for layer in printed["layers"]]
        np.testing.assert_array_equal(found["data"]["cost"]["energy_joule"][:-1], energies)

    def test_cost_takes_parameters(self):
        fewer = ohmgrid.cost(EXAMPLES / "run.toml", {"adc.bits": np.int64(4)})
        printed = program("cost", EXAMPLES / "run.toml", "--set", "adc.bits=4")
        self.assertEqual(fewer["edap"], printed["edap"])
        self.assertNotEqual(fewer["edap"], ohmgrid.cost(EXAMPLES / "run.toml")["edap"])

    def test_infer_counts_images(self):
        found = ohmgrid.infer(EXAMPLES / "run.toml", QUICK, seed=2, threads=1)
        self.assertEqual(found["images"], 20)

    def test_adc_sweeps(self):
        found = ohmgrid.adc(SOURCE / "devices/adc/sar_6b_neurosim.toml",
                            sweep={"adc.bits": [4, 5]}, instances=10, samples=512)
        self.assertEqual([design["bits"] for design in found["designs"]], [4, 5])
        self.assertEqual(found["data"]["design_1"]["worst_inl_lsb"].shape, (10,))

    def test_montecarlo_returns_every_trial(self):
        found = ohmgrid.montecarlo(EXAMPLES / "array_study.toml", trials=12, seed=5)
        values = found["data"]["points"]["values"]
        self.assertEqual(values.shape[0], 12)
        printed = program("montecarlo", EXAMPLES / "array_study.toml", "--trials", "12",
                          "--seed", "5", "--quiet")
        first = printed["measures"][0]
        self.assertAlmostEqual(values[:, 0].mean(), first["mean"], delta=1e-12 * first["mean"])
        self.assertAlmostEqual(values[:, 0].std(ddof=1), first["standard_deviation"],
                               delta=1e-9 * first["mean"])

    def test_search_returns_the_best_and_the_front(self):
        found = ohmgrid.search(EXAMPLES / "search.toml")
        printed = program("search", EXAMPLES / "search.toml", "--quiet")
        self.assertEqual(found["best"], printed["best"])
        self.assertIn("data", found)

    def test_errors_are_exceptions_of_the_right_kind(self):
        with self.assertRaisesRegex(ohmgrid.InputError, r"adc\.bit.*adc\.bits"):
            ohmgrid.cost(EXAMPLES / "run.toml", {"adc.bit": 4})
        with self.assertRaises(OSError):
            ohmgrid.cost("no_such_file.toml")
        with self.assertRaisesRegex(ValueError, "H5F002"):
            ohmgrid.read_results(SOURCE / "README.md")

    def test_warnings_of_the_program_are_warnings(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = ohmgrid.cost(EXAMPLES / "run.toml", {"technology.base": "technology/7nm.toml"})
        self.assertEqual([str(each.message) for each in caught], found["warnings"])


class Threads(unittest.TestCase):
    def test_others_run_meanwhile(self):
        study = threading.Thread(target=ohmgrid.montecarlo, args=(EXAMPLES / "array_study.toml",),
                                 kwargs={"trials": 200, "threads": 1})
        study.start()
        turns = 0
        while study.is_alive():
            turns += 1
        self.assertGreater(turns, 1000)

    def test_control_c_stops(self):
        with tempfile.TemporaryDirectory() as folder:
            key = threading.Timer(0.5, _thread.interrupt_main)
            key.start()
            self.addCleanup(key.cancel)
            with self.assertRaises(KeyboardInterrupt):
                ohmgrid.montecarlo(EXAMPLES / "array_study.toml", trials=1_000_000,
                                   out=Path(folder, "trials.h5"))


class Manual(unittest.TestCase):
    def test_its_python_works_as_it_stands(self):
        page = (SOURCE / "docs/howto/python.md").read_text()
        blocks = [part.partition("```")[0] for part in page.split("```python\n")[1:]]
        self.assertGreaterEqual(len(blocks), 3)
        home = os.getcwd()
        self.addCleanup(os.chdir, home)
        os.chdir(SOURCE)
        for block in blocks:
            with self.subTest(block), contextlib.redirect_stdout(io.StringIO()) as printed:
                exec(compile(block, "docs/howto/python.md", "exec"), {})
            self.assertNotEqual(printed.getvalue(), "")


if __name__ == "__main__":
    unittest.main(warnings="ignore")
