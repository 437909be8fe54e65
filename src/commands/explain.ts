// aigw explain: what a code means, from the definition that raises it.
import { nearest } from '../lib/nearest.ts';
import type { World } from '../ports/world.ts';
import { explain as explanationOf } from '../reports/catalogue.ts';
import { runReport } from '../reports/report.ts';
import { allKinds } from './catalogue.ts';
import type { Outcome } from './outcome.ts';

export interface ExplainOptions {
  /** A code, its number alone, or its name; all when left out. */
  readonly code: string | undefined;
}

export async function explain(world: Pick<World, 'version'>, { code }: ExplainOptions): Promise<Outcome> {
  const head = { command: 'explain', version: world.version };
  if (code === undefined) {
    const result = allKinds.map(({ code: known, name, severity, summary }) => ({
      code: known,
      name,
      severity,
      summary,
    }));
    const text = result.map((kind) => `${kind.code} ${kind.name} (${kind.severity}): ${kind.summary}`);
    return { report: runReport({ ...head, result, text }) };
  }
  const asked = /^\d+$/.test(code) ? `AIGW${code}` : code.toUpperCase();
  const kind = allKinds.find((candidate) => candidate.code === asked || candidate.name === code.toLowerCase());
  if (kind === undefined) {
    const meant = nearest(
      code,
      allKinds.flatMap(({ code: known, name }) => [known, name]),
    );
    const text = `There is no code ${code}. ${meant === undefined ? 'Run "aigw explain" to list all.' : `Did you mean ${meant}?`}`;
    return { report: runReport({ ...head, answer: 'misunderstood', text: [text] }) };
  }
  const { code: found, name, severity, summary } = kind;
  const text = explanationOf(kind).trimEnd().split('\n');
  return { report: runReport({ ...head, result: { code: found, name, severity, summary }, text }) };
}
