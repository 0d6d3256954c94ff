"""Vectors between their two forms: `Vector` (little-endian float32 bytes) and rows of a float32 matrix."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from news.ids import ModelId
from news.reading import Vector

Matrix = NDArray[np.float32]


def to_vectors(rows: Matrix, model: ModelId) -> list[Vector]:
    """One `Vector` a row."""
    return [Vector(model, row.astype("<f4").tobytes()) for row in rows]


def to_matrix(vectors: Sequence[Vector]) -> Matrix:
    """A row for each vector, shape (n, dimensions). The vectors are of one model."""
    return np.stack([np.frombuffer(vector.data, dtype="<f4") for vector in vectors]).astype(np.float32, copy=False)


def unit(rows: Matrix) -> Matrix:
    """The rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(length == 0, 1, length)).astype(np.float32)
