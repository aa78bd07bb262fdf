const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));

/** Bytes as base64 (RFC 4648) in ASCII. Every host has `btoa`, but it takes and gives texts of the whole length. */
export function base64(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(0x3d);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const [a, b, c] = [bytes[i] as number, bytes[i + 1] ?? 0, bytes[i + 2] ?? 0];
    result[at] = codes[a >> 2] as number;
    result[at + 1] = codes[((a & 3) << 4) | (b >> 4)] as number;
    if (left > 1) result[at + 2] = codes[((b & 15) << 2) | (c >> 6)] as number;
    if (left > 2) result[at + 3] = codes[c & 63] as number;
    at += 4;
  }
  return result;
}
