import type { Op } from '../../ops/op.ts';
import { type Extent, type Plan, type ProgramName, programNames } from '../../plan/plan.ts';
import { type Banks, banksOf } from './banks.ts';
import { encoders } from './encode/table.ts';
import { halfSlots } from './halves.ts';
import { aligned, type Layout, layoutPlan } from './layout.ts';
import { type Dispatch, ProgramWriter, type Regions, Sources, Tables } from './program.ts';
import type { Tuning } from './tuning.ts';

/** A plan laid out in floats and integers, and how to make the dispatches of its programs for an extent. */
export interface EncodedPlan {
  readonly layout: Layout;
  /** Elements of the buffers of floats together: slots, tables, then the workspace that ops share. */
  readonly floats: number;
  readonly integers: number;
  /** Elements of the buffer of halves, slots and workspace; 0 without any. */
  readonly halves: number;
  readonly banks: Banks;
  readonly tables: readonly EncodedTable[];
  /** Dispatches of a program for an extent no larger than the plan's. */
  encode(program: ProgramName, extent: Extent): readonly Dispatch[];
}

export interface EncodedTable {
  readonly type: 'float' | 'int';
  readonly offset: number;
  readonly values: readonly number[];
}

export function encodePlan(plan: Plan, tuning: Tuning): EncodedPlan {
  const layout = layoutPlan(plan, halfSlots(plan, tuning));
  const tables = { floats: new Tables(), integers: new Tables() };
  const write = (program: ProgramName, extent: Extent, regions: Regions, sources: Sources): ProgramWriter => {
    const writer = new ProgramWriter(plan, extent, tuning, layout, regions, tables, sources);
    for (const op of plan.programs[program]) {
      writer.beginOp();
      encodeOp(writer, op);
    }
    return writer;
  };
  // Once to see what the ops need beside the slots.
  const nowhere = { floatTables: 0, integerTables: 0, workspace: 0, halfWorkspace: 0 };
  const one = new Sources(banksOf(0, tuning.bankElements));
  const needs = programNames.map((name) => write(name, plan.extent, nowhere, one).workspaceElements);
  const workspace = Math.max(...needs.map(({ floats }) => floats));
  const halfWorkspace = Math.max(...needs.map(({ halves }) => halves));
  const regions: Regions = {
    floatTables: layout.floats,
    integerTables: layout.integers,
    workspace: layout.floats + tables.floats.size,
    halfWorkspace: layout.halves,
  };
  const floats = Math.max(4, aligned(regions.workspace + workspace));
  const banks = banksOf(floats, tuning.bankElements);
  const sources = new Sources(banks);
  return {
    layout,
    floats,
    banks,
    integers: Math.max(4, aligned(regions.integerTables + tables.integers.size)),
    halves: layout.halves + halfWorkspace,
    tables: [
      ...[...tables.floats.entries].map(({ offset, values }) => ({
        type: 'float' as const,
        offset: regions.floatTables + offset,
        values,
      })),
      ...[...tables.integers.entries].map(({ offset, values }) => ({
        type: 'int' as const,
        offset: regions.integerTables + offset,
        values,
      })),
    ],
    encode: (program, extent) => write(program, extent, regions, sources).dispatches,
  };
}

/** The dispatches of every program of a plan at its full extent. */
export function dispatchesOf(plan: Plan, encoded: EncodedPlan): readonly Dispatch[] {
  return programNames.flatMap((name) => encoded.encode(name, plan.extent));
}

function encodeOp(writer: ProgramWriter, op: Op): void {
  const encode = encoders[op.kind] as (writer: ProgramWriter, op: Op) => void;
  encode(writer, op);
}
