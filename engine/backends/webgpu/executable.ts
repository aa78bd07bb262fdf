import { assertDefined, WorkbenchError } from '../../base/errors.ts';
import type { SlotId } from '../../ops/matrix.ts';
import type { Extent, Plan, ProgramName } from '../../plan/plan.ts';
import type { Executable, FloatArray } from '../backend.ts';
import { bankBinding, bankSize, halfBinding } from './banks.ts';
import { floatsToHalf, halfToFloats } from '../../base/half.ts';
import type { Place } from './layout.ts';
import type { EncodedPlan } from './encode.ts';
import { parameterWords } from './kernel.ts';
import type { Pipelines } from './pipelines.ts';
import type { Dispatch } from './program.ts';
import { Staging } from './staging.ts';
import type { Timer } from './timer.ts';
import { bufferUsage, mapRead } from './usage.ts';
import type { Watch } from './watch.ts';

/** Programs kept ready, of all extents together. A batch's last, smaller extent comes again every epoch. */
const keptPrograms = 64;
/** Bytes of parameters of one dispatch. */
const blockBytes = parameterWords * 4;

/** A program for one extent: its numbers are on the device, so that a run only names pipelines and places. */
interface ReadyProgram {
  readonly steps: readonly ReadyDispatch[];
  readonly parameters: GPUBuffer | null;
  readonly group: GPUBindGroup | null;
}

interface ReadyDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly groups: readonly [number, number, number];
}

/** Some of the values of a slot, in the buffer they lie in. */
interface Piece {
  readonly buffer: GPUBuffer;
  /** First element in the buffer, and of the values. */
  readonly at: number;
  readonly from: number;
  readonly count: number;
}

/** A device and what its executables share. */
export interface DeviceParts {
  readonly device: GPUDevice;
  readonly watch: Watch;
  readonly pipelines: Pipelines;
  /** null where the device has no timestamps. */
  readonly timer: Timer | null;
}

/** A plan with its memory on a device. Nothing is allocated by a run whose extent has been seen before. */
export class WebGpuExecutable implements Executable {
  readonly #device: GPUDevice;
  readonly #watch: Watch;
  readonly #pipelines: Pipelines;
  readonly #timer: Timer | null;
  readonly #plan: Plan;
  readonly #encoded: EncodedPlan;
  /** The banks of the plan, one behind the other. */
  readonly #floats: readonly GPUBuffer[];
  readonly #integers: GPUBuffer;
  /** null where nothing is kept as halves. */
  readonly #halves: GPUBuffer | null;
  readonly #programs = new Map<string, ReadyProgram>();
  readonly #staging: Staging;

