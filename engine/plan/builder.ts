import { assertDefined } from '../base/errors.ts';
import { randomStreams } from '../base/rng.ts';
import {
  isUnder,
  type ModelDescription,
  type ParameterDescription,
  parameterSize,
} from '../model/description.ts';
import { type Matrix, type Rows, type SlotId, wholeMatrix } from '../ops/matrix.ts';
import type { Op } from '../ops/op.ts';
import type { PlannedParameter } from './built.ts';
import type { PlanOptions } from './options.ts';
import type { Slot, SlotRole } from './plan.ts';

/** Where a gradient is wanted: written, or added to what is there. */
export interface GradientTarget {
  readonly matrix: Matrix;
  readonly accumulate: boolean;
}

/** A part of the model in one program: what it computes, and how its backward ops are written. */
export interface Stage {
  /** What its output is called: `input`, `gru.0`, `readout`, `head.0`, `output`. */
  readonly name: string;
  readonly output: Matrix;
  /** Whether a weight in it or before it learns, so that a gradient must reach it. */
  readonly learns: boolean;
  /**
   * Adds its backward ops.
   * @param outputGradient derivative with respect to `output`; may be overwritten by these ops.
   */
  backward(outputGradient: Matrix): void;
}

/** `inference` leaves out dropout and what only a backward pass needs. */
export type Mode = 'training' | 'inference';

/** What holds for a whole plan. */
export interface PlanSettings extends PlanOptions {
  /** Gradients add up over several `gradients` runs. */
  readonly accumulate: boolean;
  /** States are carried from one window to the next. */
  readonly stateful: boolean;
  readonly optimizerSlots: readonly string[];
  readonly averaged: boolean;
  learns(parameter: ParameterDescription): boolean;
}

/** Collects slots while a plan is built. */
export class PlanBuilder {
  readonly model: ModelDescription;
  readonly settings: PlanSettings;
  readonly parameters: ReadonlyMap<string, PlannedParameter>;
  readonly #slots = new Map<string, Slot>();
  #randomOps = 0;

  constructor(model: ModelDescription, settings: PlanSettings) {
    this.model = model;
    this.settings = settings;
    this.parameters = new Map(
      model.parameters.map((description) => [description.name, this.#planParameter(description)]),
    );
  }

  #planParameter(description: ParameterDescription): PlannedParameter {
    const { optimizerSlots, averaged } = this.settings;
    const size = { fixed: parameterSize(description) };
    const { name } = description;
    const learns = this.settings.learns(description);
    return {
      description,
      slot: this.slot(`parameter/${name}`, 'parameter', size),
      gradient: learns ? this.slot(`gradient/${name}`, 'gradient', size) : null,
      optimizer: (learns ? optimizerSlots : []).map((slot) => ({
        name: slot,
        slot: this.slot(`optimizer/${name}/${slot}`, 'optimizer', size),
      })),
      average: learns && averaged ? this.slot(`average/${name}`, 'average', size) : null,
    };
  }

  get slots(): readonly Slot[] {
    return [...this.#slots.values()];
  }

  /** The slot of a name: made at the first call, the same one afterwards (training and inference share them). */
  slot(name: string, role: SlotRole, size: Partial<SlotSize>, type: 'float' | 'int' = 'float'): SlotId {
    const known = this.#slots.get(name);
    if (known !== undefined) return known.id;
    const id = this.#slots.size;
    this.#slots.set(name, {
      id,
      name,
      type,
      role,
      perSequenceRow: 0,
      perBatchRow: 0,
      fixed: 0,
      ...size,
    });
    return id;
  }

  /** A slot [rows,columns] of the kind `activation/...`, as a matrix. */
  activation(name: string, rows: Rows, columns: number): Matrix {
    return this.#matrix(`activation/${name}`, 'activation', rows, columns);
  }

  /** A slot [rows,columns] for the derivative of an activation: `gradient/...`. */
  gradient(name: string, rows: Rows, columns: number): Matrix {
    return this.#matrix(`gradient/${name}`, 'scratch', rows, columns);
  }

  #matrix(name: string, role: SlotRole, rows: Rows, columns: number): Matrix {
    const size = rows === 'sequence' ? { perSequenceRow: columns } : { perBatchRow: columns };
    return wholeMatrix(this.slot(name, role, size), columns);
  }

  /** [B] lengths, or null when every sample fills its batch. */
  get lengths(): SlotId | null {
    return this.settings.masked ? this.slot('input/lengths', 'input', { perBatchRow: 1 }, 'int') : null;
  }

  parameter(name: string): PlannedParameter {
    return assertDefined(this.parameters.get(name), `the weight ${name}`);
  }

  /** The gradient slot of a weight, or null where it does not learn or the model has none of that name. */
  gradientOf(name: string): SlotId | null {
    return this.parameters.get(name)?.gradient ?? null;
  }

  /** Whether one of the weights of a layer or direction learns. */
  learns(path: string): boolean {
    return [...this.parameters].some(([name, { gradient }]) => gradient !== null && isUnder(name, path));
  }

  /** A stream number of its own for every random op, in the order in which the model is built. */
  randomStream(): number {
    const stream = randomStreams.firstDropout + this.#randomOps;
    this.#randomOps += 1;
    return stream;
  }

  /**
   * Dropout from one matrix to another, and its own backward op from gradient to gradient.
   * The ops of one call share a mask.
   */
  dropout(rows: Rows, rate: number, sharedOverTime: boolean): DropoutMaker {
    const stream = this.randomStream();
    return (input, output, accumulate = false): Op => ({
      kind: 'dropout',
      rows,
      input,
      output,
      rate,
      stream,
      sharedOverTime,
      accumulate,
    });
  }
}

/** Makes the dropout op from an input to an output, or from gradient to gradient. */
export type DropoutMaker = (input: Matrix, output: Matrix, accumulate?: boolean) => Op;

interface SlotSize {
  readonly perSequenceRow: number;
  readonly perBatchRow: number;
  readonly fixed: number;
}

/** Columns `column`.. of a matrix, `columns` of them. */
export function columnsOf(matrix: Matrix, column: number, columns: number): Matrix {
  return { slot: matrix.slot, column: matrix.column + column, columns, stride: matrix.stride };
}
