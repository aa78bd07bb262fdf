// biome-ignore-all lint/suspicious/noArrayIndexKey: a bin is its place.
import styles from './histogram.module.css';

interface HistogramProps {
  readonly counts: readonly number[];
  readonly label: string;
}

/** Counts as bars, small enough for a row of a table. */
export function Histogram({ counts, label }: HistogramProps) {
  const highest = Math.max(1, ...counts);
  const width = 120 / Math.max(1, counts.length);
  return (
    <svg
      className={styles.histogram}
      viewBox="0 0 120 24"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {counts.map((count, index) => {
        const height = count === 0 ? 0 : Math.max(1, (count / highest) * 24);
        return (
          <rect
            key={index}
            x={index * width}
            y={24 - height}
            width={Math.max(0.5, width - 0.6)}
            height={height}
          />
        );
      })}
    </svg>
  );
}
