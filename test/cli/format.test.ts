import { describe, expect, it } from 'vitest';
import { formatPath } from '../../main/cli/format.ts';

describe('a path in a command that is shown', () => {
  it.each([
    ['sales.gruproj', 'sales.gruproj'],
    ['../données/été', '../données/été'],
    ['my project', '"my project"'],
    ['a&b', '"a&b"'],
    ['it$HOME "x"', '"it\\$HOME \\"x\\""'],
  ])('%s can be typed into a shell', (path, typed) => {
    expect(formatPath(path)).toBe(typed);
  });
});
