"""Ohmgrid from Python: the program's verbs, taking and returning NumPy arrays and dicts.

Every function does what the verb of its name does in a terminal, in this process: the same files,
the same keys, the same checks and messages, the same bits. Python's lock is released meanwhile.

Parameters are given as a dict of the keys of a run file, ``{"adc.bits": 5, "array.row_wire":
"2 ohm"}``; quantities with their unit. ``ohmgrid explain KEY`` tells what a key means.

Errors: `InputError` (a ValueError) for what the caller can mend, `NumericalError` (an
ArithmeticError), `FileError` (an OSError), `InternalError` (a defect: please report it). Each says
where, what and what to do. What the program would print as a warning becomes a Python warning.

Ctrl-C stops a verb between two pieces of its work and raises KeyboardInterrupt. Under mpirun use the
program instead.
"""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from . import _core
from ._core import FileError, InputError, InternalError, NumericalError

__all__ = [
    "FileError", "InputError", "InternalError", "NumericalError", "adc", "cost",
    "effective_conductance", "infer", "montecarlo", "read_results", "run", "search", "solve",
]
__version__: str = _core.version

_File = Union[str, "os.PathLike[str]"]
_Value = Union[bool, int, float, str, Sequence[float], Sequence[str]]
_Parameters = Mapping[str, _Value]
_Array = npt.NDArray[np.float64]

# Exit codes of the program (docs/reference/command_line.md).
_error_of_code = {2: InputError, 3: NumericalError, 5: FileError}


def solve(
    conductance_siemens: npt.ArrayLike,
    input_volt: npt.ArrayLike,
    parameters: _Parameters | None = None,
    *,
    backend: str = "fast",
    nodes: bool = False,
) -> dict[str, Any]:
    """Column currents of one array with wires, drivers and sensing, at DC.

    conductance_siemens: rows x columns, each at least 0.
    input_volt: one voltage per row, or vectors x rows.
    parameters: keys of [array] and [device.law], such as {"array.column_wire": "2 ohm"}.
    backend: "fast" (lines and conjugate gradients), "reference" (sparse Cholesky) or "ngspice".
    nodes: also return the voltage of every node.

    Returns column_current_ampere (columns, or vectors x columns), residual (relative, reached) and
    iterations; with `nodes` also row_node_volt and column_node_volt (rows x columns, or vectors x
    rows x columns).
    Raises InputError for shapes that disagree or values out of range, NumericalError if the solver
    does not converge. Equations: docs/models/crossbar_dc.md.
    """
    if backend not in _core.Backend.__members__:
        raise InputError(f"backend '{backend}': expected fast, reference or ngspice")
    volt = np.asarray(input_volt, dtype=np.float64)
    solution = _core.solve(
        np.asarray(conductance_siemens, dtype=np.float64),
        np.atleast_2d(volt),
        _assignments(parameters),
        _core.Backend.__members__[backend],
        _core.Detail.nodes if nodes else _core.Detail.currents,
    )
    answer: dict[str, Any] = {
        "column_current_ampere": solution.column_current_ampere,
        "residual": solution.residual,
        "iterations": solution.iterations,
    }
    if nodes:
        answer["row_node_volt"] = np.stack([each.row_volt for each in solution.nodes])
        answer["column_node_volt"] = np.stack([each.column_volt for each in solution.nodes])
    if volt.ndim == 1:
        return {key: value[0] if np.ndim(value) else value for key, value in answer.items()}
    return answer


def effective_conductance(
    conductance_siemens: npt.ArrayLike, parameters: _Parameters | None = None
) -> _Array:
    """The exact linear map of an array of linear cells: currents are ``input_volt @ result``.

    conductance_siemens: rows x columns; parameters as for `solve`. Where unselected columns float,
    column j is that of the phase that converts it.
    Returns rows x columns, siemens.
    Raises InputError, also for cells that are not linear. Source: docs/models/effective_conductance.md.
    """
    return _core.effective_conductance(
        np.asarray(conductance_siemens, dtype=np.float64), _assignments(parameters)
    )


def run(
    file: _File,
    parameters: _Parameters | None = None,
    *,
    seed: int | None = None,
    threads: int | None = None,
    out: _File | None = None,
) -> dict[str, Any]:
    """Cost of every layer, accuracy, and what the arrays lose of it, for a run file.

    parameters: keys of the run file that are to be different.
    seed, threads: of random numbers; how many threads (results do not depend on it).
    out: keeps the results file, which `ohmgrid report` draws.

    Returns what `ohmgrid run --format json` prints (layers, total, tops_per_watt, edap, inference
    ...) with lists of numbers as arrays, and under "data" every dataset of the results file. Figures
    are in SI units, which their names say.
    """
    return _verb("run", file, parameters, out, seed=seed, threads=threads, quiet=True)


def infer(
    file: _File,
    parameters: _Parameters | None = None,
    *,
    diagnose: bool = False,
    seed: int | None = None,
    threads: int | None = None,
    out: _File | None = None,
) -> dict[str, Any]:
    """Accuracy of the network of a run file on its arrays, and each layer's error.

    diagnose: also errors by cause. Everything else as for `run`.
    """
    return _verb("infer", file, parameters, out, diagnose=diagnose, seed=seed, threads=threads,
                 quiet=True)


