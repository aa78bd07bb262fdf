import { Presets, SingleBar } from 'cli-progress';
import type { RunEvent } from '../../engine/contract/events.ts';
import { formatAmount, formatBytes, formatCount, formatDuration, formatNumber } from './format.ts';
import type { Terminal } from './terminal.ts';

type Started = Extract<RunEvent, { event: 'run' }>;
type Epoch = Extract<RunEvent, { event: 'epoch' }>;

/** Shows a run as it goes, on stderr: a bar with what is left on a terminal, a line an epoch elsewhere. */
export interface Progress {
  show(event: RunEvent): void;
  end(): void;
}

export function createProgress(terminal: Terminal): Progress {
  let started: Started | null = null;
  let bar: SingleBar | null = null;
  let validation = '';
  const startedAt = performance.now();
  const end = () => {
    bar?.stop();
    bar = null;
  };
  return {
    show: (event) => {
      if (terminal.json) return terminal.emit(event);
      switch (event.event) {
        case 'run':
          started = event;
          terminal.say(describeStart(event));
          break;
        case 'decision':
          end();
          terminal.say(describeDecision(event));
          break;
        case 'step':
          if (terminal.interactive && started !== null) bar ??= createBar(started);
          bar?.update(event.step, {
            epoch: event.epoch + 1,
            loss: formatNumber(event.loss),
            validation,
            left: timeLeft(started, event.step, startedAt),
          });
          break;
        case 'epoch':
          validation = describeValidation(event);
          if (bar === null) terminal.say(describeEpoch(event, started));
          else bar.update(event.step, { validation });
          break;
        case 'done':
          end();
          break;
        case 'learning-rate':
        case 'checkpoint':
        case 'error':
          break;
      }
    },
    end,
  };
}

/** A note about the data is a sentence of its own. */
function describeDecision({ subject, choice, reason }: Extract<RunEvent, { event: 'decision' }>): string {
  return choice === 'note' ? `${subject}: ${reason}` : `${subject}: ${choice} (${reason})`;
}

function totalSteps(event: Started): number {
  return event.stepsPerEpoch * event.epochs;
}

function createBar(event: Started): SingleBar {
  const bar = new SingleBar(
    {
      format: `epoch {epoch}/${event.epochs} {bar} {value}/{total} steps, loss {loss}{validation}, {left} left`,
      stream: process.stderr,
      hideCursor: true,
      etaBuffer: 100,
      // Ctrl-C is ours: the bar must not end the process.
      gracefulExit: false,
      fps: 10,
    },
    Presets.rect,
  );
  bar.start(totalSteps(event), event.step, { epoch: '1', loss: '?', validation: '', left: '?' });
  return bar;
}

function timeLeft(started: Started | null, step: number, startedAt: number): string {
  if (started === null || step <= started.step) return '?';
  const perStep = (performance.now() - startedAt) / (step - started.step);
  return formatDuration(((totalSteps(started) - step) * perStep) / 1000);
}

function describeStart(event: Started): string {
  const { train, validation, test } = event.samples;
  return [
    `${event.id}: ${formatAmount(event.parameters, 'weight')}, ${event.description}`,
    `${formatCount(train)} training, ${formatCount(validation)} validation and ${formatCount(test)} test sequences; ` +
      `${formatAmount(event.epochs, 'epoch')} of ${formatAmount(event.stepsPerEpoch, 'step')}`,
    `memory estimate: ${formatBytes(event.estimatedBytes)}`,
    ...(event.step > 0 ? [`going on from step ${formatCount(event.step)}`] : []),
  ].join('\n');
}

function describeValidation({ metrics, best }: Epoch): string {
  const loss = metrics['validation.loss'];
  return loss === undefined ? '' : `, validation ${formatNumber(loss)}${best ? ' (best)' : ''}`;
}

function describeEpoch(event: Epoch, started: Started | null): string {
  const loss = event.metrics['train.loss'];
  return (
    `epoch ${event.epoch + 1}/${started?.epochs ?? '?'}: ` +
    `loss ${loss === undefined ? '?' : formatNumber(loss)}${describeValidation(event)}, ${formatDuration(event.seconds)}`
  );
}
