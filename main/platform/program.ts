import { arch, platform, release } from 'node:os';
import type { RunRecord } from '../../engine/contract/run.ts';
import { programVersion } from './root.ts';

/** Which program runs, on what. */
export function describeProgram(): RunRecord['program'] {
  return {
    version: programVersion(),
    runtime: `node ${process.versions.node}`,
    system: `${platform()} ${release()} ${arch()}`,
  };
}
