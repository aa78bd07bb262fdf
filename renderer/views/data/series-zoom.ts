import type { Chart } from 'chart.js';
import type { Surface, Zooming } from '../../components/charts/gestures.ts';
import type { Range } from '../../components/charts/group.ts';

interface ZoomProps {
  /** Rows that are shown; null for all. */
  readonly zoom: Range | null;
  readonly onZoom: (range: Range | null) => void;
}

interface Held<T> {
  readonly current: T;
}

/**
 * The plot of a series as what gestures move over.
 * @param selection pixels that a drag holds, for who draws them.
 */
export function surfaceOf(drawn: Held<Chart | null>, selection: { current: Range | null }): Surface {
  const row = (chart: Chart, pixel: number): number => chart.scales.x?.getValueForPixel(pixel) ?? 1;
  return {
    contains: (x, y) => {
      const area = drawn.current?.chartArea;
      return area !== undefined && x >= area.left && x <= area.right && y >= area.top && y <= area.bottom;
    },
    valueAt: (pixel) => (drawn.current === null ? 1 : row(drawn.current, pixel)),
    neighbor: (x, direction) => Math.round(x) + direction,
    select: (held) => {
      selection.current = held;
      drawn.current?.draw();
    },
  };
}

/** Zooming by whole rows, no further than two of them, and no wider than the series. */
export function zoomOver(props: () => ZoomProps, whole: Held<Range>): Zooming {
  const zoom = (range: Range | null): void => {
    if (range === null) {
      props().onZoom(null);
      return;
    }
    const { from: least, to: most } = whole.current;
    const width = Math.max(2, range.to - range.from);
    const from = Math.min(Math.max(range.from, least), most - width);
    props().onZoom(width >= most - least ? null : { from, to: from + width });
  };
  return {
    get range() {
      return props().zoom;
    },
    hover: null,
    shown: () => props().zoom ?? whole.current,
    zoom,
    point: () => undefined,
  };
}
