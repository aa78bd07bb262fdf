import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './common.ts';

const filters = z.array(z.strictObject({ name: z.string(), extensions: z.array(z.string()) }));

/** What the desktop shell asks of the window: a menu item, or files that were opened from outside. */
export const shellCommandSchema = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('new') }),
  z.strictObject({ command: z.literal('open') }),
  z.strictObject({ command: z.literal('openPath'), path: z.string() }),
  z.strictObject({ command: z.literal('save') }),
  z.strictObject({ command: z.literal('train') }),
  z.strictObject({ command: z.literal('stop') }),
  z.strictObject({ command: z.literal('palette') }),
  z.strictObject({ command: z.literal('settings') }),
  z.strictObject({
    command: z.literal('go'),
    step: z.enum(['data', 'model', 'train', 'understand', 'export', 'runs']),
  }),
  /** The engine process ended; `restarted` once a new one serves. */
  z.strictObject({ command: z.literal('engineLost'), reason: z.string() }),
  z.strictObject({ command: z.literal('engineRestored') }),
]);
export type ShellCommand = z.infer<typeof shellCommandSchema>;

/** Served by the Electron main process; absent in web mode. */
export const shellContract = {
  openFiles: procedure.input(z.strictObject({ filters, multiple: z.boolean() })).output(z.array(z.string())),
  openFolder: procedure.output(z.string().nullable()),
  saveFile: procedure
    .input(z.strictObject({ suggestedName: z.string(), filters }))
    .output(z.string().nullable()),
  reveal: procedure.input(z.strictObject({ path: z.string() })).output(z.void()),
  openExternal: procedure.input(z.strictObject({ url: z.url() })).output(z.void()),
  /** Taskbar progress 0 to 1, or null; sleep is blocked while it is not null. */
  setProgress: procedure.input(z.strictObject({ fraction: z.number().nullable() })).output(z.void()),
  notify: procedure.input(z.strictObject({ title: z.string(), body: z.string() })).output(z.void()),
  /** Language of the native menu. */
  setLanguage: procedure.input(z.strictObject({ language: z.enum(['en', 'zh']) })).output(z.void()),
  commands: procedure.output(eventIterator(shellCommandSchema)),
};
