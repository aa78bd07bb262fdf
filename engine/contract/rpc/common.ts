import { oc } from '@orpc/contract';
import { z } from 'zod';
import { errorCodes } from '../../base/errors.ts';

/** Identifies an open project: its folder. The serving side refuses what it has not opened itself. */
export const projectInput = z.strictObject({ project: z.string().min(1) });
export const runInput = projectInput.extend({ run: z.string().min(1) });

/** What went wrong, for a person: the fields of `WorkbenchError`. */
export const faultSchema = z.strictObject({
  code: z.enum(errorCodes),
  message: z.string(),
  where: z.string().nullable(),
  hint: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type Fault = z.infer<typeof faultSchema>;

/** Every procedure may fail with a fault; anything else that goes wrong is a bug and arrives as `internal`. */
export const procedure = oc.errors({
  FAULT: { data: faultSchema },
});

/** Little-endian numbers in base64: a million steps are not a million JSON numbers. */
export const packedFloats = z.base64();

export const partSchema = z.enum(['train', 'validation', 'test']);
export type Part = z.infer<typeof partSchema>;
