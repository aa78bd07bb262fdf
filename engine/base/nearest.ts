/** The candidate that a person most likely meant, or undefined when none is near. Case counts little. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined) return undefined;
  const partOf = best.candidate.toLowerCase().includes(word.toLowerCase()) && word.length > 2;
  const tolerated = Math.max(2, Math.floor(best.candidate.length / 3));
  // A word of which nothing is left in common is not near, however short both are.
  const near = best.distance <= tolerated && best.distance < Math.max(word.length, best.candidate.length);
  return partOf || near ? best.candidate : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbors between two words (Damerau and Levenshtein). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const replaced = (last[j - 1] ?? 0) + (same ? 0 : 1);
      let least = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
