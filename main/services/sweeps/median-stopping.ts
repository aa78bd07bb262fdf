/** The values of one trial's metric, epoch by epoch. */
export type Curve = readonly number[];

/**
 * Whether a trial is to be stopped (median rule of Golovin et al. 2017, on best values): its best value so far is worse
 * than the median of the other trials' best values until the same epoch.
 * @param curve of the trial, smaller being better.
 * @param others of the trials that have got as far.
 */
export function isHopeless(
  curve: Curve,
  others: readonly Curve[],
  rule: { readonly warmupEpochs: number; readonly minimumTrials: number },
): boolean {
  const epochs = curve.length;
  if (epochs === 0 || epochs <= rule.warmupEpochs) return false;
  const comparable = others.filter((other) => other.length >= epochs);
  if (comparable.length < rule.minimumTrials) return false;
  const bests = comparable.map((other) => Math.min(...other.slice(0, epochs))).sort((a, b) => a - b);
  const middle = (bests.length - 1) / 2;
  const median = ((bests[Math.floor(middle)] as number) + (bests[Math.ceil(middle)] as number)) / 2;
  return Math.min(...curve) > median;
}
