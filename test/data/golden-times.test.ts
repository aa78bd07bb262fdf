import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { timePattern } from '../../engine/data/parse-time.ts';
import { periodsOf } from '../../engine/data/resample.ts';
import { noZone, timeZone } from '../../engine/data/time-zone.ts';
import { sentenceOf } from './make-table.ts';

/** What golden/make_times.py wrote with pandas and Python's datetime. */
interface Golden {
  readonly zones: readonly {
    readonly zone: string;
    readonly instants: number[];
    readonly walls: number[];
    readonly earliest: number[];
    readonly skipped: [number, number][];
  }[];
  readonly periods: readonly {
    readonly zone: string;
    readonly unit: Parameters<typeof periodsOf>[0]['unit'];
    readonly every: number;
    readonly instants: number[];
    readonly starts: number[];
  }[];
  readonly patterns: readonly {
    readonly pattern: string;
    readonly text: string;
    readonly milliseconds: number;
  }[];
  readonly wrong: readonly [string, string][];
}

const golden = JSON.parse(readFileSync(new URL('golden/times.jsonl', import.meta.url), 'utf8')) as Golden;

describe('times equal those of pandas', () => {
  it.each(golden.zones)('in the zone $zone', ({ zone: name, instants, walls, earliest, skipped }) => {
    const zone = timeZone(name);
    expect(instants.map((instant) => zone.wall(instant * 1000) / 1000)).toEqual(walls);
    expect(walls.map((wall) => zone.instant(wall * 1000) / 1000)).toEqual(earliest);
    for (const [wall, instant] of skipped) expect(zone.instant(wall * 1000) / 1000).toBe(instant);
  });

  it.each(golden.periods)(
    'in periods of $every $unit in $zone',
    ({ zone, unit, every, instants, starts }) => {
      const periods = periodsOf({ unit, every }, zone === 'UTC' ? noZone : timeZone(zone));
      const got = instants.map((instant) => periods.start(periods.number(instant * 1000)) / 1000);
      expect(got).toEqual(starts);
    },
  );

  it.each(golden.patterns)('$text by $pattern', ({ pattern, text, milliseconds }) => {
    expect(timePattern(pattern)?.parse(text)).toBe(milliseconds);
  });

  it.each(golden.wrong)('no time by %s: %s', (pattern, text) => {
    expect(timePattern(pattern)?.parse(text)).toBeNaN();
  });

  it('reads seconds and milliseconds since 1970, and knows no other letters', () => {
    expect(timePattern('unix')?.parse('1711929600.5')).toBe(1711929600500);
    expect(timePattern('unixMilliseconds')?.parse('-1000')).toBe(-1000);
    expect(timePattern('unix')?.parse('soon')).toBeNaN();
    expect(timePattern('%Q')).toBeNull();
    expect(timePattern('no letters')).toBeNull();
  });

  it('knows no other zones', async () => {
    expect(await sentenceOf(() => timeZone('Europe/Atlantis'))).toBe(
      '"Europe/Atlantis" is no time zone (data.columns: timeZone). Write it as in the IANA database: "Europe/Berlin", "America/New_York", "UTC".',
    );
  });
});
