import { expect, it } from 'vitest';
import { Tick } from '../../renderer/metrics/tick.ts';

/** A page whose time passes when it is told to. */
class Page {
  now = 0;
  readonly #frames: (() => void)[] = [];
  readonly #painted: (() => void)[] = [];
  #timers: { readonly at: number; readonly callback: () => void }[] = [];
  readonly tick = new Tick({
    frame: (callback) => this.#frames.push(callback),
    painted: (callback) => this.#painted.push(callback),
    later: (callback, milliseconds) => this.#timers.push({ at: this.now + milliseconds, callback }),
    now: () => this.now,
  });

  get frames(): number {
    return this.#frames.length;
  }

  get waits(): readonly number[] {
    return this.#timers.map(({ at }) => at);
  }

  /** Shows a frame, which takes so long to paint after it was drawn. */
  show(paint = 0): void {
    for (const frame of this.#frames.splice(0)) frame();
    this.now += paint;
    for (const callback of this.#painted.splice(0)) callback();
  }

  passTo(time: number): void {
    this.now = time;
    const due = this.#timers.filter(({ at }) => at <= time);
    this.#timers = this.#timers.filter(({ at }) => at > time);
    for (const { callback } of due) callback();
  }
}

/** A page of three charts that were drawn long ago, and the names of those that draw from then on. */
function threeCharts() {
  const page = new Page();
  const drawn: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    page.tick.add(() => {
      drawn.push(name);
      page.now += 5;
    });
  }
  page.show();
  drawn.length = 0;
  page.passTo(1000);
  return { page, drawn };
}

it('what a person does is drawn by all in one frame, and none is asked for without need', () => {
  const page = new Page();
  const drawn: string[] = [];
  page.tick.add(() => drawn.push('a'));
  const remove = page.tick.add(() => drawn.push('b'));
  page.tick.ask();
  page.tick.ask();
  expect(page.frames).toBe(1);
  page.show();
  expect(drawn).toEqual(['a', 'b']);
  expect(page.frames).toBe(0);
  remove();
  page.tick.ask();
  page.show();
  expect(drawn).toEqual(['a', 'b', 'a']);
});

it('news waits for a quarter of a second since the last drawing, what a person does overtakes it', () => {
  const page = new Page();
  let drawn = 0;
  page.tick.add(() => drawn++);
  page.show();
  page.passTo(100);
  page.tick.askForNews();
  page.tick.askForNews();
  expect(page.waits).toEqual([250]);
  expect(page.frames).toBe(0);
  page.passTo(120);
  page.tick.ask();
  page.show();
  expect(drawn).toBe(2);
  page.passTo(250);
  page.show();
  // There was nothing new since.
  expect(drawn).toBe(2);
  page.tick.askForNews();
  expect(page.waits).toEqual([370]);
  page.passTo(370);
  page.show();
  expect(drawn).toBe(3);
});

it('news is drawn by one in each frame, past those that have nothing to draw', () => {
  const page = new Page();
  const drawn: string[] = [];
  const slow = (name: string) => () => {
    drawn.push(name);
    page.now += 5;
  };
  page.tick.add(slow('a'));
  page.tick.add(() => drawn.push('nothing'));
  page.tick.add(slow('b'));
  page.tick.add(slow('c'));
  page.show();
  drawn.length = 0;
  page.passTo(1000);
  page.tick.askForNews();
  page.show();
  expect(drawn).toEqual(['a']);
  page.show();
  expect(drawn).toEqual(['a', 'nothing', 'b']);
  page.show();
  expect(drawn).toEqual(['a', 'nothing', 'b', 'c']);
  expect(page.frames).toBe(0);
});

it('news that is slow to paint comes less often, but every second; more news meanwhile is not forgotten', () => {
  const page = new Page();
  let drawn = 0;
  for (const _ of ['a', 'b']) {
    page.tick.add(() => {
      drawn++;
      page.now += 2;
    });
  }
  page.show();
  page.passTo(1000);
  page.tick.askForNews();
  page.show(8);
  page.show(8);
  page.tick.askForNews();
  // Twenty times the 20 ms that it took.
  expect(page.waits).toEqual([1020 + 400]);
  page.passTo(1420);
  page.show(8);
  page.tick.askForNews();
  expect(page.waits).toEqual([]);
  page.show(500);
  expect(page.waits).toEqual([page.now + 1000]);
  expect(drawn).toBe(6);
});

it('a person who asks while news is drawn sees everything at once', () => {
  const { page, drawn } = threeCharts();
  page.tick.askForNews();
  page.show();
  page.tick.ask();
  page.passTo(1100);
  page.show();
  expect(drawn).toEqual(['a', 'a', 'b', 'c']);
  page.show();
  expect(drawn).toHaveLength(4);
});

it('what changes much is drawn in turn, and again by those that had drawn when it changed once more', () => {
  const { page, drawn } = threeCharts();
  page.tick.askInTurn();
  page.show();
  page.show();
  expect(drawn).toEqual(['a', 'b']);
  page.tick.askInTurn();
  for (let frame = 0; frame < 5; frame++) page.show();
  expect(drawn).toEqual(['a', 'b', 'c', 'a', 'b']);
});

it('a slow drawing is followed by twice its time without one', () => {
  const page = new Page();
  page.tick.add(() => {
    page.now += 30;
  });
  page.show();
  page.passTo(40);
  page.tick.ask();
  expect(page.waits).toEqual([90]);
  page.passTo(90);
  page.show();
  page.passTo(200);
  page.tick.ask();
  expect(page.waits).toEqual([]);
  expect(page.frames).toBe(1);
});
