"""A recording as the benchmark hands it over: 16 kHz, mono, 16 bits."""

import sys
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

RATE = 16_000
FRAME = RATE // 20


@dataclass(frozen=True)
class Clip:
    pcm: array

    @classmethod
    def read(cls, path: str | Path) -> "Clip":
        with wave.open(str(path), "rb") as file:
            form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            if form != (RATE, 1, 2):
                raise ValueError(f"{path} is not 16 kHz, mono, 16 bits, but {form}")
            pcm = array("h", file.readframes(file.getnframes()))
        if sys.byteorder == "big":
            pcm.byteswap()
        return cls(pcm)

    @property
    def seconds(self) -> float:
        return len(self.pcm) / RATE

    def floats(self) -> list[float]:
        """Samples between -1 and 1."""
        return [sample / 32_768 for sample in self.pcm]
