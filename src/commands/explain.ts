// aigw explain: what a code means, from the definition that raises it.
import { nearest } from '../lib/nearest.ts';
import type { World } from '../ports/world.ts';
import { explain as explanationOf } from '../reports/catalogue.ts';
import { runReport } from '../reports/report.ts';
import { allKinds } from './catalogue.ts';
import type { Outcome } from './outcome.ts';

export async function explain(world: World, { code }: { readonly code: string }): Promise<Outcome> {
  const head = { command: 'explain', version: world.version };
  const asked = code.toUpperCase();
  const kind = allKinds.find((candidate) => candidate.code === asked || candidate.name === code.toLowerCase());
  if (kind === undefined) {
    const meant = nearest(
      code,
      allKinds.flatMap(({ code: known, name }) => [known, name]),
    );
    const text = `There is no code ${code}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
    return { report: runReport({ ...head, answer: 'misunderstood', text: [text] }) };
  }
  const { code: found, name, severity, summary } = kind;
  const text = explanationOf(kind).trimEnd().split('\n');
  return { report: runReport({ ...head, result: { code: found, name, severity, summary }, text }) };
}
