import { expect, test } from 'vitest';
import { pinningOverlay, withPins } from './pin.ts';
import { readDocuments } from './read-documents.ts';

const digest = `sha256:${'b2'.repeat(32)}`;
const head = 'apiVersion: aigw.dev/v1alpha1\nkind: Model\nmetadata: {name: m, environment: prod}\n';

/** A text's document of this index with both fields set. */
function pinned(text: string, index = 0): string | undefined {
  const document = readDocuments({ path: 'm.yaml', text }).documents[index];
  if (document === undefined) throw new Error('no document');
  return withPins(document, { version: '8', digest });
}

const cases: readonly (readonly [where: string, before: string, after: string, index?: number])[] = [
  [
    'both are there',
    `# ours\n${head}spec:\n  version: "7" # the good one\n  digest: sha256:00\n  serving: {replicas: {min: 1, max: 2}}\n`,
    `# ours\n${head}spec:\n  version: "8" # the good one\n  digest: ${digest}\n  serving: {replicas: {min: 1, max: 2}}\n`,
  ],
  ['one is there', `${head}spec:\n  version: '7'\n`, `${head}spec:\n  digest: ${digest}\n  version: "8"\n`],
  [
    'none is there',
    `${head}spec:\n    # how it runs\n    concurrency: 4\n`,
    `${head}spec:\n    # how it runs\n    version: "8"\n    digest: ${digest}\n    concurrency: 4\n`,
  ],
  ['in braces', `${head}spec: {version: "7"}\n`, `${head}spec: {digest: ${digest}, version: "8"}\n`],
  [
    'in braces, without',
    `${head}spec: { concurrency: 4 }\n`,
    `${head}spec: { version: "8", digest: ${digest}, concurrency: 4 }\n`,
  ],
  ['in empty braces', `${head}spec: {} # nothing\n`, `${head}spec: {version: "8", digest: ${digest}} # nothing\n`],
  ['no spec', head, `${head.trimEnd()}\nspec:\n  version: "8"\n  digest: ${digest}\n`],
  [
    'lines that end as on Windows',
    `${head}spec:\n  concurrency: 4\n`.replaceAll('\n', '\r\n'),
    `${head}spec:\n  version: "8"\n  digest: ${digest}\n  concurrency: 4\n`.replaceAll('\n', '\r\n'),
  ],
  [
    'a text in lines',
    `${head}spec:\n  version: >-\n    7\n  concurrency: 4\n`,
    `${head}spec:\n  digest: ${digest}\n  version: "8"\n  concurrency: 4\n`,
  ],
  [
    'an alias',
    `${head}spec: {upstreamModel: &v "7", version: *v}\n`,
    `${head}spec: {digest: ${digest}, upstreamModel: &v "7", version: "8"}\n`,
  ],
  [
    'other documents around',
    `a: 1\n---\n${head}spec: {version: "7", digest: ${digest}}\n---\nb: {version: "7"}\n`,
    `a: 1\n---\n${head}spec: {version: "8", digest: ${digest}}\n---\nb: {version: "7"}\n`,
    1,
  ],
];

test.for(cases)('sets fields where %s', ([, before, after, index = 0]) => {
  expect(pinned(before, index)).toBe(after);
});

test.each([
  ['another field repeats it', `${head}spec: {version: &v "7", upstreamModel: *v}\n`],
  ['all of it stands elsewhere', `x: &s {version: "7"}\n${head}spec: *s\n`],
])('leaves alone what cannot be set by itself: %s', (_, text) => {
  expect(pinned(text)).toBeUndefined();
});

test('lays an overlay', () => {
  const text = pinningOverlay('Model', 'product-expert', 'on', { version: '8', digest });
  expect(text).toContain('metadata: {name: product-expert, environment: "on"}\nspec:\n  version: "8"\n');
  expect(readDocuments({ path: 'm.yaml', text }).documents[0]?.value).toEqual({
    apiVersion: 'aigw.dev/v1alpha1',
    kind: 'Model',
    metadata: { name: 'product-expert', environment: 'on' },
    spec: { version: '8', digest },
  });
});