def cost(
    file: _File, parameters: _Parameters | None = None, *, out: _File | None = None
) -> dict[str, Any]:
    """Energy, latency and area of every layer and component of a run file; needs no images.

    Returns layers, total, tops_per_watt, tops_per_mm2, edap, activity and data, as for `run`.
    """
    return _verb("cost", file, parameters, out)


def adc(
    file: _File,
    parameters: _Parameters | None = None,
    *,
    sweep: Mapping[str, Sequence[Any] | str] | None = None,
    instances: int | None = None,
    samples: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    out: _File | None = None,
) -> dict[str, Any]:
    """Characterises converters: INL, DNL, ENOB, yield, and what an array of them costs.

    file: an ADC file or a run file.
    sweep: values by key, {"adc.bits": [4, 5, 6]} or {"adc.bits": "4..6"}; all combinations.
    instances, samples: converters drawn of each design; samples of the sine that gives ENOB.

    Returns designs (one dict per design) and data: "design_0" holds the figures of every converter
    and the spread of INL and DNL over codes.
    """
    swept = [f"{key}={_list(values)}" for key, values in (sweep or {}).items()]
    return _verb("adc", file, parameters, out, sweep=swept, instances=instances, samples=samples,
                 seed=seed, threads=threads, quiet=True)


def montecarlo(
    file: _File,
    parameters: _Parameters | None = None,
    *,
    trials: int | None = None,
    until: str | None = None,
    measure: str | Sequence[str] | None = None,
    threshold: str | None = None,
    attribution: bool = False,
    resume: bool = False,
    seed: int | None = None,
    threads: int | None = None,
    out: _File | None = None,
) -> dict[str, Any]:
    """Many virtual chips: mean with interval, yield, which error costs how much.

    file: a run, study or ADC file.
    trials, until, measure, threshold, attribution, resume: as the options of that name; `resume`
    needs the same `out` as the study that was interrupted.

    Returns what `ohmgrid montecarlo --format json` prints, and under "data" among others
    points/values: chips x measures, in the order of points/measure.
    """
    measures = measure if measure is None or isinstance(measure, str) else ",".join(measure)
    return _verb("montecarlo", file, parameters, out, trials=trials, until=until, measure=measures,
                 threshold=threshold, attribution=attribution, resume=resume, seed=seed,
                 threads=threads, quiet=True)


def search(
    file: _File,
    parameters: _Parameters | None = None,
    *,
    compare: bool = False,
    budget: int | None = None,
    resume: bool = False,
    seed: int | None = None,
    threads: int | None = None,
    out: _File | None = None,
) -> dict[str, Any]:
    """The widths and circuits of a network's layers that are best, and the proof.

    file: a search file.
    compare, budget: let other solvers try the same, with so many designs each.
    out: keeps the folder of results, with best.run.toml to go on with.

    Returns what `ohmgrid search --format json` prints: best, front, lower_bound, gap ..., and data.
    """
    return _verb("search", file, parameters, out, results="front.h5", compare=compare,
                 budget=budget, resume=resume, seed=seed, threads=threads, quiet=True)


def read_results(path: _File) -> dict[str, Any]:
    """Every dataset of a results file: groups as dicts, numbers as arrays, texts as lists.

    Raises InputError if it is no HDF5 file, FileError if it cannot be read.
    """
    return _core.read_results(Path(path))


def _verb(
    verb: str,
    file: _File,
    parameters: _Parameters | None,
    out: _File | None,
    results: str | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Runs a verb; `results` names the results file where `out` is a folder."""
    with tempfile.TemporaryDirectory(prefix="ohmgrid-") as scratch:
        target = Path(scratch, "results.h5") if out is None else Path(out)
        words = [verb, os.fspath(file), "--format", "json", "--out", str(target)]
        for assignment in _assignments(parameters):
            words += ["--set", assignment]
        for name, value in options.items():
            if isinstance(value, bool):
                words += [f"--{name}"] * value
            elif value is not None:
                for each in value if isinstance(value, list) else [value]:
                    words += [f"--{name}", str(each)]
        code, answer, said = _core.run_verb(words)
        if code != 0:
            raise _error_of_code.get(code, InternalError)(said.strip())
        for line in said.splitlines():
            if line.startswith("warning: "):
                warnings.warn(line.removeprefix("warning: "), stacklevel=3)
        found: dict[str, Any] = _arrays(json.loads(answer))
        found["data"] = read_results(target if results is None else target / results)
    return found


def _assignments(parameters: _Parameters | None) -> list[str]:
    """As --set takes them."""
    return [f"{key}={_text(value)}" for key, value in (parameters or {}).items()]


def _text(value: Any) -> str:
    """As a parameter file holds it."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (list, tuple, np.ndarray)):
        return json.dumps(np.asarray(value).tolist())
    return str(value)


def _list(values: Sequence[Any] | str) -> str:
    return values if isinstance(values, str) else ",".join(_text(value) for value in values)


def _arrays(value: Any) -> Any:
    """JSON with its lists of numbers as arrays."""
    if isinstance(value, dict):
        return {key: _arrays(member) for key, member in value.items()}
    if isinstance(value, list):
        numbers = value and all(isinstance(v, (int, float)) for v in value)
        return np.array(value) if numbers else [_arrays(member) for member in value]
    return value
