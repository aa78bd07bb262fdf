import { basename, dirname, join, resolve } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { torchModule } from '../../../engine/export/pytorch-module.ts';
import { torchTensors } from '../../../engine/export/pytorch-names.ts';
import { torchReadme } from '../../../engine/export/pytorch-readme.ts';
import { writeSafetensors } from '../../../engine/export/safetensors.ts';
import { writeAtomically } from '../../../engine/store/file-system.ts';
import type { ServiceHost } from '../host.ts';
import { loadWeights, newestFinishedRun, openRun, type StoredRun } from './open-run.ts';

export const exportFormats = ['safetensors'] as const;

export interface ExportOptions {
  readonly folder: string;
  readonly run?: string;
  /** The file to write; others of the same name with other endings are written beside it. */
  readonly output: string;
  /** Replace files that exist. */
  readonly force?: boolean;
}

export interface ExportResult {
  readonly run: string;
  /** Which weights were written, for a person. */
  readonly source: string;
  readonly files: readonly string[];
}

/**
 * Writes a model for PyTorch: NAME.safetensors, NAME.py that builds and loads it, NAME.json with configuration and
 * preparation, NAME.README.md. Throws `export/unsupported`, `store/exists`, and what loading a run throws.
 */
export async function exportRun(host: ServiceHost, options: ExportOptions): Promise<ExportResult> {
  const run = await openRun(
    host,
    options.folder,
    options.run ?? (await newestFinishedRun(host, options.folder)),
  );
  const { weights, source } = await loadWeights(host, run);
  const target = resolve(options.output);
  const stem = basename(target).replace(/\.safetensors$/, '');
  const names = {
    weights: `${stem}.safetensors`,
    // Python imports it by this name.
    module: `${stem.replace(/\W/g, '_').replace(/^(\d)/, '_$1')}.py`,
    sidecar: `${stem}.json`,
  };
  const { experiment, preparation, model } = run;
  const description = sidecar(run);
  const tensors = torchTensors(model, weights);
  const contents = new Map<string, Uint8Array>([
    [names.weights, writeSafetensors({ tensors, metadata: metadataOf(description) })],
    [names.module, encoder.encode(torchModule(model, names.weights))],
    [names.sidecar, encoder.encode(`${JSON.stringify(description, null, 2)}\n`)],
    [`${stem}.README.md`, encoder.encode(torchReadme(experiment, model, preparation, names))],
  ]);
  const folder = dirname(target);
  const files = [...contents.keys()].map((name) => join(folder, name));
  if (options.force !== true) await requireAbsent(host, files);
  await host.store.files.makeDirectory(folder);
  for (const [name, bytes] of contents) await writeAtomically(host.store.files, join(folder, name), bytes);
  return { run: run.record.id, source, files };
}

const encoder = new TextEncoder();

function sidecar({ record, experiment, preparation, model }: StoredRun) {
  return {
    format: 'gru-workbench/pytorch',
    version: 1,
    program: record.program.version,
    run: record.id,
    inputs: model.inputs,
    outputs: model.outputs,
    experiment,
    preparation,
  };
}

/** Safetensors metadata holds text only: each part as JSON. */
function metadataOf(description: ReturnType<typeof sidecar>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(description).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

async function requireAbsent(host: ServiceHost, files: readonly string[]): Promise<void> {
  for (const file of files) {
    if ((await host.store.files.size(file)) === null) continue;
    throw new WorkbenchError('store/exists', 'There already is a file of this name', {
      where: file,
      hint: 'Choose another name, or replace it with --force.',
    });
  }
}
