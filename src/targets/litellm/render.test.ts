import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assembleRepo } from '../../config/repo.ts';
import { printYaml } from '../print.ts';
import type { RenderedFile, Workload } from '../target.ts';
import { render } from './render.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'targets', 'litellm');

describe.each(readdirSync(folder))('the case %s', (name) => {
  const source = { path: 'aigw.yaml', text: readFileSync(join(folder, name, 'aigw.yaml'), 'utf8') };
  const repo = assembleRepo([source]);
  const config = repo.resolve(repo.environments[0] ?? '', new Map());

  test('is a sound repo', () => {
    expect(repo.diagnostics).toEqual([]);
  });

  test('renders what is expected, and nothing else', async () => {
    if (config === undefined) throw new Error('no environment');
    const outputs = config.all('Gateway').map((gateway) => render({ config, gateway }));
    const texts = outputs.flatMap(({ files, workloads }) => [...files.map(fileText), ...workloads.map(workloadText)]);
    for (const [path, text] of texts) await expect(text).toMatchFileSnapshot(join(folder, name, 'expected', path));
    const expected = globSync('**/*.*', { cwd: join(folder, name, 'expected') });
    expect(expected.toSorted()).toEqual(texts.map(([path]) => path).toSorted());
  });

  test('renders the same from the same', () => {
    if (config === undefined) throw new Error('no environment');
    for (const gateway of config.all('Gateway')) {
      const [first, second] = [render({ config, gateway }), render({ config, gateway })];
      expect(second.files.map(fileText)).toEqual(first.files.map(fileText));
    }
  });
});

function fileText({ path, content }: RenderedFile): readonly [string, string] {
  switch (content.kind) {
    case 'yaml':
      return [path, printYaml(content.value)];
    case 'json':
      return [path, `${JSON.stringify(content.value, null, 2)}\n`];
    case 'text':
      return [path, content.text];
    case 'objects':
      throw new Error('LiteLLM has no objects');
  }
}

/** A workload but for its files, which stand beside it. */
function workloadText({ resource, files, ...rest }: Workload): readonly [string, string] {
  const shown = { ...rest, resource: `${resource.kind}/${resource.name}`, files: Object.keys(files) };
  return [`${rest.name}/workload.json`, `${JSON.stringify(shown, null, 2)}\n`];
}
