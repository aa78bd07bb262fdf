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
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  const count = sorted.length;
  if (count === 0) return null;
  return {
    deviation: deviationOf(sorted),
    quantiles: shares.map((share) => quantile(sorted, share)),
    histogram: histogramOf(sorted),
  };
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

/** Bins of equal width, their number by Freedman and Diaconis (1981), between 1 and 60. */
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
