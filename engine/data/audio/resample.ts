/**
 * Brings samples to another rate by a polyphase filter: a sinc of 10 periods on each side under a Kaiser window
 * (beta 5), the filter of SciPy's `resample_poly`.
 * @returns ceil(n * to / from) samples.
 */
export function resample(samples: Float64Array, from: number, to: number): Float64Array {
  if (from === to) return samples;
  const common = divisor(from, to);
  const up = to / common;
  const down = from / common;
  const half = 10 * Math.max(up, down);
  const filter = lowPass(half, 1 / Math.max(up, down), up);
  const count = Math.ceil((samples.length * up) / down);
  const out = new Float64Array(count);
  for (let m = 0; m < count; m++) {
    const center = m * down;
    const first = Math.max(0, Math.ceil((center - half) / up));
    const last = Math.min(samples.length - 1, Math.floor((center + half) / up));
    let sum = 0;
    for (let k = first; k <= last; k++) {
      sum += (samples[k] as number) * (filter[center - k * up + half] as number);
    }
    out[m] = sum;
  }
  return out;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** A windowed sinc with gain `gain` at frequency 0; `cutoff` in units of half the rate. */
function lowPass(half: number, cutoff: number, gain: number): Float64Array {
  const taps = new Float64Array(2 * half + 1);
  let sum = 0;
  for (let index = 0; index < taps.length; index++) {
    const x = cutoff * (index - half);
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    const side = (index - half) / half;
    const value = sinc * bessel(5 * Math.sqrt(1 - side * side));
    taps[index] = value;
    sum += value;
  }
  return taps.map((value) => (gain * value) / sum);
}

/** Modified Bessel function of the first kind and order 0, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
