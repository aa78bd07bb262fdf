/**
 * A number from 0 to 2^32 - 1 that depends on a text alone: FNV-1a over UTF-16 units (Fowler, Noll, Vo), then the
 * finalizer of MurmurHash3, as short texts leave high bits alike. Splits and hashed categories of stored runs depend
 * on it, so it never changes.
 */
export function hashText(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return mixBits(value);
}

/** The finalizer of MurmurHash3: every bit of the result depends on every bit of the input. */
export function mixBits(bits: number): number {
  let value = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
