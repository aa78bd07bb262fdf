/**
 * The few web-standard globals that every host of the engine (Node, Chromium, workers) has.
 * The engine compiles without the DOM and Node type libraries, so that nothing else slips in.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(encoding?: string, options?: { fatal?: boolean });
  decode(bytes: Uint8Array): string;
}
interface AbortSignal {
  readonly aborted: boolean;
}
