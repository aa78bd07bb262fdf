import { cannotImport, damaged } from './network.ts';

/**
 * Python's pickle, as far as a PyTorch state dict needs it: containers, numbers, texts and the few functions that
 * rebuild a tensor, which are known by name and never called from the file. Anything else a pickle can do (any other
 * global, any other call) is refused. Opcodes are those of Python's `pickletools`, protocols 2 to 5.
 */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickledList
  | PickledTuple
  | PickledDict
  | PickledGlobal
  | PickledTensor
  | PickledStorage;

export class PickledList {
  readonly items: Pickled[] = [];
}

export class PickledTuple {
  readonly items: readonly Pickled[];
  constructor(items: readonly Pickled[]) {
    this.items = items;
  }
}

/** Keys in order of insertion; only texts and numbers are kept as keys. */
export class PickledDict {
  readonly entries = new Map<string | number, Pickled>();
}

export class PickledGlobal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Where the numbers of a tensor lie. */
export class PickledStorage {
  readonly type: string;
  readonly key: string;
  readonly count: number;
  constructor(type: string, key: string, count: number) {
    this.type = type;
    this.key = key;
    this.count = count;
  }
}

export class PickledTensor {
  readonly storage: PickledStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  constructor(storage: PickledStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

const storageTypes = /^torch(?:\.storage)?\.(\w+Storage)$/;
const mark = Symbol('mark');
type Stacked = Pickled | typeof mark;

const format = 'PyTorch';
/** Values on the stack and in the memo; a state dict of a large network has some thousands. */
const largestCount = 1_000_000;
const deepest = 64;

export interface Unpickled {
  readonly value: Pickled;
  /** Where the next pickle of the same file begins. */
  readonly end: number;
}

/** Reads one pickle. Throws `import/damaged`, or `import/unsupported` for what it does not know. */
export function unpickle(bytes: Uint8Array, start: number, where: string): Unpickled {
  return new Unpickler(bytes, start, where).run();
}

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #where: string;
  readonly #stack: Stacked[] = [];
  readonly #memo = new Map<number, Pickled>();
  #at: number;
  #steps = 0;

  constructor(bytes: Uint8Array, start: number, where: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#where = where;
  }

  run(): Unpickled {
    for (;;) {
      if (++this.#steps > largestCount * 4 || this.#stack.length > largestCount) {
        throw this.#damaged('its pickle does not come to an end');
      }
      const opcode = this.#byte();
      if (opcode === 0x2e) return { value: this.#pop(), end: this.#at };
      this.#step(opcode);
    }
  }

  #step(opcode: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        this.#byte();
        return;
      case 0x95: // FRAME
        this.#take(8);
        return;
      case 0x28: // MARK
        this.#stack.push(mark);
        return;
      case 0x30: // POP
        this.#stack.pop();
        return;
      case 0x4e:
        this.#push(null);
        return;
      case 0x88:
        this.#push(true);
        return;
      case 0x89:
        this.#push(false);
        return;
      case 0x4a:
        this.#push(this.#view.getInt32(this.#advance(4), true));
        return;
      case 0x4b:
        this.#push(this.#byte());
        return;
      case 0x4d:
        this.#push(this.#view.getUint16(this.#advance(2), true));
        return;
      case 0x8a:
        this.#push(this.#long(this.#byte()));
        return;
      case 0x47:
        this.#push(this.#view.getFloat64(this.#advance(8), false));
        return;
      case 0x58:
        this.#push(this.#text(this.#count32()));
        return;
      case 0x8c:
        this.#push(this.#text(this.#byte()));
        return;
      case 0x42:
        this.#push(this.#take(this.#count32()));
        return;
      case 0x43:
        this.#push(this.#take(this.#byte()));
        return;
      case 0x55: // SHORT_BINSTRING, of Python 2
        this.#push(this.#text(this.#byte()));
        return;
      case 0x54: // BINSTRING
        this.#push(this.#text(this.#count32()));
        return;
      case 0x5d:
        this.#push(new PickledList());
        return;
      case 0x29:
        this.#push(new PickledTuple([]));
        return;
      case 0x7d:
        this.#push(new PickledDict());
        return;
      case 0x85:
      case 0x86:
      case 0x87: {
        const items = this.#popMany(opcode - 0x84);
        this.#push(new PickledTuple(items));
        return;
      }
      case 0x74:
        this.#push(new PickledTuple(this.#popToMark()));
        return;
      case 0x61: // APPEND
        this.#append([this.#pop()]);
        return;
      case 0x65: // APPENDS
        this.#append(this.#popToMark());
        return;
      case 0x73: // SETITEM
        this.#setItems(this.#popMany(2));
        return;
      case 0x75: // SETITEMS
        this.#setItems(this.#popToMark());
        return;
      case 0x71: // BINPUT
        this.#remember(this.#byte());
        return;
      case 0x72: // LONG_BINPUT
        this.#remember(this.#count32());
        return;
      case 0x94: // MEMOIZE
        this.#remember(this.#memo.size);
        return;
      case 0x68: // BINGET
        this.#recall(this.#byte());
        return;
      case 0x6a: // LONG_BINGET
        this.#recall(this.#count32());
        return;
      case 0x63: // GLOBAL
        this.#push(this.#global(this.#line(), this.#line()));
        return;
      case 0x93: {
        const [module, name] = this.#popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') throw this.#damaged('a name is no text');
        this.#push(this.#global(module, name));
        return;
      }
      case 0x51: // BINPERSID
        this.#push(this.#storage(this.#pop()));
        return;
      case 0x52: // REDUCE
        this.#reduce();
        return;
      case 0x62: // BUILD: attributes of an OrderedDict or a parameter; nothing that a weight needs
        this.#pop();
        return;
      default:
        throw this.#refused(`its pickle uses the opcode 0x${opcode.toString(16).padStart(2, '0')}`);
    }
  }

