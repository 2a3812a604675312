"""Recordings of two voices: eSpeak NG speaks Korean sentences of our own, with silence between; so when who says what is known."""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.cli.running import CommandError
from services.cli.seed.kinds.made import Made, Result, chance, media_id
from services.cli.seed.kinds.said import SENTENCES
from services.labelling.values import MediaSize

Samples = NDArray[np.int16]
RATE = 22_050
SAID_MIN, SAID_MAX = 2, 3
SILENCE_MS = (450, 1100)
VOICES = {"low": "ko", "high": "ko+f3"}
WORDS_PER_MINUTE = (125, 165)
# Under this share of the loudest, a sound is none.
QUIET_SHARE = 0.01
NOISE = 12.0
SPEAK_SECONDS_MAX = 30.0
_PROGRAM = Path(__file__).parent / "espeak_process.py"


def recording(number: int) -> Made:
    """A recording of two or three sentences, each with its segment, voice and words."""
    rng = chance("speech", number)
    sentences = rng.sample(SENTENCES, rng.randint(SAID_MIN, SAID_MAX))
    voices = [rng.choice(tuple(VOICES)) for _ in sentences]
    pieces: list[Samples] = [_silence(rng.randint(*SILENCE_MS))]
    truth, at = [], len(pieces[0])
    wished = [
        (text, VOICES[voice], rng.randint(*WORDS_PER_MINUTE)) for text, voice in zip(sentences, voices, strict=True)
    ]
    for place, said in enumerate(_spoken(wished)):
        truth.append(_result(place, voices[place], at, at + len(said), sentences[place]))
        pieces += [said, _silence(rng.randint(*SILENCE_MS))]
        at += len(said) + len(pieces[-1])
    samples = np.concatenate(pieces).astype(np.float64)
    hiss = np.random.default_rng(number).normal(0, NOISE, len(samples))
    content = _wav(np.clip(samples + hiss, -32768, 32767).astype(np.int16))
    name = media_id(content, "wav")
    sizes = {name: MediaSize(duration_ms=len(samples) * 1000 // RATE)}
    key = f"speech-{number:04}"
    # eSpeak NG never says anything twice to the bit: a recording is known by its name.
    return Made(key, {"recording": name, "name": key}, tuple(truth), {name: content}, sizes)


def _spoken(wished: list[tuple[str, str, int]]) -> list[Samples]:
    """Sentences as sound, without the silence before and after each.

    Args:
        wished: text, voice and words per minute.

    Raises:
        CommandError: eSpeak NG is not installed, or did not speak.
    """
    if importlib.util.find_spec("espeakng_loader") is None:
        raise CommandError("the demo's recordings need espeakng-loader: install Ilgam with the extra 'local'")
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, str(_PROGRAM)],
        input=json.dumps(wished).encode(),
        capture_output=True,
        check=False,
        timeout=SPEAK_SECONDS_MAX,
    )
    if done.returncode != 0:
        raise CommandError(f"eSpeak NG did not speak: {done.stderr.decode(errors='replace')[-200:]}")
    answer = json.loads(done.stdout)
    if answer["rate"] != RATE:
        raise CommandError(f"eSpeak NG speaks at {answer['rate']} samples a second, not at {RATE}")
    return [_trimmed(np.frombuffer(base64.b64decode(said), dtype=np.int16)) for said in answer["said"]]


def _trimmed(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples) > QUIET_SHARE * np.abs(samples).max(initial=1))
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples


def _result(place: int, voice: str, begin: int, end: int, text: str) -> Result:
    value = {"start_ms": begin * 1000 // RATE, "end_ms": end * 1000 // RATE, "text": text}
    return {"id": f"t{place + 1}", "control": "speech", "type": "segment", "label": voice, "value": value}


def _silence(milliseconds: int) -> Samples:
    return np.zeros(milliseconds * RATE // 1000, dtype=np.int16)


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    return file.getvalue()
