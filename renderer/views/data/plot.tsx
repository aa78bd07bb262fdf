import { Button, NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ColumnProfileView, PreparedView } from '../../../engine/contract/rpc/datasets.ts';
import type { Range } from '../../components/charts/group.ts';
import { Empty } from '../../components/empty.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { unpackFloat32 } from '../../rpc/packed.ts';
import { lastValue, useAsync } from '../../state/async.ts';
import { useWorkbench } from '../../state/workbench.tsx';
import { formatCount, formatNumber } from '../../strings/numbers.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './plot.module.css';
import { type SeriesData, SeriesPlot } from './series-plot.tsx';

/** Buckets of a plot: about one for each pixel of a wide screen. */
const points = 1200;
/** Rows of the table that stands for the chart. */
const tableRows = 200;

interface PlotProps {
  readonly project: string;
  readonly dataset: string;
  readonly column: ColumnProfileView | null;
  readonly prepared: PreparedView | null;
}

/** The chosen column: its numbers, and its values over the rows with the split drawn on them. */
export function Plot({ project, dataset, column, prepared }: PlotProps) {
  const text = useText();
  const { connection } = useWorkbench();
  const [asTable, setAsTable] = useState(false);
  const numeric =
    column !== null && (column.type === 'number' || column.type === 'integer' || column.type === 'boolean');
  const [picked, setPicked] = useState<string | null>(null);
  const [zoom, setZoom] = useState<Range | null>(null);
  const names = [...new Set(prepared?.parts.map((part) => part.series))];
  const series = names.find((name) => name === picked) ?? names[0] ?? '';
  const rows = zoom === null ? null : { first: Math.floor(zoom.from), last: Math.ceil(zoom.to) };
  const key = numeric ? JSON.stringify([project, dataset, column.name, series, rows]) : null;
  const [state, again] = useAsync(key, async (signal) => {
    const answer = await connection.workbench.datasets.plot(
      { project, dataset, column: column?.name ?? '', series: series === '' ? null : series, rows, points },
      { signal },
    );
    return {
      firstRows: answer.firstRows,
      minimum: unpackFloat32(answer.minimum),
      maximum: unpackFloat32(answer.maximum),
      times: answer.times,
    };
  });
  const plotted = lastValue(state);
  if (column === null) return <Empty>{text('data.plotNothing')}</Empty>;
  return (
    <section className={styles.plot} aria-label={text('data.plot')}>
      <div className={styles.head}>
        <strong>{column.name}</strong>
        <Statistics column={column} />
        <div className={styles.spring} />
        {numeric && names.length > 1 && (
          <NativeSelect
            aria-label={text('data.plotSeries')}
            value={series}
            onChange={({ currentTarget }) => {
              setPicked(currentTarget.value);
              setZoom(null);
            }}
            data={names}
          />
        )}
        {numeric && rows !== null && (
          <Button variant="subtle" onClick={() => setZoom(null)}>
            {text('charts.showAll')}
          </Button>
        )}
        {numeric && (
          <Button variant="subtle" onClick={() => setAsTable(!asTable)}>
            {text(asTable ? 'data.plotChart' : 'data.plotTable')}
          </Button>
        )}
      </div>
      {state.status === 'failed' && <FaultNotice fault={state.fault} onRetry={again} />}
      {numeric && plotted === null && state.status !== 'failed' && <Loading />}
      {!numeric && <Frequencies column={column} />}
      {numeric &&
        plotted !== null &&
        (asTable ? (
          <PlotTable data={plotted} />
        ) : (
          <PlotChart
            column={column.name}
            data={plotted}
            prepared={prepared}
            series={series}
            zoom={zoom}
            onZoom={setZoom}
          />
        ))}
      <PreparedLine prepared={prepared} />
    </section>
  );
}

interface PlotChartProps {
  readonly column: string;
  readonly data: SeriesData;
  readonly prepared: PreparedView | null;
  readonly series: string;
  readonly zoom: Range | null;
  readonly onZoom: (range: Range | null) => void;
}

