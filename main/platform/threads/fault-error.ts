import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Fault } from '../../../engine/contract/rpc/common.ts';

/** What went wrong in another thread, as an error of this one. */
export function errorOf({ code, message, where, hint, data }: Fault): WorkbenchError {
  return new WorkbenchError(code, message, {
    data,
    ...(where === null ? {} : { where }),
    ...(hint === null ? {} : { hint }),
  });
}
