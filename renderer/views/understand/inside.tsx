import { ActionIcon, NativeSelect, NumberInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { lastValue, useAsync } from '../../state/async.ts';
import { useWorkbench } from '../../state/workbench.tsx';
import { type Text, useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { DirectionView } from './direction-view.tsx';
import type { Selection } from './understand.tsx';
import styles from './understand.module.css';
import { placeOf } from './worst-samples.tsx';

interface InsideProps {
  readonly selection: Selection;
  readonly sample: number;
  readonly onSample: (sample: number) => void;
}

/** What the gates and states of every layer do with one sample, and how far its gradient reaches back. */
export function Inside({ selection, sample, onSample }: InsideProps) {
  const text = useText();
  const numbers = useNumbers();
  const { workbench } = useWorkbench().connection;
  const [direction, setDirection] = useState(0);
  const { project, run, part, checkpoint } = selection;
  const [counted] = useAsync([project, run, part, checkpoint].join('\n'), (signal) =>
    workbench.models.samples({ ...selection, offset: 0, count: 1 }, { signal }),
  );
  const [loaded, again] = useAsync([project, run, part, checkpoint, sample].join('\n'), (signal) =>
    workbench.models.inspect({ ...selection, sample }, { signal }),
  );
  const total = lastValue(counted)?.total ?? null;
  const inspection = lastValue(loaded);
  const shown = inspection?.directions[Math.min(direction, inspection.directions.length - 1)];
  const go = (index: number): void => {
    if (index >= 0 && (total === null || index < total)) onSample(index);
  };
  return (
    <div className={styles.screen} style={{ padding: 0 }}>
      <div className={styles.toolbar}>
        <NumberInput
          label={text('understand.sample')}
          value={sample + 1}
          min={1}
          {...(total === null ? {} : { max: total })}
          clampBehavior="strict"
          allowDecimal={false}
          w={110}
          onChange={(value) => typeof value === 'number' && go(value - 1)}
        />
        <div className={styles.checkpoint}>
          {total !== null && (
            <span className="quiet numbers">
              {text('understand.sampleOf', { total: numbers.count(total) })}
            </span>
          )}
          <ActionIcon
            aria-label={text('understand.previous')}
            disabled={sample === 0}
            onClick={() => go(sample - 1)}
          >
            <IconChevronLeft size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            aria-label={text('understand.next')}
            disabled={total !== null && sample >= total - 1}
            onClick={() => go(sample + 1)}
          >
            <IconChevronRight size={16} aria-hidden />
          </ActionIcon>
        </div>
        {inspection !== null && inspection.directions.length > 1 && (
          <NativeSelect
            label={text('understand.layer')}
            data={inspection.directions.map(({ name }, index) => ({
              value: String(index),
              label: directionName(name, text),
            }))}
            value={String(direction)}
            onChange={({ currentTarget }) => setDirection(Number(currentTarget.value))}
          />
        )}
        {inspection !== null && (
          <div className={styles.checkpoint}>
            <span className="quiet">{placeOf(inspection.sample, text)}</span>
            <span className="quiet">{inspection.sample.time ?? ''}</span>
            <span className="numbers">
              {text('understand.sampleText', {
                truth: inspection.sample.truth ?? '–',
                prediction: inspection.sample.prediction ?? '–',
                loss: numbers.number(inspection.sample.loss),
              })}
            </span>
          </div>
        )}
      </div>
      {loaded.status === 'failed' && <FaultNotice fault={loaded.fault} onRetry={again} />}
      {inspection === null && loaded.status !== 'failed' && <Loading />}
      {inspection !== null && shown !== undefined && loaded.status !== 'failed' && (
        <DirectionView inspection={inspection} direction={shown} />
      )}
    </div>
  );
}

/** `gru.0.backward` as a person counts layers. */
function directionName(name: string, text: Text): string {
  const [, layer, way] = /^gru\.(\d+)\.?(\w*)$/.exec(name) ?? [];
  if (layer === undefined) return name;
  const key =
    way === 'backward'
      ? 'understand.layerBackward'
      : way === 'forward'
        ? 'understand.layerForward'
        : 'understand.layerName';
  return text(key, { layer: Number(layer) + 1 });
}
