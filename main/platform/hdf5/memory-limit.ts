/** Bytes of a page of WebAssembly memory. */
const pageSize = 65_536;

/** What the types of Node.js leave out. */
interface Growing {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/**
 * A bound on the memory of every WebAssembly module of this thread, for one that is fed with damaged files: what would
 * grow beyond it fails, and the library reports that it has no memory. Made before the module is loaded.
 */
export class MemoryLimit {
  /** Bytes of one memory at most. */
  bytes: number;

  constructor(bytes: number) {
    this.bytes = bytes;
    const limit = this;
    const prototype = WebAssembly.Memory.prototype as unknown as Growing;
    const { grow } = prototype;
    prototype.grow = function (this: Growing, pages: number): number {
      if (this.buffer.byteLength + pages * pageSize > limit.bytes) {
        throw new RangeError('The memory limit of the thread is reached');
      }
      return grow.call(this, pages);
    };
  }
}