  constructor({ device, watch, pipelines, timer }: DeviceParts, plan: Plan, encoded: EncodedPlan) {
    this.#device = device;
    this.#watch = watch;
    this.#pipelines = pipelines;
    this.#timer = timer;
    this.#plan = plan;
    this.#encoded = encoded;
    const usage = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget;
    const { banks, floats } = encoded;
    this.#floats = Array.from({ length: banks.count }, (_, bank) =>
      device.createBuffer({ label: `floats ${bank}`, size: 4 * bankSize(banks, floats, bank), usage }),
    );
    this.#integers = device.createBuffer({ label: 'integers', size: 4 * encoded.integers, usage });
    this.#halves =
      encoded.halves === 0 ? null : device.createBuffer({ label: 'halves', size: 2 * encoded.halves, usage });
    this.#staging = new Staging(device);
    this.#writeTables();
  }

  #writeTables(): void {
    for (const { type, offset, values } of this.#encoded.tables) {
      const words = type === 'float' ? Float32Array.from(values) : Int32Array.from(values);
      this.#writeAt(type, offset, words);
    }
  }

  /** Everything as it was at first: slots at zero. */
  clear(): void {
    const encoder = this.#device.createCommandEncoder();
    for (const bank of this.#floats) encoder.clearBuffer(bank);
    encoder.clearBuffer(this.#integers);
    if (this.#halves !== null) encoder.clearBuffer(this.#halves);
    this.#device.queue.submit([encoder.finish()]);
    this.#writeTables();
  }

  /** Makes one dispatch so many times; seconds on the device's clock. Only where the device has one. */
  async timeDispatch(dispatch: Dispatch, repeats: number): Promise<number> {
    this.#watch.check();
    const timer = assertDefined(this.#timer, 'the clock of the device');
    const parameters = this.#parametersOf([dispatch], 'a measurement');
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass({ timestampWrites: timer.both });
    pass.setPipeline(this.#pipelines.of(dispatch));
    pass.setBindGroup(0, this.#groupOf(parameters), [0]);
    for (let turn = 0; turn < repeats; turn++) pass.dispatchWorkgroups(...dispatch.groups);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
    const seconds = await timer.read();
    parameters.destroy();
    return seconds;
  }

  writeFloats(slot: SlotId, values: FloatArray): void {
    if (this.#isHalf(slot)) {
      this.#writeHalves(slot, values);
      return;
    }
    const words = values instanceof Float32Array ? values : Float32Array.from(values);
    this.#write('float', slot, words);
  }

  writeInts(slot: SlotId, values: Int32Array): void {
    this.#write('int', slot, values);
  }

  async readFloats(slot: SlotId, count: number): Promise<Float32Array> {
    if (!this.#isHalf(slot)) {
      return new Float32Array(await this.#read('float', slot, count));
    }
    // Two halves a word; the second of the last one may be none of them.
    const halves = new Uint8Array(await this.#read('half', slot, Math.ceil(count / 2)));
    return halfToFloats(halves.subarray(0, 2 * count));
  }

  async readInts(slot: SlotId, count: number): Promise<Int32Array> {
    return new Int32Array(await this.#read('int', slot, count));
  }

  run(program: ProgramName, extent: Extent): void {
    const largest = this.#plan.extent;
    if (extent.timesteps > largest.timesteps || extent.batch > largest.batch) {
      throw new WorkbenchError('internal', 'A run is larger than its plan', { data: { extent, largest } });
    }
    this.#watch.check();
    const { steps, group } = this.#ready(program, extent);
    if (group === null) return;
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.#record(pass, steps, group);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  /** Runs programs one after the other; seconds from the first dispatch to the last, null without timestamps. */
  async runTimed(programs: readonly ProgramName[], extent: Extent): Promise<number | null> {
    this.#watch.check();
    const ready = programs
      .map((program) => this.#ready(program, extent))
      .filter(({ group }) => group !== null);
    const timer = this.#timer;
    if (timer === null || ready.length === 0) return null;
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass({ timestampWrites: timer.both });
    for (const { steps, group } of ready) if (group !== null) this.#record(pass, steps, group);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
    return timer.read();
  }

  /** Dispatches that some programs take together. */
  dispatchCount(programs: readonly ProgramName[], extent: Extent): number {
    return programs.reduce((sum, program) => sum + this.#ready(program, extent).steps.length, 0);
  }

  dispose(): void {
    for (const bank of this.#floats) bank.destroy();
    this.#integers.destroy();
    this.#halves?.destroy();
    this.#staging.destroy();
    for (const { parameters } of this.#programs.values()) parameters?.destroy();
    this.#programs.clear();
  }

  #record(pass: GPUComputePassEncoder, steps: readonly ReadyDispatch[], group: GPUBindGroup): void {
    let current: GPUComputePipeline | null = null;
    steps.forEach(({ pipeline, groups }, index) => {
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, group, [index * blockBytes]);
      pass.dispatchWorkgroups(...groups);
    });
  }

  #ready(program: ProgramName, extent: Extent): ReadyProgram {
    const key = `${program} ${extent.timesteps} ${extent.batch}`;
    const known = this.#programs.get(key);
    if (known !== undefined) {
      // Last in the order of the map is last used.
      this.#programs.delete(key);
      this.#programs.set(key, known);
      return known;
    }
    const made = this.#make(program, extent);
    this.#programs.set(key, made);
    if (this.#programs.size > keptPrograms) {
      const [oldest] = this.#programs.keys();
      if (oldest !== undefined) {
        this.#programs.get(oldest)?.parameters?.destroy();
        this.#programs.delete(oldest);
      }
    }
    return made;
  }

  #make(program: ProgramName, extent: Extent): ReadyProgram {
    const dispatches = this.#encoded.encode(program, extent);
    if (dispatches.length === 0) return { steps: [], parameters: null, group: null };
    const parameters = this.#parametersOf(dispatches, program);
    const group = this.#groupOf(parameters);
    const steps = dispatches.map((dispatch) => ({
      pipeline: this.#pipelines.of(dispatch),
      groups: dispatch.groups,
    }));
    return { steps, parameters, group };
  }

  #parametersOf(dispatches: readonly Dispatch[], what: string): GPUBuffer {
    const words = new Uint32Array(dispatches.length * parameterWords);
    dispatches.forEach(({ block }, index) => {
      words.set(block, index * parameterWords);
    });
    const parameters = this.#device.createBuffer({
      label: `parameters of ${what}`,
      size: words.byteLength,
      usage: bufferUsage.uniform | bufferUsage.copyTarget,
    });
    this.#device.queue.writeBuffer(parameters, 0, words);
    return parameters;
  }

  #groupOf(parameters: GPUBuffer): GPUBindGroup {
    return this.#device.createBindGroup({
      layout: this.#pipelines.bindings,
      entries: [
        ...this.#floats.map((buffer, bank) => ({ binding: bankBinding(bank), resource: { buffer } })),
        { binding: 1, resource: { buffer: this.#integers } },
        ...(this.#halves === null ? [] : [{ binding: halfBinding, resource: { buffer: this.#halves } }]),
        { binding: 2, resource: { buffer: parameters, size: blockBytes } },
      ],
    });
  }

  /** Whole words: the last half may have a neighbor of zero beyond the end of the slot, which is unused there. */
  #writeHalves(slot: SlotId, values: FloatArray): void {
    const halves = new Uint16Array(2 * Math.ceil(values.length / 2));
    halves.set(floatsToHalf(values));
    this.#write('half', slot, new Int32Array(halves.buffer));
  }

  #write(type: Place['type'], slot: SlotId, values: Float32Array | Int32Array): void {
    this.#watch.check();
    this.#writeAt(type, this.#offset(type, slot, values.length), values);
  }

  #writeAt(type: Place['type'], offset: number, values: Float32Array | Int32Array): void {
    for (const { buffer, at, from, count } of this.#pieces(type, offset, values.length)) {
      const piece = values.subarray(from, from + count);
      this.#device.queue.writeBuffer(buffer, 4 * at, piece as Float32Array<ArrayBuffer>);
    }
  }

  /** Where values lie: in one buffer, or in several of which each goes on where the last one ends. */
  #pieces(type: Place['type'], offset: number, count: number): readonly Piece[] {
    if (count === 0) return [];
    if (type === 'int') return [{ buffer: this.#integers, at: offset, from: 0, count }];
    if (type === 'half')
      return [{ buffer: assertDefined(this.#halves, 'halves'), at: offset, from: 0, count }];
    const { elements } = this.#encoded.banks;
    const pieces: Piece[] = [];
    for (let from = 0; from < count; ) {
      const bank = Math.floor((offset + from) / elements);
      const at = offset + from - bank * elements;
      const length = Math.min(count - from, elements - at);
      pieces.push({ buffer: this.#floats[bank] as GPUBuffer, at, from, count: length });
      from += length;
    }
    return pieces;
  }

  /** The values as they are after what was submitted until now, whatever is submitted before they arrive. */
  async #read(type: Place['type'], slot: SlotId, count: number): Promise<ArrayBuffer> {
    const offset = this.#offset(type, slot, count);
    const bytes = 4 * count;
    this.#watch.check();
    if (bytes === 0) return new ArrayBuffer(0);
    const device = this.#device;
    const staging = this.#staging.take(bytes);
    const encoder = device.createCommandEncoder();
    for (const { buffer, at, from, count: length } of this.#pieces(type, offset, count)) {
      encoder.copyBufferToBuffer(buffer, 4 * at, staging, 4 * from, 4 * length);
    }
    device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(mapRead, 0, bytes);
    } catch (cause) {
      staging.destroy();
      this.#watch.check();
      throw new WorkbenchError('internal', 'A buffer of the GPU could not be read', { cause });
    }
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    this.#staging.giveBack(staging);
    this.#watch.check();
    return copy;
  }

  #isHalf(slot: SlotId): boolean {
    return this.#encoded.layout.places.get(slot)?.type === 'half';
  }

  /** In words of 32 bits. */
  #offset(type: Place['type'], slot: SlotId, count: number): number {
    const place = assertDefined(this.#encoded.layout.places.get(slot), `slot ${slot}`);
    if (place.type !== type) throw new WorkbenchError('internal', `Slot ${slot} holds no ${type} values`);
    const size = type === 'half' ? Math.ceil(place.size / 2) : place.size;
    if (count > size) {
      throw new WorkbenchError('internal', `Slot ${slot} holds ${size} words, not ${count}`);
    }
    return type === 'half' ? place.offset / 2 : place.offset;
  }
}
