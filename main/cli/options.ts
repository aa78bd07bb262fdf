import { WorkbenchError } from '../../engine/base/errors.ts';

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

/** A whole number from 1 up, as an option. */
export function parseCount(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new WorkbenchError(
      'usage/invalid',
      `${name} must be a whole number from 1 up, but it is "${text}"`,
    );
  };
}

/** The value of `--port`. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new WorkbenchError('usage/invalid', `"${text}" is no port`, {
    where: '--port',
    hint: 'Ports are whole numbers from 1 to 65535.',
  });
}
