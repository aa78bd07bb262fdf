"""Golden sound features: librosa 0.11, SciPy 1.17 and soundfile 0.14 (any recent versions give the same to 1e-5).

Run:  python3 make_frames.py
Writes tones.wav (16-bit) and the same in the other sample formats, and frames.json with what librosa makes of it.
"""

import json
from pathlib import Path

import librosa
import numpy as np
import soundfile
from scipy.signal import resample_poly

here = Path(__file__).parent
rate = 8000
time = np.arange(1200) / rate
rng = np.random.default_rng(3)
left = 0.5 * np.sin(2 * np.pi * 440 * time) + 0.2 * np.sin(2 * np.pi * (900 + 900 * time / 0.15) * time)
left += 0.01 * rng.normal(size=len(time))
left[:200] = 0
right = 0.3 * np.sin(2 * np.pi * 1230 * time)
stereo = np.stack([left, right], axis=1)

for name, subtype in {"u8": "PCM_U8", "s16": "PCM_16", "s24": "PCM_24", "s32": "PCM_32", "f32": "FLOAT",
                      "f64": "DOUBLE"}.items():
    soundfile.write(here / f"stereo-{name}.wav", stereo[:64] if name != "s16" else stereo, rate, subtype=subtype)
soundfile.write(here / "extensible.wav", stereo[:64], rate, subtype="PCM_24", format="WAVEX")
soundfile.write(here / "mulaw.wav", left[:64], rate, subtype="ULAW")

samples = {}
for path in sorted(here.glob("*.wav")):
    data, _ = soundfile.read(path, always_2d=True, dtype="float64")
    samples[path.name] = [round(float(v), 12) for v in data.mean(axis=1)[:64]]

mono, _ = soundfile.read(here / "stereo-s16.wav", always_2d=True, dtype="float64")
mono = mono.mean(axis=1)


def db(config):
    mel = librosa.feature.melspectrogram(
        y=mono, sr=rate, n_fft=config["frame"], hop_length=config["hop"], n_mels=config["bands"],
        fmin=config["lowest"], fmax=config["highest"], htk=config["scale"] == "htk")
    return librosa.power_to_db(mel, top_db=config["range"])


cases = []
for config in (
    {"features": "logMel", "frame": 512, "hop": 256, "bands": 20, "lowest": 0, "highest": None, "scale": "slaney", "range": 80},
    {"features": "logMel", "frame": 256, "hop": 100, "bands": 12, "lowest": 100, "highest": 3500, "scale": "htk", "range": 40},
    {"features": "logMel", "frame": 256, "hop": 128, "bands": 16, "lowest": 0, "highest": None, "scale": "slaney", "range": None},
    {"features": "mfcc", "frame": 512, "hop": 160, "bands": 26, "coefficients": 13, "lowest": 20, "highest": 4000, "scale": "htk", "range": 80},
    {"features": "mfcc", "frame": 256, "hop": 128, "bands": 20, "coefficients": 20, "lowest": 0, "highest": None, "scale": "slaney", "range": 80},
):
    level = db(config)
    value = level if config["features"] == "logMel" else librosa.feature.mfcc(S=level, n_mfcc=config["coefficients"])
    cases.append({"config": config, "frames": [[float(f"{v:.9g}") for v in row] for row in value.T]})

resampled = [
    {"from": rate, "to": to, "samples": [float(f"{v:.9g}") for v in resample_poly(mono[:300], to // np.gcd(to, rate), rate // np.gcd(to, rate))]}
    for to in (16000, 6000, 11025)
]
(here / "frames.json").write_text(json.dumps({"rate": rate, "samples": samples, "cases": cases, "resampled": resampled}) + "\n")
