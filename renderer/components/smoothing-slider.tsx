import { useId } from 'react';
import { useChoice } from '../state/workbench.tsx';
import { useText } from '../strings/text.ts';
import styles from './smoothing-slider.module.css';

/** Weights beside each other: what matters is how many steps they average over, 1 / (1 - weight). */
const weights: readonly number[] = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

/** Exponential smoothing of all step curves, stated in words. */
export function SmoothingSlider() {
  const text = useText();
  const id = useId();
  const smoothing = useChoice((state) => state.smoothing);
  const smooth = useChoice((state) => state.smooth);
  const nearest = weights.reduce(
    (best, weight, index) =>
      Math.abs(weight - smoothing) < Math.abs((weights[best] ?? 0) - smoothing) ? index : best,
    0,
  );
  const stated =
    smoothing === 0 ? text('charts.smoothingOff') : text('charts.smoothingValue', { weight: smoothing });
  return (
    <div className={styles.smoothing}>
      <label htmlFor={id}>{text('charts.smoothing')}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={weights.length - 1}
        value={nearest}
        aria-valuetext={stated}
        onChange={({ currentTarget }) => smooth(weights[Number(currentTarget.value)] ?? 0)}
      />
      <span className="quiet numbers">{stated}</span>
    </div>
  );
}
