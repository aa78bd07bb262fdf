import { datasetProcedures } from './dataset-procedures.ts';
import { experimentProcedures } from './experiment-procedures.ts';
import { exportProcedures } from './export-procedures.ts';
import { createImplementer } from './implementer.ts';
import { modelProcedures } from './model-procedures.ts';
import { projectProcedures } from './project-procedures.ts';
import { runProcedures } from './run-procedures.ts';
import { sweepProcedures } from './sweep-procedures.ts';
import { systemProcedures } from './system-procedures.ts';
import type { Workbench } from './workbench.ts';

/** Every procedure of the contract, on one workbench; what wires serve. */
export function createRouter(workbench: Workbench) {
  const implementer = createImplementer();
  return implementer.router({
    system: systemProcedures(implementer.system, workbench),
    projects: projectProcedures(implementer.projects, workbench),
    datasets: datasetProcedures(implementer.datasets, workbench),
    experiments: experimentProcedures(implementer.experiments, workbench),
    runs: runProcedures(implementer.runs, workbench),
    models: modelProcedures(implementer.models, workbench),
    sweeps: sweepProcedures(implementer.sweeps, workbench),
    exports: exportProcedures(implementer.exports, workbench),
  });
}

export type WorkbenchRouter = ReturnType<typeof createRouter>;
