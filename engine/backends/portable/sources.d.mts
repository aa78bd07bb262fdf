/** Absolute paths of the C++ files that the WebAssembly build compiles, in a fixed order. */
export function kernelSources(): string[];
/** SHA-256 over their names and contents, as hexadecimal digits. */
export function sourcesDigest(): string;