  #global(module: string, name: string): PickledGlobal {
    const full = `${module}.${name}`;
    const known =
      full === 'collections.OrderedDict' ||
      full === 'torch._utils._rebuild_tensor_v2' ||
      full === 'torch._utils._rebuild_parameter' ||
      full === 'torch.Size' ||
      storageTypes.test(full);
    if (known) return new PickledGlobal(full);
    throw this.#refused(`it would run "${full.slice(0, 80)}"; only tensors and containers are read`);
  }

  #reduce(): void {
    const [callee, given] = this.#popMany(2);
    if (!(callee instanceof PickledGlobal) || !(given instanceof PickledTuple)) {
      throw this.#refused('it calls something that is no function');
    }
    const { items } = given;
    switch (callee.name) {
      case 'collections.OrderedDict': {
        const dict = new PickledDict();
        const [pairs] = items;
        if (pairs instanceof PickledList) {
          for (const pair of pairs.items) {
            if (!(pair instanceof PickledTuple) && !(pair instanceof PickledList)) {
              throw this.#damaged('an OrderedDict is made of something other than pairs');
            }
            const [key, value] = pair.items;
            if (typeof key === 'string' || typeof key === 'number') dict.entries.set(key, value ?? null);
          }
        }
        this.#push(dict);
        return;
      }
      case 'torch._utils._rebuild_tensor_v2':
        this.#push(this.#tensor(items));
        return;
      case 'torch._utils._rebuild_parameter':
        this.#push(items[0] ?? null);
        return;
      case 'torch.Size':
        this.#push(items[0] ?? null);
        return;
      default:
        throw this.#refused(`it calls ${callee.name}`);
    }
  }

  #storage(identifier: Pickled): PickledStorage {
    if (!(identifier instanceof PickledTuple)) throw this.#damaged('a storage has no description');
    const [kind, type, key, , count] = identifier.items;
    const name = type instanceof PickledGlobal ? storageTypes.exec(type.name)?.[1] : undefined;
    if (kind !== 'storage' || name === undefined || typeof key !== 'string' || !isCount(count)) {
      throw this.#damaged('a storage is described in an unknown way');
    }
    return new PickledStorage(name, key, count);
  }

  #tensor(items: readonly Pickled[]): PickledTensor {
    const [storage, offset, shape, strides] = items;
    const sizes = (value: Pickled | undefined): number[] => {
      const list = value instanceof PickledTuple || value instanceof PickledList ? value.items : null;
      if (list === null || list.length > 8 || !list.every(isCount)) {
        throw this.#damaged('a tensor has no sound shape');
      }
      return list as number[];
    };
    if (!(storage instanceof PickledStorage) || !isCount(offset)) {
      throw this.#damaged('a tensor has no storage');
    }
    return new PickledTensor(storage, offset, sizes(shape), sizes(strides));
  }

  #append(items: readonly Pickled[]): void {
    const list = this.#top();
    if (!(list instanceof PickledList)) throw this.#damaged('it appends to something that is no list');
    // Not push(...items): a list may hold more items than a call has room for.
    for (const item of items) list.items.push(item);
  }

  #setItems(items: readonly Pickled[]): void {
    const dict = this.#top();
    if (!(dict instanceof PickledDict)) throw this.#damaged('it sets an item of something that is no dict');
    for (let index = 0; index + 1 < items.length; index += 2) {
      const key = items[index];
      if (typeof key === 'string' || typeof key === 'number') dict.entries.set(key, items[index + 1] ?? null);
    }
  }

  #remember(index: number): void {
    if (this.#memo.size > largestCount) throw this.#damaged('it remembers too much');
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#damaged('it recalls what it never remembered');
    this.#push(value);
  }

  #push(value: Pickled): void {
    this.#stack.push(value);
  }

  #top(): Pickled {
    const value = this.#stack.at(-1);
    if (value === undefined || value === mark) throw this.#damaged('its stack is empty');
    return value;
  }

  #pop(): Pickled {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMany(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #popToMark(): Pickled[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw this.#damaged('a mark is missing');
    return this.#stack.splice(at).slice(1) as Pickled[];
  }

  /** A little-endian two's-complement integer; beyond 53 bits it loses digits that nothing here needs. */
  #long(length: number): number {
    const bytes = this.#take(length);
    let value = 0;
    for (let index = length - 1; index >= 0; index--) value = value * 256 + (bytes[index] as number);
    return length > 0 && (bytes[length - 1] as number) >= 128 ? value - 256 ** length : value;
  }

  #text(length: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.#take(length));
    } catch (cause) {
      throw damaged(format, this.#where, 'a text is not UTF-8', cause);
    }
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 500) throw this.#damaged('a name does not end');
    const line = this.#text(end - this.#at);
    this.#at += 1;
    return line;
  }

  #byte(): number {
    return this.#bytes[this.#advance(1)] as number;
  }

  #count32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  #take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  #advance(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) throw this.#damaged('its pickle ends in the middle');
    this.#at += length;
    return start;
  }

  #damaged(reason: string): Error {
    return damaged(format, this.#where, reason);
  }

  #refused(what: string): Error {
    return cannotImport(format, this.#where, what);
  }
}

function isCount(value: Pickled | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Tensors of a nested value by their path, `encoder.gru.weight_ih_l0`. */
export function tensorsIn(value: Pickled): Map<string, PickledTensor> {
  const found = new Map<string, PickledTensor>();
  const visit = (at: Pickled, path: string, depth: number): void => {
    if (depth > deepest) return;
    if (at instanceof PickledTensor) found.set(path, at);
    else if (at instanceof PickledDict) {
      for (const [key, item] of at.entries)
        visit(item, path === '' ? String(key) : `${path}.${key}`, depth + 1);
    }
  };
  visit(value, '', 0);
  return found;
}
