import { describe, expect, test } from 'vitest';
import { assembleRepo, selectionOf } from './repo.ts';

function rootFile(spec: string) {
  return {
    path: 'aigw.yaml',
    text: `apiVersion: aigw.dev/v1alpha1\nkind: Repository\nmetadata: {name: shop}\nspec: {environments: [prod], ${spec}}\n`,
  };
}

describe('the folder for rendered files', () => {
  test.each(['out', 'deploy/rendered', 'a.b/c-d_e'])('may be %s', (output) => {
    expect(selectionOf(rootFile(`output: "${output}"`)).output).toBe(output);
  });

  test.each(['../out', '/tmp/out', '.', './out', 'out/', 'a/../../b', '.git/hooks', 'a//b', 'a\\\\b', ''])(
    'is never outside the repo, or spelled in two ways: %j',
    (output) => {
      const root = rootFile(`output: "${output}"`);
      expect(selectionOf(root).output).toBe('out');
      expect(assembleRepo([root]).diagnostics.map(({ kind }) => kind.code)).toEqual(['AIGW1114']);
    },
  );
});

describe('a repo whose environments are not known', () => {
  const found = (...sources: readonly { readonly path: string; readonly text: string }[]) =>
    assembleRepo(sources).diagnostics.map(({ kind, place }) => [kind.code, place?.source.path]);

  test('is told at the beginning of aigw.yaml', () => {
    expect(found({ path: 'aigw.yaml', text: '' })).toEqual([['AIGW1201', 'aigw.yaml']]);
    expect(found({ path: 'aigw.yaml', text: '# nothing yet\n' })).toEqual([['AIGW1201', 'aigw.yaml']]);
  });

  test('is not told twice where aigw.yaml could not be read, or its Repository not be known for one', () => {
    const { text } = rootFile('output: out');
    expect(found()).toEqual([]);
    expect(found({ path: 'aigw.yaml', text: text.replace(']', '') })).toEqual([['AIGW1001', 'aigw.yaml']]);
    expect(found({ path: 'aigw.yaml', text: text.replace('Repository', 'Repo') })).toEqual([['AIGW1103', 'aigw.yaml']]);
    expect(found({ path: 'aigw.yaml', text: text.replace('v1alpha1', 'v9') })).toEqual([['AIGW1102', 'aigw.yaml']]);
  });
});

test('reports, package files and what else is JSON is no config unless aigw.yaml says so', () => {
  expect(selectionOf(undefined).include).toEqual(['**/*.yaml', '**/*.yml']);
  expect(selectionOf(rootFile('include: ["**/*.json"]')).include).toEqual(['**/*.json']);
});
