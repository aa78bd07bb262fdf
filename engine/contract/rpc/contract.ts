import { datasetsContract } from './datasets.ts';
import { experimentsContract } from './experiments.ts';
import { exportsContract } from './exports.ts';
import { projectsContract } from './projects.ts';
import { modelsContract, runsContract } from './runs.ts';
import { sweepsContract } from './sweeps.ts';
import { systemContract } from './system.ts';

/** Everything a window, a browser or the command line can ask of the engine host. */
export const workbenchContract = {
  system: systemContract,
  projects: projectsContract,
  datasets: datasetsContract,
  experiments: experimentsContract,
  runs: runsContract,
  models: modelsContract,
  sweeps: sweepsContract,
  exports: exportsContract,
};
