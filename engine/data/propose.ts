import { WorkbenchError } from '../base/errors.ts';
import type { Experiment, Task } from '../contract/experiment.ts';
import type { Profile } from './profile.ts';

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
 * @throws data/unknown-column, data/no-target, data/empty, config/impossible.
 */
export function proposeExperiment(profile: Profile, wishes: ProposalWishes = {}): Proposal {
  throw new WorkbenchError('internal', `${profile.name} ${wishes.name}`);
}
