"""Speaks sentences with eSpeak NG: a program of its own, which reads [[text, voice, words per minute], ...] and writes samples.

In a fresh process the same sentences last as long each time, which they do not in one that goes on speaking. eSpeak NG is
GPL-3.0-or-later and is loaded here alone. Nothing of Ilgam is imported, so that a start is quick.
"""

import base64
import ctypes
import json
import sys

import espeakng_loader

_SYNCHRONOUS, _UTF8, _RATE_PARAMETER = 2, 1, 1
_HEAR = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main() -> None:
    """Writes {"rate": ..., "said": [base64 of 16 bit samples, ...]}."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    heard: list[bytes] = []

    def hear(sound: object, count: int, _events: object) -> int:
        if sound and count > 0:
            heard.append(ctypes.string_at(sound, count * 2))  # type: ignore[arg-type]  # a pointer, as declared above
        return 0

    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    # Kept until the end, or the library would call what is gone.
    hearing = _HEAR(hear)
    library.espeak_SetSynthCallback(hearing)
    said = []
    for text, voice, words_per_minute in json.load(sys.stdin):
        heard.clear()
        if library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SystemExit(f"eSpeak NG has no voice {voice}")
        library.espeak_SetParameter(_RATE_PARAMETER, words_per_minute, 0)
        content = text.encode() + b"\0"
        library.espeak_Synth(content, len(content), 0, 0, 0, _UTF8, None, None)
        said.append(base64.b64encode(b"".join(heard)).decode())
    json.dump({"rate": rate, "said": said}, sys.stdout)


if __name__ == "__main__":
    main()
