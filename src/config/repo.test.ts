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

test('reports, package files and what else is JSON is no config unless aigw.yaml says so', () => {
  expect(selectionOf(undefined).include).toEqual(['**/*.yaml', '**/*.yml']);
  expect(selectionOf(rootFile('include: ["**/*.json"]')).include).toEqual(['**/*.json']);
});
