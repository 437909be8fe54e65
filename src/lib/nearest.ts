/**
 * The candidate that a reader most likely meant by `word`, or undefined where none is near.
 * Distance is Damerau-Levenshtein (adjacent transposition counts one), compared without case;
 * near means at most a third of the word's length, and at least one edit is always allowed.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const bound = Math.max(1, Math.floor(word.length / 3));
  const small = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = bound + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(small, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** So many words get a suggestion; with more of them wrong, it is something else that went wrong. */
const mostSuggestions = 50;

/**
 * `nearest` for several words over the same candidates. A word that comes again costs nothing, and after fifty different
 * ones there are no suggestions any more: each takes a look at every candidate.
 */
export function suggester(candidates: () => Iterable<string>): (word: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (word) => {
    if (!known.has(word) && known.size < mostSuggestions) known.set(word, nearest(word, candidates()));
    return known.get(word);
  };
}

function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) distance = Math.min(distance, (before[j - 2] ?? 0) + 1);
      current.push(distance);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
