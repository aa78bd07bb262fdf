import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

/** Searches over many runs. */
export function sweepProcedures(os: Implementer['sweeps'], workbench: Workbench) {
  const sweeps = (input: { readonly project: string }) => workbench.find(input.project).sweeps;
  return {
    list: os.list.handler(({ input }) => sweeps(input).list()),
    start: os.start.handler(async ({ input }) => ({ sweep: await sweeps(input).start(input.sweep) })),
    stop: os.stop.handler(({ input }) => sweeps(input).stop(input.sweep)),
    resume: os.resume.handler(({ input }) => sweeps(input).resume(input.sweep)),
  };
}
