import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

/** Searches over many runs. */
export function sweepProcedures(os: Implementer['sweeps'], workbench: Workbench) {
  const refuse = (): never => {
    throw new WorkbenchError('usage/invalid', 'There is no such sweep');
  };
  return {
    list: os.list.handler(({ input }) => {
      workbench.find(input.project);
      return [];
    }),
    start: os.start.handler(refuse),
    stop: os.stop.handler(refuse),
    resume: os.resume.handler(refuse),
  };
}
