import { RandomStream } from '../../engine/base/rng.ts';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { exportModel } from '../../engine/export/export.ts';
import { type ExportFormatName, exportFormats, formatTable } from '../../engine/export/formats.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { describeModel } from '../../engine/model/describe.ts';
import { parameterSize } from '../../engine/model/description.ts';
import { hdf5Writer } from '../../main/platform/exports/hdf5.ts';

/** Two layers of 1152 and 768 units on 256 features: 9.3 million parameters. */
function largeModel(): ExportSource {
  const experiment = experimentSchema.parse({
    model: { layers: [{ units: 1152 }, { units: 768 }] },
  });
  const features = Array.from({ length: 256 }, (_, index) => `x${index}`);
  const model = describeModel(
    experiment,
    { features, tokens: [], stateValues: 0 },
    { kind: 'values', targets: ['y'], classes: [], rows: 'batch' },
  );
  const random = new RandomStream(1, 1);
  const weights = new Map(
    model.parameters.map((parameter) => [
      parameter.name,
      Float32Array.from({ length: parameterSize(parameter) }, () => 0.05 * random.nextNormal()),
    ]),
  );
  return {
    model,
    weights,
    experiment,
    preparation: null,
    program: '0',
    run: 'bench',
    record: null,
    data: null,
  };
}

/** Exports once in every format, with every precision that it has. */
export async function* measureExports() {
  const source = largeModel();
  for (const format of exportFormats) {
    const precisions = formatTable[format].options.find(({ name }) => name === 'weights')?.values ?? [null];
    for (const precision of precisions) {
      const options: Record<string, string> = precision === null ? {} : { weights: precision };
      if (format === 'pytorch') options.training = 'no';
      const start = performance.now();
      const before = process.cpuUsage();
      const files = await exportModel(source, { format, stem: 'model', options }, { hdf5: hdf5Writer });
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(before);
      const megabytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
      yield {
        format: labelOf(format, precision),
        seconds,
        processorSeconds: (user + system) / 1e6,
        megabytes,
      };
    }
  }
}

function labelOf(format: ExportFormatName, precision: string | null): string {
  return precision === null ? format : `${format} ${precision}`;
}
