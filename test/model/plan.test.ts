import { describe, expect, it } from 'vitest';
import type { Op, OpKind, OpOf } from '../../engine/ops/op.ts';
import { estimateMemory } from '../../engine/plan/memory.ts';
import { type ProgramName, slotSize } from '../../engine/plan/plan.ts';
import { experiment, oneFeature, oneValue, plan, prepared, randomSamples } from '../train/support.ts';

const data = prepared(oneFeature, oneValue, { train: randomSamples(1, 4, 5, 1) });
const build = (parts: Record<string, unknown>, options = {}) => {
  const config = experiment({ ...parts, training: { batchSize: 2, ...(parts.training as object) } });
  return plan({ experiment: config, data, options });
};

function opsOf<Kind extends OpKind>(ops: readonly Op[], kind: Kind): OpOf<Kind>[] {
  return ops.filter((op): op is OpOf<Kind> => op.kind === kind);
}

const kinds = (built: ReturnType<typeof build>, program: ProgramName) =>
  built.plan.programs[program].map(({ kind }) => kind);

const noisy = {
  inputDropout: 0.1,
  recurrentDropout: 0.1,
  outputDropout: 0.1,
  zoneout: 0.1,
  bidirectional: true,
};

describe('plans', () => {
  it('hold the five programs of the plainest model', () => {
    const built = build({ model: { layers: [{ units: 3 }] } });
    expect(kinds(built, 'predict')).toEqual(['gruForward', 'poolForward', 'denseForward']);
    expect(kinds(built, 'evaluate')).toEqual(['gruForward', 'poolForward', 'denseForward', 'loss']);
    expect(kinds(built, 'gradients')).toEqual([
      ...['gruForward', 'poolForward', 'denseForward', 'loss'],
      ...['denseBackward', 'poolBackward', 'gruBackward'],
    ]);
    expect(kinds(built, 'zeroGradients')).toEqual([]);
    expect(kinds(built, 'update')).toEqual(['clipGradients', ...Array(6).fill('optimizerUpdate')]);
  });

  it('compute the gradient of the features only when asked', () => {
    const [without] = opsOf(build({}).plan.programs.gradients, 'gruBackward');
    expect(without?.inputGradient).toBeNull();
    const asked = build({}, { inputGradient: true });
    const [withGradient] = opsOf(asked.plan.programs.gradients, 'gruBackward');
    const slot = asked.plan.slots.find(({ name }) => name === 'gradient/input');
    expect(withGradient?.inputGradient?.slot).toBe(slot?.id);
  });

  it('stop the backward pass at the lowest layer that learns', () => {
    const model = { layers: [{ units: 3 }, { units: 3 }] };
    const built = build({ model, training: { frozen: ['gru.0'] } });
    const backward = opsOf(built.plan.programs.gradients, 'gruBackward');
    expect(backward).toHaveLength(1);
    expect(backward[0]?.inputGradient).toBeNull();
    expect(built.parameters.get('gru.0.forward.kernel')).toMatchObject({ gradient: null, optimizer: [] });
    // A frozen layer above one that learns still passes the gradient on.
    const middle = opsOf(
      build({ model, training: { frozen: ['gru.1'] } }).plan.programs.gradients,
      'gruBackward',
    );
    expect(middle.map(({ inputGradient }) => inputGradient !== null)).toEqual([true, false]);
    expect(middle[0]?.gradients).toEqual({
      kernel: null,
      recurrent: null,
      bias: null,
      recurrentBias: null,
      gain: null,
    });
    const nothing = build({ model, training: { frozen: ['gru', 'output'] } });
    expect(kinds(nothing, 'gradients')).not.toContain('denseBackward');
    expect(kinds(nothing, 'update')).toEqual([]);
  });

  it('draw every random op from a stream of its own, and none in inference', () => {
    const built = build({
      model: {
        layers: [
          { units: 3, ...noisy },
          { units: 2, ...noisy },
        ],
        head: [{ dropout: 0.1 }],
      },
    });
    const forward = built.plan.programs.gradients.slice(0, kinds(built, 'gradients').indexOf('loss'));
    const streams = [...opsOf(forward, 'dropout'), ...opsOf(forward, 'randomMask')].map(
      ({ stream }) => stream,
    );
    expect(streams).toHaveLength(2 * (2 + 4) + 1);
    expect(new Set(streams).size).toBe(streams.length);
    expect(Math.min(...streams)).toBe(1000);
    for (const program of ['predict', 'evaluate'] as const) {
      expect(kinds(built, program).filter((kind) => kind === 'dropout' || kind === 'randomMask')).toEqual([]);
      expect(opsOf(built.plan.programs[program], 'gruForward').every(({ saved }) => saved === null)).toBe(
        true,
      );
    }
  });

  it('add up gradients only under accumulation', () => {
    const accumulating = build({ training: { gradientAccumulation: 2 } });
    const [zero] = opsOf(accumulating.plan.programs.zeroGradients, 'zero');
    const gradients = [...accumulating.parameters.values()].map(({ gradient }) => gradient);
    expect(zero?.slots).toEqual([accumulating.plan.results, ...gradients]);
    for (const [built, adds] of [
      [accumulating, true],
      [build({}), false],
    ] as const) {
      expect(opsOf(built.plan.programs.gradients, 'gruBackward')[0]?.accumulate).toBe(adds);
      expect(opsOf(built.plan.programs.gradients, 'denseBackward')[0]?.accumulate).toBe(adds);
      expect(opsOf(built.plan.programs.gradients, 'loss')[0]?.accumulate).toBe(adds);
      expect(opsOf(built.plan.programs.evaluate, 'loss')[0]?.accumulate).toBe(false);
    }
  });

  it('update in the order penalty, clipping, optimizer, constraint, average, each with its own settings', () => {
    const built = build({
      training: {
        weightDecay: 0.1,
        regularizers: { kernel: { l2: 0.5 }, dense: { l1: 0.25 } },
        constraints: { recurrent: { kind: 'maxNorm', limit: 3 } },
        learningRateMultipliers: { dense: 0.5 },
        averaging: {},
      },
    });
    expect(kinds(built, 'update')).toEqual([
      'regularize',
      'regularize',
      'clipGradients',
      ...Array(6).fill('optimizerUpdate'),
      'constrain',
      ...Array(6).fill('movingAverage'),
    ]);
    const { update } = built.plan.programs;
    expect(opsOf(update, 'regularize').map(({ l1, l2, first }) => [l1, l2, first])).toEqual([
      [0, 0.5, true],
      [0.25, 0, false],
    ]);
    expect(opsOf(update, 'constrain')[0]).toMatchObject({ rows: 64, columns: 192, limit: 3 });
    const names = [...built.parameters.keys()];
    const settings = opsOf(update, 'optimizerUpdate').map(({ decay, multiplier }, index) => [
      names[index],
      decay,
      multiplier,
    ]);
    expect(settings).toEqual([
      ['gru.0.forward.kernel', 0.1, 1],
      ['gru.0.forward.recurrent', 0.1, 1],
      ['gru.0.forward.bias', 0, 1],
      ['gru.0.forward.recurrentBias', 0, 1],
      ['output.kernel', 0.1, 0.5],
      ['output.bias', 0, 1],
    ]);
  });

  it('leave out everything of training for a model that only predicts', () => {
    const built = build({}, { training: false });
    expect(built.plan.programs.gradients).toEqual([]);
    expect(built.plan.programs.update).toEqual([]);
    expect(built.plan.slots.map(({ role }) => role)).not.toContain('gradient');
    expect(built.plan.slots.map(({ role }) => role)).not.toContain('optimizer');
  });

  it('name every slot once, number them in order, and estimate their size', () => {
    const built = build(
      { model: { layers: [{ units: 3, ...noisy }], readout: 'attention' } },
      { keepGates: true },
    );
    const { slots, extent } = built.plan;
    expect(new Set(slots.map(({ name }) => name)).size).toBe(slots.length);
    expect(slots.map(({ id }) => id)).toEqual(slots.map((_, index) => index));
    const { elements, total, backend, batch, copies } = estimateMemory(built, 1000, 4);
    const sum = slots.reduce((size, slot) => size + slotSize(slot, extent), 0);
    expect(Object.values(elements).reduce((a, b) => a + b, 0)).toBe(sum);
    expect(elements.parameter).toBe(built.model.parameterCount);
    expect(elements.optimizer).toBe(2 * built.model.parameterCount);
    expect(copies).toBe(4 * 5 * built.model.parameterCount);
    expect(total).toBe(backend + batch + copies);
  });
});
