"""The peer: the live transcriber of moonshine-voice, with an update every 0.2 s.

Each line of standard input is a request, {"audio": path, "pace": "real time" | "whole"}; each is answered with a line.
What the peer could do and Sotto does not (telling speakers apart, handing the audio back) is switched off.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import moonshine_voice
from clip import FRAME, RATE, Clip
from moonshine_voice import ModelArch
from moonshine_voice.transcriber import Transcriber, TranscriptEvent

UPDATE_INTERVAL = 0.2
# Four times 0.05 is a little less than 1 in floating point, and an update would now and then be left out for it.
ROUNDING = 1e-6
OPTIONS = {
    "transcription_interval": UPDATE_INTERVAL,
    "identify_speakers": "false",
    "return_audio_data": "false",
}


@dataclass(frozen=True)
class Update:
    """A line as it was at a moment: `at` and `end` are seconds since the first sample."""

    at: float
    line: int
    text: str
    is_complete: bool
    end: float


class Peer:
    def __init__(self) -> None:
        model = Path(moonshine_voice.get_model_path("tiny-en"))
        self.transcriber = Transcriber(str(model), ModelArch.TINY, UPDATE_INTERVAL, OPTIONS)

    def live(self, clip: Clip) -> dict:
        """The clip as a microphone would give it: each 50 ms when they are over."""
        updates: list[Update] = []
        lines: dict[int, int] = {}
        audio = clip.floats()
        frames = [audio[at : at + FRAME] for at in range(0, len(audio), FRAME)]
        began = time.monotonic()

        def note(event: TranscriptEvent) -> None:
            line = event.line
            number = lines.setdefault(line.line_id, len(lines))
            end = line.start_time + line.duration
            at = time.monotonic() - began
            updates.append(Update(at, number, line.text, line.is_complete, end))

        with self.transcriber.create_stream(UPDATE_INTERVAL - ROUNDING) as stream:
            stream.add_listener(note)
            stream.start()
            began = time.monotonic()
            for number, frame in enumerate(frames, start=1):
                time.sleep(max(0.0, began + number * FRAME / RATE - time.monotonic()))
                stream.add_audio(frame, RATE)
            stream.stop()
        return {"updates": [asdict(update) for update in updates]}

    def whole(self, clip: Clip) -> dict:
        """All of it at once, as fast as it goes."""
        audio = clip.floats()
        began = time.monotonic()
        transcript = self.transcriber.transcribe_without_streaming(audio, RATE)
        took = time.monotonic() - began
        return {"took": took, "text": " ".join(line.text for line in transcript.lines)}


def main() -> None:
    peer = Peer()
    answers = {"real time": peer.live, "whole": peer.whole}
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        answer = answers[request["pace"]](Clip.read(request["audio"]))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
