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
