import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const stateSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Least part of the window that must be on a screen, so that it can be taken hold of. */
const graspable = 80;

/** Where the window was when it was last closed; null where that is not known or lies on no screen any more. */
export function readWindowState(path: string, screens: readonly Area[]): WindowState | null {
  let state: WindowState;
  try {
    state = stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
  const visible = screens.some(
    (screen) =>
      Math.min(state.x + state.width, screen.x + screen.width) - Math.max(state.x, screen.x) >= graspable &&
      state.y >= screen.y &&
      state.y <= screen.y + screen.height - graspable,
  );
  return visible ? state : null;
}

/** Synchronous, as the program may be ending; a place that cannot be written to is no reason not to. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(`${path}.tmp`, JSON.stringify(state));
    renameSync(`${path}.tmp`, path);
  } catch {
    // The window opens in its usual place next time.
  }
}