function PlotChart({ column, data, prepared, series, zoom, onZoom }: PlotChartProps) {
  const text = useText();
  const labels = useMemo(
    () => ({ train: text('common.train'), validation: text('common.validation'), test: text('common.test') }),
    [text],
  );
  return (
    <SeriesPlot
      data={data}
      prepared={prepared}
      series={series}
      zoom={zoom}
      onZoom={onZoom}
      label={column}
      description={text('data.plotKeys', { column })}
      rowLabel={text('data.row')}
      windowLabel={text('data.window')}
      partLabels={labels}
    />
  );
}

function PlotTable({ data }: { readonly data: SeriesData }) {
  const text = useText();
  const language = useLanguage();
  const every = Math.max(1, Math.ceil(data.firstRows.length / tableRows));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard.
    <section className={styles.table} tabIndex={0} aria-label={text('data.plotTable')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text('data.row')}</th>
            <th scope="col">{text('data.time')}</th>
            <th scope="col">{text('data.minimum')}</th>
            <th scope="col">{text('data.maximum')}</th>
          </tr>
        </thead>
        <tbody>
          {data.firstRows.map((row, index) =>
            index % every === 0 ? (
              <tr key={row}>
                <td>{formatCount(row, language)}</td>
                <td>{data.times[index]}</td>
                <td>{formatNumber(data.minimum[index] ?? null, language)}</td>
                <td>{formatNumber(data.maximum[index] ?? null, language)}</td>
              </tr>
            ) : null,
          )}
        </tbody>
      </table>
    </section>
  );
}

function Statistics({ column }: { readonly column: ColumnProfileView }) {
  const text = useText();
  const language = useLanguage();
  const numeric = column.mean !== null;
  const pairs = numeric
    ? [
        [
          text('data.range'),
          `${formatNumber(column.minimum, language)} … ${formatNumber(column.maximum, language)}`,
        ],
        [text('data.mean'), formatNumber(column.mean, language)],
        [text('data.deviation'), formatNumber(column.deviation, language)],
        [text('data.quantiles'), column.quantiles.map((value) => formatNumber(value, language)).join('  ')],
      ]
    : [];
  return (
    <dl className={styles.stats}>
      {[
        ...pairs,
        [text('data.distinct'), formatCount(column.distinct, language)],
        [text('data.missing'), formatCount(column.missing, language)],
      ].map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Frequencies({ column }: { readonly column: ColumnProfileView }) {
  const said = useSaid();
  const text = useText();
  const language = useLanguage();
  const most = Math.max(1, ...column.values.map(({ count }) => count));
  return (
    <section className={styles.table} aria-label={text('data.valuesOf', { column: column.name })}>
      <p className="quiet">{said(column.evidence)}</p>
      <table>
        <tbody>
          {column.values.map(({ text: value, count }) => (
            <tr key={value}>
              <th scope="row">{value}</th>
              <td style={{ width: '60%' }}>
                <meter style={{ width: '100%' }} min={0} max={most} value={count} aria-label={value} />
              </td>
              <td>{formatCount(count, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function PreparedLine({ prepared }: { readonly prepared: PreparedView | null }) {
  const said = useSaid();
  const text = useText();
  const language = useLanguage();
  if (prepared === null) return null;
  return (
    <div className={styles.legend}>
      <span className="quiet">{text('data.samples')}</span>
      {(['train', 'validation', 'test'] as const).map((part) => (
        <span key={part} className="numbers">
          {text(`common.${part}`)} <strong>{formatCount(prepared.samples[part], language)}</strong>
        </span>
      ))}
      {prepared.dropped.map(({ reason, rows }) => (
        <span key={reason} className="quiet">
          {text('data.dropped', { rows: formatCount(rows, language), reason: said(reason) })}
        </span>
      ))}
    </div>
  );
}
