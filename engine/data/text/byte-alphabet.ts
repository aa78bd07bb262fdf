/**
 * The printable characters that stand for the 256 bytes in byte-level tokenizers (GPT-2, `bytes_to_unicode`):
 * printable Latin-1 bytes as they are, the others from U+0100 on in order.
 */
function makeAlphabet(): string[] {
  const letters: string[] = [];
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    letters.push(String.fromCharCode(printable ? byte : next++));
  }
  return letters;
}

/** [256] */
export const byteAlphabet: readonly string[] = makeAlphabet();
const byteOf: ReadonlyMap<string, number> = new Map(byteAlphabet.map((letter, byte) => [letter, byte]));

/** UTF-8 bytes of a text, one letter each. */
export function toByteLetters(text: string): string {
  let letters = '';
  for (const byte of new TextEncoder().encode(text)) letters += byteAlphabet[byte];
  return letters;
}

/** The text of byte letters; bytes that are not UTF-8 become U+FFFD. Other characters stand for themselves. */
export function fromByteLetters(letters: string): string {
  const bytes: number[] = [];
  for (const letter of letters) {
    const byte = byteOf.get(letter);
    if (byte === undefined) bytes.push(...new TextEncoder().encode(letter));
    else bytes.push(byte);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
