/** `work` done on every item, at most `width` at a time; the answers in the items' order. */
export async function mapBounded<A, B>(
  items: readonly A[],
  width: number,
  work: (item: A) => Promise<B>,
): Promise<readonly B[]> {
  const answers = new Array<B>(items.length);
  const rest = items.entries();
  const walk = async () => {
    for (const [index, item] of rest) answers[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, walk));
  return answers;
}
