import { Button } from '@mantine/core';
import type { Understanding } from '../../../engine/contract/rpc/runs.ts';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { type Text, useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import styles from './understand.module.css';

type Sample = Understanding['worst'][number];

interface WorstSamplesProps {
  readonly samples: readonly Sample[];
  readonly onLook: (sample: number) => void;
}

/** The samples with the greatest loss, each a click away from what the network did with it. */
export function WorstSamples({ samples, onLook }: WorstSamplesProps) {
  const text = useText();
  const numbers = useNumbers();
  return (
    <section className={styles.panel} aria-label={text('understand.worst')}>
      <h3>
        {text('understand.worst')} <span className="quiet">{text('understand.worstHint')}</span>
      </h3>
      <ScrollRegion className={styles.worst} label={text('understand.worst')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{text('understand.worstSample')}</th>
              <th scope="col">{text('understand.worstWhere')}</th>
              <th scope="col">{text('understand.worstTime')}</th>
              <th scope="col">{text('understand.worstTruth')}</th>
              <th scope="col">{text('understand.worstPrediction')}</th>
              <th scope="col" className={styles.numeric}>
                {text('understand.worstLoss')}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {samples.map((sample) => (
              <tr key={sample.sample}>
                <th scope="row">{numbers.count(sample.sample + 1)}</th>
                <td>{placeOf(sample, text)}</td>
                <td>{sample.time ?? '–'}</td>
                <td>{sample.truth ?? '–'}</td>
                <td>{sample.prediction ?? '–'}</td>
                <td className={styles.numeric}>{numbers.number(sample.loss)}</td>
                <td>
                  <Button variant="subtle" size="compact-xs" onClick={() => onLook(sample.sample)}>
                    {text('understand.worstLook')}
                    <span className="only-read">{numbers.count(sample.sample + 1)}</span>
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}

export function placeOf(sample: Sample, text: Text): string {
  const rows = { first: sample.firstRow, last: sample.lastRow };
  return sample.series === ''
    ? text('understand.rows', rows)
    : text('understand.seriesRows', { ...rows, series: sample.series });
}
