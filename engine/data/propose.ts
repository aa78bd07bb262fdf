import { WorkbenchError } from '../base/errors.ts';
import { type Experiment, experimentSchema, type Task } from '../contract/experiment.ts';
import type { Profile } from './profile.ts';
import { chooseColumns } from './propose-columns.ts';
import { chooseData } from './propose-data.ts';
import { chooseTargets } from './propose-targets.ts';
import { chooseTraining } from './propose-training.ts';
import { proposeText } from './text/propose-text.ts';

/** One choice that was made for the person, with a sentence why; the shape of the run event `decision`. */
export interface Decision {
  readonly subject: string;
  readonly choice: string;
  readonly reason: string;
}

export interface ProposalWishes {
  readonly task?: Task;
  /** Columns to predict, in order. */
  readonly targets?: readonly string[];
  /** Goes into `data.file`. */
  readonly file?: string;
  /** Name of the experiment; the table's without its ending by default. */
  readonly name?: string;
}

export interface Proposal {
  readonly experiment: Experiment;
  readonly reasons: readonly Decision[];
}

/**
 * A complete experiment from the data alone.
 * @throws data/unknown-column, data/no-target, data/too-short, config/impossible.
 */
export function proposeExperiment(profile: Profile, wishes: ProposalWishes = {}): Proposal {
  if (profile.rowCount < 2) {
    throw new WorkbenchError('data/too-short', 'One row is no sequence', {
      where: profile.name,
      hint: 'A model learns from rows that follow one another; give it at least a few dozen.',
    });
  }
  const text = proposeText(profile, wishes);
  if (text !== null) return text;
  const reasons: Decision[] = [];
  const goal = chooseTargets(profile, wishes, reasons);
  const columns = chooseColumns(profile, goal, reasons);
  const data = chooseData(profile, goal, columns, reasons);
  const { model, training } = chooseTraining(profile, goal, data, reasons);
  const experiment = experimentSchema.parse({
    name: wishes.name ?? profile.name.replace(/\.[^.]*$/, ''),
    task: goal.task,
    data: { ...data, file: wishes.file ?? '', columns },
    model,
    training,
  });
  return { experiment, reasons };
}
