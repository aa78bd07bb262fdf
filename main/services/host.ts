import type { RunRecord } from '../../engine/contract/run.ts';
import type { StorePlatform } from '../../engine/store/file-system.ts';

/** What the services are given: the store's platform, and which program on which machine this is. */
export interface ServiceHost {
  readonly store: StorePlatform;
  readonly program: RunRecord['program'];
}
