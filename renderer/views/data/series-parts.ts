import type { Plugin } from 'chart.js';
import type { Part } from '../../../engine/contract/rpc/common.ts';
import type { PreparedView } from '../../../engine/contract/rpc/datasets.ts';
import type { Range } from '../../components/charts/group.ts';
import type { ChartColors } from '../../components/use-colors.ts';
import { partStyles } from '../../theme/series.ts';

export interface PartsProps {
  readonly prepared: PreparedView | null;
  /** Series that is drawn, whose parts are shaded; "" where there is one. */
  readonly series: string;
  readonly windowLabel: string;
  readonly partLabels: Readonly<Record<Part, string>>;
}

/** Shades the parts behind the line, names them at the top, and outlines the first training window. */
export function partsPlugin(
  props: () => PartsProps,
  selection: { readonly current: Range | null },
  colors: ChartColors,
): Plugin<'line'> {
  return {
    id: 'parts',
    beforeDatasetsDraw: (chart) => {
      const { prepared, series, partLabels } = props();
      const { ctx, chartArea, scales } = chart;
      const { x } = scales;
      if (prepared === null || x === undefined) return;
      const rectangle = (from: number, to: number) => {
        const left = Math.max(chartArea.left, x.getPixelForValue(from));
        const right = Math.min(chartArea.right, x.getPixelForValue(to));
        return { left, width: Math.max(1, right - left) };
      };
      ctx.save();
      ctx.font = '11px system-ui, sans-serif';
      ctx.textBaseline = 'top';
      for (const part of prepared.parts) {
        if (part.series !== series || part.lastRow < x.min || part.firstRow > x.max) continue;
        const { left, width } = rectangle(part.firstRow, part.lastRow);
        const color = colors.series[partStyles[part.part].color] ?? colors.text;
        ctx.fillStyle = `${color}1f`;
        ctx.fillRect(left, chartArea.top, width, chartArea.height);
        ctx.fillStyle = color;
        ctx.fillRect(left, chartArea.top, width, 2);
        ctx.fillStyle = colors.text;
        if (width > 40) ctx.fillText(partLabels[part.part], left + 4, chartArea.top + 5, width - 8);
      }
      ctx.restore();
    },
    afterDatasetsDraw: (chart) => {
      const { prepared, windowLabel } = props();
      const { ctx, chartArea, scales } = chart;
      const { x } = scales;
      if (prepared?.window == null || x === undefined) return;
      const { firstRow, lastRow, targetFirstRow, targetLastRow } = prepared.window;
      const input = colors.series[0] ?? colors.text;
      const target = colors.series[1] ?? colors.text;
      ctx.save();
      ctx.beginPath();
      ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
      ctx.clip();
      ctx.lineWidth = 1.5;
      for (const [from, to, color] of [
        [firstRow, lastRow, input],
        [targetFirstRow, targetLastRow, target],
      ] as const) {
        const left = x.getPixelForValue(from);
        ctx.strokeStyle = color;
        ctx.fillStyle = `${color}33`;
        const width = Math.max(2, x.getPixelForValue(to) - left);
        ctx.fillRect(left, chartArea.bottom - 14, width, 14);
        ctx.strokeRect(left, chartArea.bottom - 14, width, 14);
      }
      ctx.font = '11px system-ui, sans-serif';
      ctx.textBaseline = 'bottom';
      ctx.fillStyle = colors.text;
      ctx.fillText(windowLabel, x.getPixelForValue(targetLastRow) + 6, chartArea.bottom - 1);
      ctx.restore();
    },
    afterDraw: (chart) => {
      if (selection.current === null) return;
      const { from, to } = selection.current;
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.fillStyle = `${colors.text}22`;
      ctx.fillRect(Math.min(from, to), chartArea.top, Math.abs(to - from), chartArea.height);
      ctx.restore();
    },
  };
}
