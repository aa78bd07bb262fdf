/**
 * The few web-standard globals that every host of the engine (Node, Chromium, workers) has.
 * The engine compiles without the DOM and Node type libraries, so that nothing else slips in.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(encoding?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
interface AbortSignal {
  readonly aborted: boolean;
}
declare namespace WebAssembly {
  class Module {
    /** Throws where the bytes do not validate. */
    constructor(bytes: Uint8Array);
  }
  class Memory {
    /** In pages of 64 KiB. Throws a RangeError where the host has no such memory. */
    constructor(size: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function validate(bytes: Uint8Array): boolean;
}
