declare module 'fft.js' {
  /** Fast Fourier transform of a power-of-two size. */
  class FFT {
    constructor(size: number);
    /** Interleaved real and imaginary parts. */
    createComplexArray(): number[];
    /** Only the first size/2 + 1 bins of `output` are filled. */
    realTransform(output: number[], input: ArrayLike<number>): void;
  }
  export = FFT;
}
