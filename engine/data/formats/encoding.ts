import type { SourceEncoding } from '../../contract/source.ts';

export interface FoundEncoding {
  readonly encoding: SourceEncoding;
  /** Bytes of the byte order mark in front. */
  readonly mark: number;
  /** Whether it was told by the bytes, or is only the likeliest. */
  readonly certain: boolean;
}

/**
 * The encoding of a text from its beginning: a byte order mark, the zeros of UTF-16, valid UTF-8, the byte pairs of
 * GB18030 (Chinese), or else Windows-1252, in which any bytes are text.
 * @param complete whether the bytes are the whole text; otherwise its last character may be cut.
 */
export function findEncoding(bytes: Uint8Array, complete: boolean): FoundEncoding {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return { encoding: 'utf-8', mark: 3, certain: true };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', mark: 2, certain: true };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', mark: 2, certain: true };
  if (bytes[0] === 0x84 && bytes[1] === 0x31 && bytes[2] === 0x95 && bytes[3] === 0x33) {
    return { encoding: 'gb18030', mark: 4, certain: true };
  }
  const wide = zerosOf(bytes);
  if (wide !== null) return { encoding: wide, mark: 0, certain: true };
  if (decodes(bytes, 'utf-8', complete)) return { encoding: 'utf-8', mark: 0, certain: true };
  return { encoding: looksChinese(bytes, complete) ? 'gb18030' : 'latin1', mark: 0, certain: false };
}

/** UTF-16 without a mark: mostly ASCII, so that every other byte is zero. */
function zerosOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const length = Math.min(bytes.length, 4096) & ~1;
  if (length < 4) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) even++;
    if (bytes[i + 1] === 0) odd++;
  }
  const most = length / 2;
  if (odd > most * 0.6 && even < most * 0.02) return 'utf-16le';
  if (even > most * 0.6 && odd < most * 0.02) return 'utf-16be';
  return null;
}

function decodes(bytes: Uint8Array, encoding: string, complete: boolean): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: !complete });
    return true;
  } catch {
    return false;
  }
}

/** Valid GB18030 whose letters beyond ASCII are mostly common Chinese ones, which accented Latin text hardly is. */
function looksChinese(bytes: Uint8Array, complete: boolean): boolean {
  if (!decodes(bytes, 'gb18030', complete)) return false;
  let high = 0;
  let common = 0;
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i] as number;
    if (lead < 0x80) continue;
    high++;
    const trail = bytes[i + 1] ?? 0;
    // GB2312, level 1 characters and full-width punctuation: what Chinese text is made of.
    if (((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3)) && trail >= 0xa1) common++;
    i++;
  }
  return high > 0 && common / high >= 0.7;
}

/** The name that TextDecoder knows an encoding by. */
export function decoderName(encoding: SourceEncoding): string {
  return encoding === 'latin1' ? 'windows-1252' : encoding;
}

/** Decodes a whole text. Bytes that are no character of the encoding are an error of the decoder. */
export function decodeText(bytes: Uint8Array, { encoding, mark }: FoundEncoding): string {
  return new TextDecoder(decoderName(encoding), { fatal: true, ignoreBOM: true }).decode(
    bytes.subarray(mark),
  );
}
