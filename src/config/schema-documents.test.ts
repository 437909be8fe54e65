// Documents made from the schemas themselves, of every kind and in every shape.
import { Ajv, type ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isObject, type Json } from '../lib/json.ts';
import { checkDocument } from './schema.ts';
import { kindBundle } from './schema-bundle.ts';
import { language, overlayLanguage } from './schema-language.ts';
import { problemsOf } from './schema-problem.ts';
import { ruleOf } from './schema-rule.ts';
import { KINDS, type Kind } from './schema-types.ts';
import { isToldAtItsLine, misspelledKeys, subjectsIn, wrongTypes, wrongValues } from './testing/changes.ts';
import { anyDocuments, rightDocuments } from './testing/documents.ts';

describe.each(KINDS)('%s', (kind) => {
  const right = rightDocuments(kind);
  const judge = judgeOf(kind);

  test('right documents have no findings', () => {
    fc.assert(
      fc.property(right, (document) => {
        expect(
          subjectsIn('a.json', JSON.stringify(document)).flatMap((it) => checkDocument(it.document, kind)),
        ).toEqual([]);
        expect(judge(document)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('one wrong field is told at its line', () => {
    fc.assert(
      fc.property(right, fc.nat(), (document, choice) => {
        const [subject] = subjectsIn('a.json', JSON.stringify(document, undefined, 1));
        if (!subject) throw new Error('the document was not read');
        const changes = [wrongTypes, wrongValues, misspelledKeys].flatMap((changesOf) => changesOf(subject));
        const change = changes[choice % changes.length];
        if (!change) throw new Error('nothing can be changed');
        expect(isToldAtItsLine(subject, inJson(change))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('ajv finds a fault in the published schema exactly where we do', () => {
    fc.assert(
      fc.property(anyDocuments(right), (document) => {
        expect(isRight(kind, document)).toBe(judge(document));
      }),
      { numRuns: 300 },
    );
  });

  test('ajv agrees on overlays', () => {
    fc.assert(
      fc.property(anyDocuments(right).map(asOverlay), (document) => {
        expect(isRight(kind, document)).toBe(judge(document));
      }),
      { numRuns: 300 },
    );
  });
});

/** A misspelled key as JSON writes it. */
function inJson(change: ReturnType<typeof wrongTypes>[number]) {
  return { ...change, text: /^\w+zz$/.test(change.text) ? `"${change.text}"` : change.text };
}

function judgeOf(kind: Kind): ValidateFunction {
  return new Ajv({ strict: true }).compile(kindBundle(language(), kind));
}

/** An overlay, where the document still has metadata to say so. */
function asOverlay(document: Json): Json {
  if (!isObject(document) || !isObject(document['metadata'])) return document;
  return { ...document, metadata: { ...document['metadata'], environment: 'prod' } };
}

function isRight(kind: Kind, document: Json): boolean {
  const overlay =
    isObject(document) && isObject(document['metadata']) && Object.hasOwn(document['metadata'], 'environment');
  const schemas = overlay && overlayLanguage().kinds[kind] ? overlayLanguage() : language();
  return problemsOf(ruleOf(schemas.kinds[kind] ?? {}, schemas), document, 1).length === 0;
}
