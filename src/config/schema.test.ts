import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { readDocuments } from './read-documents.ts';
import { resourceOf } from './resource.ts';
import { applyDefaults, checkDocument, identify } from './schema.ts';
import { schemaKinds } from './schema-diagnostics.ts';
import { checkExpressions } from './schema-expressions.ts';
import { KINDS } from './schema-types.ts';
import { findingsOf, subjectsIn } from './testing/changes.ts';
import { rightDocuments } from './testing/documents.ts';
import { resource, tell } from './testing/telling.ts';

describe('identify', () => {
  const kindIn = (text: string) =>
    readDocuments({ path: 'a.yaml', text }).documents.map((document) => identify(document).kind);

  test('names the kind of a resource', () => {
    expect(kindIn('apiVersion: aigw.dev/v1alpha1\nkind: Team\n')).toEqual(['Team']);
  });

  test.each(['v1', 'apps/v1', 'gateway.networking.k8s.io/v1', 'aigateway.envoyproxy.io/v1beta1'])(
    'leaves a document of %s alone',
    (version) => expect(tell(`apiVersion: ${version}\nkind: Gateway\n`)).toEqual([]),
  );

  test.each([
    ['kind: Team\nmetadata: {name: a}\n', 'AIGW1101', 'a'],
    ['apiversion: aigw.dev/v1alpha1\nkind: Team\n', 'AIGW1101', 'apiversion'],
    ['apiVersion: aigw.dev/v1\nkind: Team\n', 'AIGW1102', 'aigw.dev/v1'],
    ['apiVersion: agiw.dev/v1alpha1\nkind: Team\n', 'AIGW1102', 'agiw.dev/v1alpha1'],
    ['apiVersion: 1\nkind: Team\n', 'AIGW1102', '1'],
    ['apiVersion: aigw.dev/v1alpha1\nkind: team\n', 'AIGW1103', 'team'],
    ['apiVersion: aigw.dev/v1alpha1\nmetadata: {name: a}\n', 'AIGW1103', 'a'],
    ['[1, 2]\n', 'AIGW1104', '[1, 2]'],
  ])('finds fault with %j', (text, code, place) => {
    expect(kindIn(text)).toEqual([undefined]);
    expect(tell(text).map((finding) => finding.slice(0, 2))).toEqual([[code, place]]);
  });
});

describe('an overlay', () => {
  const overlay = '{name: a, environment: prod}';

  test.each([
    'backends: [{name: a, weight: null}]',
    'timeout: {total: null}\nretry: null',
    'match: [{path: {prefix: /a}}]',
    'onUnsupported: {timeout.total: null}',
  ])('may leave out and remove: %s', (spec) => expect(tell(resource('Route', spec, overlay))).toEqual([]));

  test.each([
    ['backends: [{weight: 5}]', 'AIGW1112', 'weight'],
    ['backends: [{name: a, wieght: 5}]', 'AIGW1110', 'wieght'],
    ['match: [{path: null}]', 'AIGW1117', 'null'],
    ['timeout: {total: 5}', 'AIGW1113', '5'],
  ])('is held to the rest: %s', (spec, code, place) => {
    expect(tell(resource('Route', spec, overlay)).map((finding) => finding.slice(0, 2))).toEqual([[code, place]]);
  });

  test('of what is the same in every environment is none', () => {
    const [finding] = tell(resource('Environment', 'namespace: a', overlay));
    expect(finding?.slice(0, 2)).toEqual(['AIGW1110', 'environment']);
  });
});

describe('applyDefaults', () => {
  const route = {
    metadata: { name: 'a' },
    spec: { backends: [], fallback: { tiers: [[{ model: 'm' }], [{ model: 'n', weight: 5 }]] } },
  };

  test('fills in what maps that are there leave out, in lists too', () => {
    const { spec } = applyDefaults('Route', route);
    expect(spec).toMatchObject({
      balance: 'weight',
      limits: [],
      fallback: { when: ['error', 'timeout', 'rate-limited'], tiers: [[{ weight: 100 }], [{ weight: 5 }]] },
    });
  });

  test('makes no map that is absent, but for one with a default', () => {
    const whole = applyDefaults('Route', { metadata: { name: 'a' } });
    expect(isObject(whole['spec']) && Object.keys(whole['spec'])).not.toContain('retry');
    expect(whole['spec']).toMatchObject({ balance: 'weight' });
  });

  test("fills in the maps of people's own keys", () => {
    const prompt = {
      metadata: { name: 'a' },
      spec: { version: '1', messages: [], variables: { q: { from: 'user' } } },
    };
    expect(applyDefaults('Prompt', prompt)).toMatchObject({
      spec: { variables: { q: { type: 'string', required: true } } },
    });
  });

  test.each(KINDS)('gives %s what the types promise, once and for all, and leaves its argument alone', (kind) => {
    fc.assert(
      fc.property(rightDocuments(kind), (document) => {
        const before = structuredClone(document);
        const whole = applyDefaults(kind, document);
        expect(document).toEqual(before);
        expect(applyDefaults(kind, whole)).toEqual(whole);
        expect(isObject(whole['spec'])).toBe(true);
        expect(contains(whole, document)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

/** Whether `whole` says all that `part` says. */
function contains(whole: Json | undefined, part: Json): boolean {
  if (Array.isArray(part))
    return Array.isArray(whole) && part.every((item: Json, index) => contains(whole[index] as Json, item));
  if (!isObject(part)) return whole === part;
  return isObject(whole) && Object.entries(part).every(([key, child]) => contains((whole as JsonObject)[key], child));
}

describe('each code', () => {
  test.each(schemaKinds.map((kind) => [kind.code, kind] as const))(
    '%s has an example that raises it, and one that does not',
    async (code, kind) => {
      const { bad, good } = kind.examples;
      expect(await codesIn(String(bad))).toContain(code);
      expect(await codesIn(String(good))).toEqual([]);
    },
  );
});

async function codesIn(text: string): Promise<readonly string[]> {
  const { documents } = readDocuments({ path: 'aigw.yaml', text });
  const findings = documents.flatMap(findingsOf);
  if (findings.length > 0) return findings.map(({ kind }) => kind.code);
  const resources = subjectsIn('aigw.yaml', text).map(({ document, kind }) => resourceOf(kind, [document]));
  return (await checkExpressions(resources)).map(({ kind }) => kind.code);
}

test('a document of one kind is not right as another', () => {
  const [subject] = subjectsIn('a.yaml', resource('Team', 'contact: a'));
  expect(subject && checkDocument(subject.document, 'Model').map(({ kind }) => kind.code)).toContain('AIGW1116');
});
