import { z } from 'zod';
import { backendNames } from '../backend-name.ts';
import { procedure } from './common.ts';

export const settingsSchema = z.strictObject({
  language: z.enum(['system', 'en', 'zh']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  backend: z.enum(['auto', ...backendNames]).default('auto'),
  threads: z.int().min(1).max(256).nullable().default(null),
  notifications: z.boolean().default(true),
});
export type Settings = z.infer<typeof settingsSchema>;

export const systemContract = {
  /** What the host is and can do: the window never guesses. */
  info: procedure.output(
    z.strictObject({
      version: z.string(),
      host: z.enum(['desktop', 'web', 'process']),
      platform: z.string(),
      /** Native dialogs and file paths of the person's own machine; otherwise files are uploaded. */
      nativeFiles: z.boolean(),
      /** Where to POST a file in web mode (query `name`); answers {"path": ...}. */
      uploadUrl: z.string().nullable(),
      /** Where to GET a file that was written, in web mode (query `path`). */
      downloadUrl: z.string().nullable(),
      /** Folder of the project that the host was started with, to be opened at once; null for the list. */
      project: z.string().nullable(),
    }),
  ),
  settings: procedure.output(settingsSchema),
  saveSettings: procedure.input(settingsSchema).output(settingsSchema),
  /** Which backends work here and why not the others. */
  devices: procedure.output(
    z.array(
      z.strictObject({
        name: z.enum(backendNames),
        usable: z.boolean(),
        description: z.string(),
        reason: z.string().nullable(),
        /** Name and value pairs: adapter, driver, limits. */
        details: z.array(z.strictObject({ name: z.string(), value: z.string() })),
      }),
    ),
  ),
};
