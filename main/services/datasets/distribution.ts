export interface Distribution {
  /** Sample standard deviation (n - 1). */
  readonly deviation: number;
  /** 5, 25, 50, 75 and 95 %, by linear interpolation between neighbors (NumPy's default). */
  readonly quantiles: number[];
  readonly histogram: { readonly edges: number[]; readonly counts: number[] };
}

const shares = [0.05, 0.25, 0.5, 0.75, 0.95];
const mostBins = 60;

/** How finite values are distributed; null where there is none. The values stay as they are. */
export function describeDistribution(values: Float64Array): Distribution | null {
  const finite = finiteOf(values);
  if (finite.length === 0) return null;
  const deviation = deviationOf(finite);
  orderAt(finite, ranksOf(finite.length));
  return {
    deviation,
    quantiles: shares.map((share) => quantile(finite, share)),
    histogram: histogramOf(finite),
  };
}

function finiteOf(values: Float64Array): Float64Array {
  const finite = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) finite[count++] = value;
  }
  return finite.subarray(0, count);
}

/** Where the quantiles are read, and both ends, in order. */
function ranksOf(count: number): number[] {
  const places = shares.map((share) => share * (count - 1));
  const ranks = [0, ...places.flatMap((place) => [Math.floor(place), Math.ceil(place)]), count - 1];
  return [...new Set(ranks)];
}

/**
 * Moves values until those at some ranks are where sorting would put them, and all others on their side of them: of
 * many values, a few are found sooner than all are sorted (Hoare 1961).
 * @param ranks rising.
 */
function orderAt(values: Float64Array, wanted: readonly number[], first = 0, last = values.length - 1): void {
  let [ranks, from, to] = [wanted, first, last];
  while (ranks.length > 0 && from < to) {
    const middle = ((from + to) / 2) | 0;
    const pivot = medianOf(values[from] as number, values[middle] as number, values[to] as number);
    let low = from;
    let high = to;
    while (low <= high) {
      while ((values[low] as number) < pivot) low++;
      while ((values[high] as number) > pivot) high--;
      if (low > high) break;
      const swapped = values[low] as number;
      values[low++] = values[high] as number;
      values[high--] = swapped;
    }
    // Between both parts there is the pivot at most. The shorter one goes first, so that calls do not pile up.
    const left = ranks.filter((rank) => rank <= high);
    const right = ranks.filter((rank) => rank >= low);
    if (high - from < to - low) {
      orderAt(values, left, from, high);
      [ranks, from] = [right, low];
    } else {
      orderAt(values, right, low, to);
      [ranks, to] = [left, high];
    }
  }
}

function medianOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function deviationOf(values: Float64Array): number {
  let mean = 0;
  let spread = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = (values[i] as number) - mean;
    mean += distance / (i + 1);
    spread += distance * ((values[i] as number) - mean);
  }
  return values.length < 2 ? 0 : Math.sqrt(spread / (values.length - 1));
}

export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] as number;
  const high = sorted[Math.ceil(place)] as number;
  return low + (high - low) * (place - Math.floor(place));
}

/**
 * Bins of equal width, their number by Freedman and Diaconis (1981), between 1 and 60.
 * @param sorted where both ends and the quartiles are read; the others may stand in any order between.
 */
export function histogramOf(sorted: Float64Array): { edges: number[]; counts: number[] } {
  const low = sorted[0] as number;
  const high = sorted[sorted.length - 1] as number;
  if (low === high) return { edges: [low, high], counts: [sorted.length] };
  const width = (2 * (quantile(sorted, 0.75) - quantile(sorted, 0.25))) / Math.cbrt(sorted.length);
  const wished = width > 0 ? Math.ceil((high - low) / width) : Math.ceil(Math.sqrt(sorted.length));
  const bins = Math.min(mostBins, Math.max(1, wished));
  const edges = Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
  edges[bins] = high;
  const counts = new Array<number>(bins).fill(0);
  for (const value of sorted) {
    const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { edges, counts };
}
