import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconZoomReset } from '@tabler/icons-react';
import { curvesToCsv } from '../../metrics/csv.ts';
import { type Text, useText } from '../../strings/text.ts';
import { notify, notifyFault } from '../notify.tsx';
import { copyBlob, copyText, saveBlob } from '../files.ts';
import type { PlotGroup } from './group.ts';
import styles from './line-chart.module.css';
import type { PlotColors } from './options.ts';
import type { Plot } from './plot.ts';
import { plotToPng } from './png.ts';
import { plotToSvg } from './svg.ts';

interface ChartHeaderProps {
  readonly title: string;
  readonly plot: Plot | null;
  readonly group: PlotGroup;
  readonly colors: PlotColors;
  readonly xName: string;
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
  /** null where a logarithmic axis makes no sense. */
  readonly logarithmic: boolean | null;
  readonly onLogarithmic: (logarithmic: boolean) => void;
}

export function ChartHeader(props: ChartHeaderProps) {
  const { title, plot, group, colors, xName, asTable, onAsTable, logarithmic, onLogarithmic } = props;
  const text = useText();
  const csv = (shown: Plot): string =>
    curvesToCsv(
      xName,
      shown.options.series.map(({ label, curve }) => ({ name: label, curve })),
    );
  const name = title.replace(/[^\p{L}\p{N}]+/gu, '-');
  return (
    <header className={styles.header}>
      <h3 className={styles.title}>{title}</h3>
      {logarithmic !== null && !asTable && (
        <button
          type="button"
          className={styles.toggle}
          aria-pressed={logarithmic}
          aria-label={text('charts.logarithmicOf', { chart: title })}
          onClick={() => onLogarithmic(!logarithmic)}
        >
          {text('charts.logarithmic')}
        </button>
      )}
      <button
        type="button"
        className={styles.toggle}
        aria-label={text(asTable ? 'charts.chartOf' : 'charts.tableOf', { chart: title })}
        onClick={() => onAsTable(!asTable)}
      >
        {text(asTable ? 'charts.showChart' : 'charts.showTable')}
      </button>
      <ActionIcon size="sm" aria-label={text('charts.showAll')} onClick={() => group.zoom(null)}>
        <IconZoomReset size={16} />
      </ActionIcon>
      {plot !== null && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size="sm" aria-label={text('charts.more', { chart: title })}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => tell(text, copyBlob(plotToPng(plot, group, title, colors)))}>
              {text('charts.copyPicture')}
            </Menu.Item>
            <Menu.Item
              onClick={() =>
                void plotToPng(plot, group, title, colors).then(
                  (blob) => saveBlob(blob, `${name}.png`),
                  notifyFault,
                )
              }
            >
              {text('charts.savePicture')}
            </Menu.Item>
            <Menu.Item
              onClick={() => {
                const svg = plotToSvg(plot, title, colors);
                saveBlob(new Blob([svg], { type: 'image/svg+xml' }), `${name}.svg`);
              }}
            >
              {text('charts.saveVector')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item onClick={() => tell(text, copyText(csv(plot)))}>{text('charts.copyValues')}</Menu.Item>
            <Menu.Item onClick={() => saveBlob(new Blob([csv(plot)], { type: 'text/csv' }), `${name}.csv`)}>
              {text('charts.saveValues')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </header>
  );
}

/** Copying is refused where the window has lost the focus. */
function tell(text: Text, copying: Promise<void>): void {
  copying.then(
    () => notify(text('charts.copied')),
    () => notify(text('charts.notCopied')),
  );
}
