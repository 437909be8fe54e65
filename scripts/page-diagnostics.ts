import { allKinds } from '../src/commands/catalogue.ts';
import { diagnosticsPage, type Sample } from '../src/reports/catalogue.ts';
import { runExample } from './example-runs.ts';

/** The reference page of all diagnostics. Every example is run: the bad one must raise its code, the good one must not. */
export async function generate(): Promise<{ path: string; text: string }[]> {
  const samples = new Map<string, Sample>();
  const faults: string[] = [];
  for (const { code, name, examples } of allKinds) {
    const raised = (await runExample(examples.bad)).find(({ kind }) => kind.code === code);
    if (raised === undefined) faults.push(`the bad example of ${code} ${name} does not raise it`);
    else samples.set(code, { message: raised.message, help: raised.help });
    const again = (await runExample(examples.good)).some(({ kind }) => kind.code === code);
    if (again) faults.push(`the good example of ${code} ${name} raises it`);
  }
  if (faults.length > 0) throw new Error(`examples are wrong:\n  ${faults.join('\n  ')}`);
  return [{ path: 'docs/diagnostics.md', text: diagnosticsPage(allKinds, samples) }];
}
