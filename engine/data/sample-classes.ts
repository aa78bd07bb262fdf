import { WorkbenchError } from '../base/errors.ts';
import type { Arrangement } from './arrange.ts';
import { categoriesOf } from './categories.ts';
import type { SampleList } from './cut-samples.ts';
import { cellText } from './table.ts';

/**
 * The samples of each class of the one target, classes in their order; samples without a target are a class of their
 * own at the end.
 * @param what asks for classes, for the message: "a stratified split".
 * @throws config/impossible where a sample has no class of its own.
 */
export function classesOfSamples(arrangement: Arrangement, list: SampleList, what: string): Int32Array[] {
  const { experiment, ordered, used } = arrangement;
  const { samplingRate, horizon } = experiment.data;
  const { task } = experiment;
  const [target] = used.targets;
  const classed = target?.config.encoding !== 'numeric' && used.targets.length === 1;
  const single = task === 'classify' || task === 'regress' || (task === 'forecast' && horizon === 1);
  if (target === undefined || !classed || !single) {
    throw new WorkbenchError('config/impossible', `There are no classes for ${what}`, {
      where: 'data.split, data.sampling',
      hint: 'It is for a single label or 0/1 target a sequence; for labels at every step, set training.loss.classWeights.',
    });
  }
  const names = categoriesOf(target.column, ordered.rows, [{ start: 0, end: ordered.rows.length }]);
  const index = new Map(names.map((name, i) => [name, i]));
  const members: number[][] = Array.from({ length: names.length + 1 }, () => []);
  const ahead = task === 'forecast' ? 1 : 0;
  for (let sample = 0; sample < list.count; sample++) {
    const steps = (list.lengths[sample] as number) - 1 + ahead;
    const row = ordered.rows[(list.starts[sample] as number) + steps * samplingRate];
    const text = row === undefined ? null : cellText(target.column, row);
    members[text === null ? names.length : (index.get(text) ?? names.length)]?.push(sample);
  }
  return members.filter((samples) => samples.length > 0).map((samples) => Int32Array.from(samples));
}
