import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Check } from './check.ts';
import { checks } from './checks.ts';

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
const modules = await Promise.all(
  files.map(async (file) => ({
    file,
    module: (await import(join(import.meta.dirname, file))) as { readonly check?: Check },
  })),
);

describe('the checks', () => {
  test('are all listed, once, in the order of their codes', () => {
    const found = modules.flatMap(({ module }) => module.check?.kinds[0] ?? []);
    const listed = checks.flatMap(({ kinds }) => kinds[0] ?? []);
    expect(found.length).toBeGreaterThan(20);
    const words = ({ code, name }: { readonly code: string; readonly name: string }) => `${code} ${name}`;
    expect(listed.map(words)).toEqual(found.map(words).toSorted());
  });

  test('have codes and names of their own, of 2xxx', () => {
    const kinds = checks.flatMap((check) => check.kinds);
    expect(kinds.filter(({ code }) => !/^AIGW2[0-9]{3}$/.test(code))).toEqual([]);
    expect(new Set(kinds.map(({ code }) => code)).size).toBe(kinds.length);
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
  });

  test.each(modules.flatMap(({ file, module }) => (module.check === undefined ? [] : [[file, module.check] as const])))(
    '%s is named after the first kind of its findings',
    (file, { kinds }) => {
      expect(`${kinds[0]?.name}.ts`).toBe(file);
    },
  );
});
