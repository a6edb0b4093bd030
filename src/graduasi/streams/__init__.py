"""Random streams by seed, draw, key, purpose and step, and the keys of households."""

from graduasi.streams.ids import hash_ids
from graduasi.streams.streams import Streams

__all__ = ["Streams", "hash_ids"]
