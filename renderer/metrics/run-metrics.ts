import type { RunEvent } from '../../engine/contract/events.ts';
import type { RunNews, RunView, StepColumns } from '../../engine/contract/rpc/runs.ts';
import { Curve } from './curve.ts';
import { firstAtLeast, growingFloat64 } from './growing.ts';
import { unpackFloat32, unpackFloat64 } from '../rpc/packed.ts';

export type EpochEvent = Extract<RunEvent, { event: 'epoch' }>;

/**
 * Everything measured of one run, in typed arrays outside of React. Curves are updated in place; `listen` tells that
 * something changed, at most once for each piece of news.
 */
export class RunMetrics {
  readonly #steps = growingFloat64();
  readonly loss = new Curve(this.#steps);
  readonly gradientNorm = new Curve(this.#steps);
  readonly learningRate = new Curve(this.#steps);
  readonly throughput = new Curve(this.#steps);
  /** The gradient norm at the steps that were clipped, NaN at the others. */
  readonly clipped = new Curve(this.#steps);

  readonly #epochSteps = growingFloat64();
  readonly #epochCurves = new Map<string, Curve>();
  readonly #epochs: EpochEvent[] = [];
  readonly #listeners = new Set<() => void>();
  #events: RunEvent[] = [];
  #view: RunView | null = null;
  #current = false;
  #position = 0;

  /** Steps received, to go on following from after a lost connection. */
  get position(): number {
    return this.#position;
  }

  /** The last step that is known; 0 before the first. */
  get lastStep(): number {
    return this.#steps.length === 0 ? 0 : this.#steps.at(this.#steps.length - 1);
  }

  /** The run as its host sees it; null before the first news. */
  get view(): RunView | null {
    return this.#view;
  }

  /** Everything told but steps, in order. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** Whether everything has arrived that there was when the run was first followed. */
  get current(): boolean {
    return this.#current;
  }

  get epochs(): readonly EpochEvent[] {
    return this.#epochs;
  }

  /** Names of the epoch metrics so far: `validation.loss`. */
  get epochMetrics(): readonly string[] {
    return [...this.#epochCurves.keys()];
  }

  /** A metric of the epochs over the steps at which they ended; empty until the run tells it. */
  epochCurve(name: string): Curve {
    const known = this.#epochCurves.get(name);
    if (known !== undefined) return known;
    const curve = new Curve(this.#epochSteps);
    curve.append(new Float32Array(this.#epochSteps.length).fill(Number.NaN));
    this.#epochCurves.set(name, curve);
    return curve;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A new stream begins, which tells all events again. */
  begin(): void {
    this.#events = [];
  }

  take(news: RunNews): void {
    switch (news.kind) {
      case 'steps':
        this.addSteps(news.columns, news.position);
        return;
      case 'event':
        this.#events.push(news.event);
        if (news.event.event === 'epoch') this.addEpoch(news.event);
        else this.#tell();
        return;
      case 'view':
        this.#view = news.view;
        this.#tell();
        return;
      case 'current':
        this.#current = true;
        this.#tell();
        return;
    }
  }

  /** Takes in a piece of the steps; one that starts before the last step replaces what came after its start. */
  addSteps(columns: StepColumns, position: number): void {
    const steps = unpackFloat64(columns.step);
    const first = steps[0];
    if (first === undefined) return;
    const curves = [this.loss, this.gradientNorm, this.learningRate, this.throughput, this.clipped];
    if (first <= this.lastStep) {
      const kept = firstAtLeast(this.#steps.view(), first);
      this.#steps.truncate(kept);
      for (const curve of curves) curve.truncate(kept);
    }
    const norms = unpackFloat32(columns.gradientNorm);
    const fractions = unpackFloat32(columns.clippedFraction);
    this.#steps.append(steps);
    this.loss.append(unpackFloat32(columns.loss));
    this.gradientNorm.append(norms);
    this.learningRate.append(unpackFloat32(columns.learningRate));
    this.throughput.append(unpackFloat32(columns.throughput));
    this.clipped.append(norms.map((norm, index) => ((fractions[index] as number) > 0 ? norm : Number.NaN)));
    this.#position = position;
    this.#tell();
  }

  /** Takes in the end of an epoch; one that is already known, or comes again after a resumption, replaces it. */
  addEpoch(event: EpochEvent): void {
    const kept = firstAtLeast(this.#epochSteps.view(), event.step);
    if (kept < this.#epochs.length) {
      this.#epochs.length = kept;
      this.#epochSteps.truncate(kept);
      for (const curve of this.#epochCurves.values()) curve.truncate(kept);
    }
    for (const name of Object.keys(event.metrics)) this.epochCurve(name);
    this.#epochs.push(event);
    this.#epochSteps.append([event.step]);
    for (const [name, curve] of this.#epochCurves) curve.append([event.metrics[name] ?? Number.NaN]);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
