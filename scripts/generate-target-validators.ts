/**
 * Makes, from each target's own schema under schemas/targets, a module that holds it as data, so that the bundle reads no file to check what
 * people write under `targets`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratedFile } from './generate.ts';

const folder = join(import.meta.dirname, '..', 'schemas', 'targets');

export async function generate(): Promise<GeneratedFile[]> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.schema.json'));
  return names.toSorted().flatMap((name) => {
    const schema: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const path = `src/targets/${name.replace('.schema.json', '')}/generated/schema`;
    return [
      { path: `${path}.js`, text: `export const schema = JSON.parse(${JSON.stringify(JSON.stringify(schema))});\n` },
      { path: `${path}.d.ts`, text: TYPES },
    ];
  });
}

const TYPES = `import type { SchemaNode } from '../../schema-problems.ts';
export declare const schema: SchemaNode;
`;
