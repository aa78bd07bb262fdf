import { describe, expect, it } from 'vitest';
import { createTensorflowBackend } from '../../engine/backends/tensorflow/index.ts';
import { selfTest } from '../../engine/backends/selftest.ts';
import { describeError } from '../../engine/base/errors.ts';
import { loadTensorflowDevice } from '../../main/platform/tensorflow/load-device.ts';
import { startTensorflow } from '../../main/platform/tensorflow/start.ts';
import { cases } from '../support/cases.ts';
import { reference } from '../support/backends.ts';
import { CaseBuilder } from '../support/case-builder.ts';
import { addGru, type GruOptions, gruDefaults } from '../support/cases/gru-options.ts';
import { differences, runCase } from '../support/run-case.ts';
import { cudnnStandIn } from './cudnn-stand-in.ts';

const device = (() => {
  try {
    return loadTensorflowDevice();
  } catch (error) {
    return describeError(error);
  }
})();

describe('TensorFlow', () => {
  if (typeof device === 'string') {
    it(`is here: ${device}`, (context) => {
      context.skip(`backend-absent: ${device}`);
    });
    return;
  }

  it('gives back every tensor', async () => {
    const backend = createTensorflowBackend(device);
    const before = device.liveTensors();
    for (const source of cases) await runCase(backend, source.build());
    expect(device.liveTensors()).toBe(before);
  });

  it('holds no more tensors after many steps than after a few', async () => {
    const source = cases.find(({ name }) => name.startsWith('gru'));
    const testCase = source?.build();
    if (testCase === undefined) return expect.unreachable('there is no GRU case');
    const executable = await createTensorflowBackend(device).prepare(testCase.plan);
    const step = (): void => {
      for (const run of testCase.runs) void executable.run(run.program, run.extent);
    };
    for (let count = 0; count < 3; count++) step();
    const few = device.liveTensors();
    for (let count = 0; count < 200; count++) step();
    expect(device.liveTensors()).toBe(few);
    executable.dispose();
  });

  const cudnnVariants: readonly (readonly [string, Partial<GruOptions>])[] = [
    ['with both biases', {}],
    ['without a recurrent bias', { resetMode: 'after' }],
    ['without biases', { bias: false }],
    ['backward in time', { reverse: true }],
    ['from given states', { initialState: 'rows', finalState: true }],
    ['from a learned state, adding gradients up', { initialState: 'shared', accumulate: true }],
    ['with every sample full', { lengths: [4, 4, 4] }],
  ];
  it.each(cudnnVariants)(
    'hands cuDNN its parameters and takes their gradients back: %s',
    async (_, changes) => {
      const options = {
        ...gruDefaults,
        inputs: 5,
        units: 7,
        extent: { timesteps: 4, batch: 3 },
        stateGradient: false,
        ...changes,
      };
      const builder = new CaseBuilder('cudnn', options.extent, options.capacity);
      const { forward, backward } = addGru(builder, 'gru', options);
      builder.add('gradients', forward, backward);
      const built = builder.build(['gradients']);
      // cuDNN keeps its gates to itself.
      const testCase = { ...built, unspecified: new Set([...built.unspecified, forward.saved?.gates ?? -1]) };
      const standIn = cudnnStandIn(device);
      const actual = await runCase(createTensorflowBackend(standIn), testCase);
      expect(standIn.calls).toEqual(['CudnnRNN', 'CudnnRNNBackprop']);
      expect(differences(testCase, actual, await runCase(reference, testCase))).toEqual([]);
    },
  );

  it('writes attributes of cuDNN ops that TensorFlow knows: only the kernel is missing without CUDA', async () => {
    if (device.gpu) return;
    const options = { ...gruDefaults, stateGradient: false };
    const builder = new CaseBuilder('cudnn', options.extent, options.capacity);
    const { forward, backward } = addGru(builder, 'gru', options);
    builder.add('gradients', forward, backward);
    const executable = await createTensorflowBackend({ ...device, gpu: true }).prepare(
      builder.build(['gradients']).plan,
    );
    const message = (() => {
      try {
        void executable.run('gradients', options.extent);
        return 'nothing was refused';
      } catch (error) {
        return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      }
    })();
    expect(message).toMatch(/CudnnRNN/);
    expect(message).toMatch(/no.*kernel|Could not find device|No OpKernel/i);
    executable.dispose();
  });

  it('computes in a process of its own, and passes its gradient self-test there', async () => {
    const backend = await startTensorflow();
    if (!('info' in backend)) return expect.unreachable(backend.reason);
    try {
      expect(await selfTest(backend)).toBe(true);
    } finally {
      backend.dispose();
    }
  }, 60_000);
});
