/**
 * `work` that is done once for each pair of arguments, and forgotten with the first of them. For pure work alone: whoever asks
 * again gets the very same answer.
 */
export function oncePer<A extends object, B, R>(work: (a: A, b: B) => R): (a: A, b: B) => R {
  const known = new WeakMap<A, Map<B, R>>();
  return (a, b) => {
    const answers = known.get(a) ?? new Map<B, R>();
    known.set(a, answers);
    if (!answers.has(b)) answers.set(b, work(a, b));
    // An answer may be undefined, but then that is what R says.
    return answers.get(b) as R;
  };
}
