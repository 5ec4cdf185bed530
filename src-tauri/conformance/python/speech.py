"""The recording that is spoken, at the rate and in the encoding that a check wants."""

import array
import functools
import sys
import wave

# Said in the first seconds of the recording, and recognised by the smallest model.
WORDS = {"best", "times", "worst", "age", "wisdom"}


@functools.cache
def _recording(path):
    with wave.open(path, "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2), "the recording is mono, 16 bits"
        samples = array.array("h", file.readframes(file.getnframes()))
        if sys.byteorder == "big":
            samples.byteswap()
        return file.getframerate(), samples


@functools.cache
def samples(path, rate, seconds, begin=0):
    """Each sample is the mean of the recording's samples that it stands for: crude, and enough for words."""
    source_rate, source = _recording(path)
    step = source_rate / rate
    offset = begin * source_rate
    out = array.array("h")
    for index in range(int(rate * seconds)):
        first = offset + int(index * step)
        window = source[first : max(first + 1, offset + int((index + 1) * step))]
        out.append(sum(window) // len(window))
    return out


def pcm(path, rate=16000, seconds=12, begin=0):
    """pcm_s16le."""
    said = array.array("h", samples(path, rate, seconds, begin))
    if sys.byteorder == "big":
        said.byteswap()
    return said.tobytes()


def mulaw(path, rate=8000, seconds=12):
    """G.711 mu-law."""
    return bytes(_mulaw_of(sample) for sample in samples(path, rate, seconds))


def _mulaw_of(sample):
    sign, magnitude = (0x80, -sample) if sample < 0 else (0, sample)
    magnitude = min(magnitude, 32635) + 0x84
    exponent = magnitude.bit_length() - 8
    return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0F)) & 0xFF


def silence(seconds, rate=16000):
    """pcm_s16le of nothing."""
    return bytes(int(rate * seconds) * 2)


def understood(transcript):
    """How many of the recording's telling words are in it."""
    return len(WORDS & set(transcript.lower().replace(",", " ").replace(".", " ").split()))
