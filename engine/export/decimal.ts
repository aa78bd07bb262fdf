import { joinBytes } from './bytes.ts';

const ZERO = 48;
const MINUS = 45;
const POINT = 46;

/** 10^0 to 10^15, each exact in a double. */
const powers = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** The most bytes that one number takes: a sign, "0.", five zeros and nine digits. */
const LONGEST = 17;
const CHUNK = 1 << 20;

/**
 * A text of numbers, written as bytes: millions of small strings would take longer to collect than to compute.
 */
export class DecimalText {
  private readonly encoder = new TextEncoder();
  private readonly full: Uint8Array[] = [];
  private chunk = new Uint8Array(CHUNK);
  private used = 0;

  text(text: string): void {
    const bytes = this.encoder.encode(text);
    if (this.used + bytes.length > CHUNK) this.flush();
    if (bytes.length > CHUNK) {
      this.full.push(bytes);
    } else {
      this.chunk.set(bytes, this.used);
      this.used += bytes.length;
    }
  }

  /** Values with `separator` between them, each as `float32` writes it. */
  row(values: Float32Array, separator: string): void {
    const between = this.encoder.encode(separator);
    values.forEach((value, index) => {
      if (this.used + LONGEST + between.length > CHUNK) this.flush();
      if (index > 0) {
        this.chunk.set(between, this.used);
        this.used += between.length;
      }
      this.float32(value);
    });
  }

  bytes(): Uint8Array {
    this.flush();
    return joinBytes(this.full);
  }

  private flush(): void {
    if (this.used === 0) return;
    this.full.push(this.chunk.slice(0, this.used));
    this.used = 0;
  }

  /**
   * The decimal of the fewest digits, of seven to nine, that rounds to the same float32 (nine always do); "null" for
   * what JSON cannot say.
   */
  private float32(value: number): void {
    const size = Math.abs(value);
    if (!(size >= 1e-6 && size < 1e7)) {
      this.ascii(spelled(value));
      return;
    }
    // Digits before the point; zero or less counts the zeros after it.
    let whole = 1;
    while (size >= (powers[whole] as number)) whole++;
    if (size < 1) {
      whole = 0;
      while (size * (powers[1 - whole] as number) < 1) whole--;
    }
    for (let digits = 7; ; digits++) {
      const scale = powers[digits - whole] as number;
      // Both are exact, so the quotient is what a reader of the decimal gets.
      const number = Math.round(size * scale);
      if (digits < 9 && Math.fround(number / scale) !== size) continue;
      if (value < 0) this.chunk[this.used++] = MINUS;
      this.digits(number, digits - whole);
      return;
    }
  }

  /** `number` / 10^`decimals`, without the zeros at its end. */
  private digits(number: number, decimals: number): void {
    let rest = number;
    let places = decimals;
    while (places > 0 && rest % 10 === 0) {
      rest /= 10;
      places--;
    }
    let length = 1;
    while (rest >= (powers[length] as number)) length++;
    const count = Math.max(length, places + 1);
    let at = this.used + count + (places > 0 ? 1 : 0);
    this.used = at;
    for (let index = 0; index < count; index++) {
      const next = Math.floor(rest / 10);
      if (index === places && places > 0) this.chunk[--at] = POINT;
      this.chunk[--at] = ZERO + rest - 10 * next;
      rest = next;
    }
  }

  private ascii(text: string): void {
    for (let index = 0; index < text.length; index++) this.chunk[this.used++] = text.charCodeAt(index);
  }
}

/** The rare ones: zero, very small, very large, and what is no number. */
function spelled(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (Object.is(value, -0)) return '-0';
  for (const digits of [7, 8]) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
