import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDocuments } from '../config/read-documents.ts';
import { assembleRepo } from '../config/repo.ts';
import { identify } from '../config/schema.ts';
import { environmentSites, referenceSites, valuesAt } from '../config/schema-sites.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { locate, type SourceText, type Span } from '../diagnostics/source.ts';
import { check } from './unknown-reference.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');
const repos = ['cognitotech', 'fraud-bank', 'recommendation-shop', 'smallest'];

test.for(repos)(
  "every name in %s that is changed to nobody's is told at its line",
  { timeout: 120_000 },
  async (repo) => {
    const sources = textsOf(join(fixtures, repo));
    const missed: string[] = [];
    let names = 0;
    for (const source of sources) {
      for (const span of namesIn(source)) {
        names++;
        const { line } = locate(source, span.start);
        const text = `${source.text.slice(0, span.start)}nobody-has-this-name${source.text.slice(span.end)}`;
        const found = await findingsOf(sources.map((each) => (each === source ? { path: source.path, text } : each)));
        const isTold = found.some(
          ({ place }) => place?.source.path === source.path && locate(place.source, place.span.start).line === line,
        );
        if (!isTold) missed.push(`${source.path}:${line} ${source.text.slice(span.start, span.end)}`);
      }
    }
    expect(names).toBeGreaterThanOrEqual(5);
    expect(missed).toEqual([]);
  },
);

function textsOf(folder: string): readonly SourceText[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

/** Where names of resources and of environments stand in a text. */
function namesIn(source: SourceText): readonly Span[] {
  return readDocuments(source).documents.flatMap((document) => {
    const { kind } = identify(document);
    if (kind === undefined || kind === 'Repository') return [];
    return [...referenceSites(kind), ...environmentSites(kind)].flatMap(({ path: site, wildcard }) =>
      valuesAt(document.value, site).flatMap(({ path, value }) =>
        value === wildcard ? [] : [document.placeOf(path).span],
      ),
    );
  });
}

async function findingsOf(sources: readonly SourceText[]): Promise<readonly Diagnostic[]> {
  const repo = assembleRepo(sources);
  const found = [...repo.diagnostics];
  for (const environment of repo.environments) {
    const config = repo.resolve(environment, new Map());
    if (config !== undefined)
      found.push(...(await check.run({ config, today: '2026-11-21', countTokens: async () => 0 })));
  }
  return found;
}
