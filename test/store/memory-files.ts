import { type FileSystem, fileError, parentOf } from '../../engine/store/file-system.ts';

/** Thrown where a test lets the process die: nothing after it happens. */
export class Crash extends Error {}

/** What goes wrong at a write. `torn` leaves half of the bytes behind, as a killed process may. */
export interface Fault {
  readonly at: number;
  readonly kind: 'crash' | 'torn' | 'ENOSPC' | 'EACCES' | 'EROFS';
  /** Every later write fails too, as on a disk that stays full. Default: only this one. */
  readonly lasting?: boolean;
}

/**
 * A file system in memory that fails where it is told to. It also models what a power failure leaves: names that were
 * not made durable by `syncDirectory`, and appended bytes that were not synced, are gone after `losePower`.
 */
export class MemoryFiles implements FileSystem {
  /** Files by path. */
  files = new Map<string, Uint8Array>();
  directories = new Set<string>(['.', '/']);
  /** Changes so far: the points at which a fault can be put. */
  writes = 0;
  fault: Fault | null = null;
  #dead = false;
  #durable = new Map<string, Uint8Array>();
  #syncedLength = new Map<string, number>();

  /** The disk as the next process finds it after the present one was killed. */
  afterKill(): MemoryFiles {
    return this.#copyOf(this.files, this.directories);
  }

  /** The disk after the power failed. */
  afterPowerFailure(): MemoryFiles {
    const files = new Map<string, Uint8Array>();
    for (const [path, bytes] of this.#durable) {
      files.set(path, bytes.slice(0, this.#syncedLength.get(path) ?? bytes.length));
    }
    return this.#copyOf(files, this.directories);
  }

  #copyOf(files: Map<string, Uint8Array>, directories: Set<string>): MemoryFiles {
    const copy = new MemoryFiles();
    copy.files = new Map([...files].map(([path, bytes]) => [path, bytes.slice()]));
    copy.directories = new Set(directories);
    copy.#durable = new Map(copy.files);
    return copy;
  }

  /** Counts a change, and fails at the chosen one. `partly` is what a torn change does first. */
  #change(path: string, partly: () => void = () => undefined): void {
    if (this.#dead) throw new Crash();
    const now = this.writes++;
    const { fault } = this;
    if (fault === null || (fault.lasting ? now < fault.at : now !== fault.at)) return;
    if (fault.kind === 'crash' || fault.kind === 'torn') {
      this.#dead = true;
      if (fault.kind === 'torn') partly();
      throw new Crash();
    }
    if (fault.kind === 'ENOSPC') partly();
    throw fileError(Object.assign(new Error(fault.kind), { code: fault.kind }), 'write', path);
  }

  async read(path: string): Promise<Uint8Array | null> {
    return this.files.get(path)?.slice() ?? null;
  }

  async size(path: string): Promise<number | null> {
    return this.files.get(path)?.length ?? null;
  }

  async list(path: string): Promise<string[]> {
    const prefix = `${path}/`;
    const names = [...this.files.keys(), ...this.directories]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length).split('/')[0] ?? '');
    return [...new Set(names)];
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    this.#change(path, () => this.files.set(path, bytes.slice(0, bytes.length >> 1)));
    this.#requireParent(path);
    this.files.set(path, bytes.slice());
    this.#syncedLength.set(path, bytes.length);
  }

  async create(path: string, bytes: Uint8Array): Promise<boolean> {
    if (this.files.has(path)) return false;
    await this.write(path, bytes);
    return true;
  }

  async append(path: string, bytes: Uint8Array): Promise<void> {
    const before = this.files.get(path) ?? new Uint8Array(0);
    const grow = (added: Uint8Array) => this.files.set(path, Uint8Array.from([...before, ...added]));
    this.#syncedLength.set(path, Math.min(this.#syncedLength.get(path) ?? before.length, before.length));
    this.#change(path, () => grow(bytes.slice(0, bytes.length >> 1)));
    grow(bytes);
  }

  async truncate(path: string, length: number): Promise<void> {
    this.#change(path);
    this.files.set(path, (this.files.get(path) ?? new Uint8Array(0)).slice(0, length));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#change(to);
    const moved = [...this.files].filter(([path]) => path === from || path.startsWith(`${from}/`));
    if (moved.length === 0 && !this.directories.has(from)) throw new Error(`rename of nothing: ${from}`);
    if ([...this.files.keys()].some((path) => path.startsWith(`${to}/`))) throw new Error(`not free: ${to}`);
    for (const [path, bytes] of moved) {
      this.files.delete(path);
      const target = to + path.slice(from.length);
      this.files.set(target, bytes);
      // The contents were synced under the old name; the new name waits for its folder.
      this.#syncedLength.set(target, this.#syncedLength.get(path) ?? bytes.length);
      if (path !== from) {
        this.#durable.set(target, bytes);
      }
    }
    for (const path of [...this.directories]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.directories.delete(path);
      this.directories.add(to + path.slice(from.length));
    }
  }

  async remove(path: string): Promise<void> {
    this.#change(path, () => {
      const first = [...this.files.keys()].find((name) => name.startsWith(`${path}/`));
      if (first !== undefined) this.files.delete(first);
    });
    for (const name of [...this.files.keys()]) {
      if (name === path || name.startsWith(`${path}/`)) this.files.delete(name);
    }
    for (const name of [...this.directories]) {
      if (name === path || name.startsWith(`${path}/`)) this.directories.delete(name);
    }
  }

  async makeDirectory(path: string): Promise<void> {
    this.#change(path);
    for (let place = path; place !== '.' && place !== '/'; place = parentOf(place))
      this.directories.add(place);
  }

  async syncFile(path: string): Promise<void> {
    this.#change(path);
    this.#syncedLength.set(path, this.files.get(path)?.length ?? 0);
    if (this.#durable.has(path)) this.#durable.set(path, this.files.get(path) ?? new Uint8Array(0));
  }

  async syncDirectory(path: string): Promise<void> {
    this.#change(path);
    for (const name of [...this.#durable.keys()]) {
      if (name.startsWith(`${path}/`) && !this.files.has(name)) this.#durable.delete(name);
    }
    for (const [name, bytes] of this.files) {
      if (name.startsWith(`${path}/`)) this.#durable.set(name, bytes);
    }
  }

  #requireParent(path: string): void {
    const parent = parentOf(path);
    if (!this.directories.has(parent)) throw new Error(`no folder ${parent}`);
  }
}
