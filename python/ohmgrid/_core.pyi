from enum import Enum
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

_Matrix = npt.NDArray[np.float64]

version: str

class InputError(ValueError): ...
class NumericalError(ArithmeticError): ...
class FileError(OSError): ...
class InternalError(RuntimeError): ...

class Backend(Enum):
    fast: int
    reference: int
    ngspice: int

class Detail(Enum):
    currents: int
    nodes: int

class NodeVoltages:
    row_volt: _Matrix
    column_volt: _Matrix

class DcSolution:
    column_current_ampere: _Matrix
    nodes: list[NodeVoltages]
    residual: float
    iterations: int

def solve(
    conductance_siemens: _Matrix,
    input_volt: _Matrix,
    assignments: list[str],
    backend: Backend,
    detail: Detail,
) -> DcSolution: ...
def effective_conductance(conductance_siemens: _Matrix, assignments: list[str]) -> _Matrix: ...
def run_verb(words: list[str]) -> tuple[int, str, str]: ...
def read_results(path: str | PathLike[str]) -> dict[str, Any]: ...
