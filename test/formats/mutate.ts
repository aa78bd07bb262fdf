import { RandomStream } from '../../engine/base/rng.ts';

/** Seeded changes of bytes: flips, deletions, repeats, foreign bytes, cuts. */
export function mutate(bytes: Uint8Array, seed: number): Uint8Array {
  const random = new RandomStream(seed, 0);
  const below = (limit: number) => random.nextInteger(Math.max(1, limit));
  let result = bytes.slice();
  const changes = 1 + below(6);
  for (let i = 0; i < changes; i++) {
    const at = below(result.length);
    const kind = below(6);
    if (kind === 0) result[at] = (result[at] ?? 0) ^ (1 << below(8));
    else if (kind === 1) result[at] = below(256);
    else if (kind === 2) result = concatenate(result.subarray(0, at), result.subarray(at + 1 + below(8)));
    else if (kind === 3) {
      const piece = result.subarray(at, at + 1 + below(24));
      result = concatenate(result.subarray(0, at), piece, result.subarray(at));
    } else if (kind === 4) {
      const special = [0, 0xff, 0x22, 0x2c, 0x0a, 0x0d, 0x7b, 0x5b, 0x80];
      result = concatenate(
        result.subarray(0, at),
        Uint8Array.of(special[below(special.length)] ?? 0),
        result.subarray(at),
      );
    } else if (below(4) === 0) result = result.slice(0, at);
  }
  return result;
}

function concatenate(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
