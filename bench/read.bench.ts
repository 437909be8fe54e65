import { parseAllDocuments } from 'yaml';
import { readDocuments } from '../src/config/read-documents.ts';
import type { SourceText } from '../src/diagnostics/source.ts';
import { companyTexts } from './corpus.ts';
import { type Figure, median } from './figure.ts';

const texts = companyTexts();
const expected = 10_000;

/** Reading 10,000 documents in 1,000 texts, against a bare JSON.parse of the same data and against the `yaml` package. */
export async function measure(): Promise<readonly Figure[]> {
  const first = timeOf(() => countOf(texts, read));
  const memory = process.memoryUsage().rss / 1e6;
  const json = texts.map((text) => JSON.stringify(readDocuments(text).documents.map(({ value }) => value)));
  const times = {
    read: medianOf(() => countOf(texts, read)),
    parse: medianOf(() => countOf(json, (text) => (JSON.parse(text) as unknown[]).length)),
    yaml: timeOf(() => countOf(texts, ({ text }) => parseAllDocuments(text).length)),
  };
  const rate = `${Math.round((expected * 1000) / first).toLocaleString('en')} documents/s, ${memory.toFixed(0)} MB resident`;
  return [
    { name: 'Reading 10,000 documents for the first time', value: first, unit: 'ms', target: 800, detail: rate },
    { name: 'Reading them again, over a bare JSON.parse', value: times.read / times.parse, unit: 'times', target: 20 },
    { name: 'Reading them again, over the yaml package', value: times.read / times.yaml, unit: 'times', target: 0.25 },
  ];
}

function read(source: SourceText): number {
  const { documents, diagnostics } = readDocuments(source);
  if (diagnostics.length > 0) throw new Error(`${source.path} raised ${diagnostics[0]?.kind.code}`);
  return documents.length;
}

function countOf<A>(items: readonly A[], count: (item: A) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}

function medianOf(work: () => number): number {
  return median(Array.from({ length: 5 }, () => timeOf(work)));
}

/** Milliseconds of one run, which must have met every document. */
function timeOf(work: () => number): number {
  const start = performance.now();
  const count = work();
  if (count !== expected) throw new Error(`read ${count} documents instead of ${expected}`);
  return performance.now() - start;
}
