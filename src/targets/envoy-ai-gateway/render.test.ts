import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ResolvedConfig } from '../../config/model.ts';
import { assembleRepo } from '../../config/repo.ts';
import { checkManifest } from '../../manifests/check-manifest.ts';
import { checkManifestSet } from '../../manifests/check-manifest-set.ts';
import { printYamlDocuments } from '../print.ts';
import { lossesOf } from '../support.ts';
import { target } from './target.ts';

const folder = join(import.meta.dirname, '../../../fixtures/targets/envoy-ai-gateway');

interface Case {
  readonly name: string;
  readonly environment: string;
  readonly config: ResolvedConfig;
}

const cases = globSync('*/aigw.yaml', { cwd: folder })
  .map(dirname)
  .sort()
  .flatMap((name): readonly Case[] => {
    const repo = assembleRepo([{ path: 'aigw.yaml', text: readFileSync(join(folder, name, 'aigw.yaml'), 'utf8') }]);
    return repo.environments.flatMap((environment) => {
      const config = repo.resolve(environment, new Map());
      return config === undefined ? [] : [{ name, environment, config }];
    });
  });

/** Each file of a case's output: path → text. The loss report of each gateway is one of them. */
function outputOf(config: ResolvedConfig): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const gateway of config.all('Gateway')) {
    for (const { path, content } of target.render({ config, gateway }).files) {
      if (content.kind === 'objects') files.set(path, printYamlDocuments(content.objects));
    }
    const losses = lossesOf(target, config, gateway).map(
      ({ status, kind, name, field, reason }) => `${status} ${kind} ${name} ${field}: ${reason}`,
    );
    files.set(`${gateway.name}/losses.txt`, losses.map((line) => `${line}\n`).join(''));
  }
  return files;
}

function objectsOf(config: ResolvedConfig) {
  return config
    .all('Gateway')
    .flatMap((gateway) => target.render({ config, gateway }).files)
    .flatMap(({ content }) => (content.kind === 'objects' ? content.objects : []));
}

test('there are cases', () => {
  expect(cases.length).toBeGreaterThan(5);
});

describe.each(cases)('$name in $environment', ({ name, environment, config }) => {
  const expected = join(folder, name, 'expected', environment);

  test('renders what is written down', async () => {
    const output = outputOf(config);
    for (const [path, text] of output) await expect(text).toMatchFileSnapshot(join(expected, path));
    const written = globSync('**/*.{yaml,txt}', { cwd: expected }).map((path) => relative('.', path));
    expect(written.toSorted()).toEqual([...output.keys()].toSorted());
  });

  test('renders what an API server and the controllers take', async () => {
    const objects = objectsOf(config);
    const problems = await Promise.all(objects.map((object) => checkManifest(object)));
    expect(problems.flat()).toEqual([]);
    expect(checkManifestSet(objects).problems).toEqual([]);
  });

  test('gives every object its namespace, its labels and a name that fits everywhere', () => {
    for (const { kind, metadata } of objectsOf(config)) {
      const { name, namespace, labels } = metadata as {
        name: string;
        namespace?: string;
        labels: Record<string, string>;
      };
      expect(name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      expect(namespace).toBe(kind === 'GatewayClass' ? undefined : config.settings.spec.namespace);
      expect(labels['app.kubernetes.io/managed-by']).toBe('aigw');
    }
  });

  test('names each object once', () => {
    const names = objectsOf(config).map(({ kind, metadata }) => `${kind} ${(metadata as { name: string }).name}`);
    expect(names.filter((id, index) => names.indexOf(id) !== index)).toEqual([]);
  });
});
