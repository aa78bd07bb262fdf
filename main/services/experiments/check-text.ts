import type { Issue, StoredExperiment } from '../../../engine/contract/rpc/experiments.ts';
import { checkExperiment } from '../config/parse.ts';
import { lineAndColumn, readJson } from './json-places.ts';

/** What a configuration text means, or everything that is wrong with it, each thing at its line and column. */
export function checkText(text: string): Pick<StoredExperiment, 'text' | 'experiment' | 'issues'> {
  const reading = readJson(text);
  if (!reading.ok) {
    const issue = { path: '', message: reading.message, ...lineAndColumn(text, reading.offset) };
    return { text, experiment: null, issues: [issue] };
  }
  const { experiment, issues } = checkExperiment(reading.value);
  return {
    text,
    experiment,
    issues: issues.map(({ path, error }): Issue => {
      const place = reading.places.get(path);
      const at = place === undefined ? null : lineAndColumn(text, place.key ?? place.value);
      const message = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
      return { path, message, line: at?.line ?? null, column: at?.column ?? null };
    }),
  };
}
