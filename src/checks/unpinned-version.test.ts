import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { trial } from './trial.ts';
import { check } from './unpinned-version.ts';

const UPSTREAM = '  upstreamModel: gpt-5-mini\n';
const DIGEST = `sha256:${'0f'.repeat(32)}`;

function overlay(environment: string, spec: string): string {
  return `---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: small, environment: ${environment}}
spec: {${spec}}
`;
}

async function found(more: string, ...edits: (readonly [string, string])[]) {
  const all = await trial(check, exampleRepo([UPSTREAM, '  registry: answers\n'], ...edits) + more);
  return all.map(({ severity, at, message }) => `${severity} ${at}: ${message}`);
}

test('each environment pins for itself', async () => {
  expect(await found(overlay('dev', `version: "4", digest: "${DIGEST}"`))).toEqual([
    'error small: Model small has no version in environment prod.',
  ]);
});

test('a version without its digest is a warning', async () => {
  expect(await found(overlay('dev', 'version: "4"') + overlay('prod', `version: "3", digest: "${DIGEST}"`))).toEqual([
    'warning small: Model small has no digest in environment dev.',
  ]);
});

test('a model that no gateway of the environment uses can wait', async () => {
  expect(await found('', ['  fallback:\n    tiers: [[{model: small}]]\n', ''])).toEqual([]);
});
