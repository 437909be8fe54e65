// What can be wrong with the documents of a repo as a whole, before any one resource is looked into.
import { defineDiagnostic } from '../diagnostics/diagnostic.ts';
import { exampleRepo } from './example-repo.ts';

const GOOD = exampleRepo();
const SECOND_START = GOOD.indexOf('---\n') + '---\n'.length;
const REPOSITORY = GOOD.slice(0, SECOND_START - '---\n'.length);
const MODEL = `---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: small}
spec: {provider: openai}
`;
const OVERLAY = `---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: small, environment: prod}
spec: {context: {window: 4000}}
`;

export const noRepository = defineDiagnostic<object>({
  code: 'AIGW1201',
  name: 'no-repository-document',
  severity: 'error',
  summary: 'aigw.yaml holds no document of kind Repository.',
  message: () => 'aigw.yaml holds no document of kind Repository, so the environments are not known.',
  help: () => 'Add one with spec.environments to aigw.yaml, or start with `aigw init`.',
  examples: { bad: GOOD.slice(SECOND_START), good: GOOD },
});

export const secondRepository = defineDiagnostic<object>({
  code: 'AIGW1202',
  name: 'second-repository',
  severity: 'error',
  summary: 'There is more than one document of kind Repository.',
  message: () => 'This is a second document of kind Repository; a config repo has one, in aigw.yaml.',
  help: () => 'Merge the two into aigw.yaml, or leave this file out with spec.exclude.',
  examples: { bad: `${GOOD}---\n${REPOSITORY.replace('name: example', 'name: other')}`, good: GOOD },
});

export const duplicateResource = defineDiagnostic<{ kind: string; name: string; environment: string | undefined }>({
  code: 'AIGW1203',
  name: 'duplicate-resource',
  severity: 'error',
  summary: 'Two documents describe the same resource.',
  message: ({ kind, name, environment }) =>
    environment === undefined
      ? `${kind} ${name} is described twice.`
      : `${kind} ${name} has two overlays for the environment ${environment}.`,
  help: () => 'Names are unique for each kind: rename one of them, or merge the two documents.',
  examples: { bad: `${GOOD}${MODEL}`, good: GOOD },
});

export const overlayOfNothing = defineDiagnostic<{ kind: string; name: string; meant: string | undefined }>({
  code: 'AIGW1204',
  name: 'overlay-of-nothing',
  severity: 'error',
  summary: 'An overlay changes a resource that does not exist.',
  message: ({ kind, name, meant }) =>
    `This overlay changes ${kind} ${name}, which does not exist.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  help: ({ kind }) =>
    `Give it the name of an existing ${kind}, or describe the resource in a document without metadata.environment.`,
  examples: { bad: `${GOOD}${OVERLAY.replace('name: small', 'name: smal')}`, good: `${GOOD}${OVERLAY}` },
});

export const unknownEnvironment = defineDiagnostic<{
  name: string;
  known: readonly string[];
  meant: string | undefined;
}>({
  code: 'AIGW1205',
  name: 'unknown-environment',
  severity: 'error',
  summary: 'An environment is named that aigw.yaml does not list.',
  message: ({ name, meant }) =>
    `There is no environment ${name === '' ? 'without a name' : name}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  help: ({ known }) =>
    `aigw.yaml lists ${known.join(', ')}: use one of these, or add the new one to spec.environments.`,
  examples: {
    bad: `${GOOD}${OVERLAY.replace('environment: prod', 'environment: production')}`,
    good: `${GOOD}${OVERLAY}`,
  },
});

export const removesNothing = defineDiagnostic<{ field: string }>({
  code: 'AIGW1206',
  name: 'removes-nothing',
  severity: 'warning',
  summary: 'An overlay removes a field that is not there.',
  message: ({ field }) => `This null removes ${field}, which the resource does not have.`,
  help: () => 'Delete the line, or correct the name of the field.',
  examples: {
    bad: `${GOOD}${OVERLAY.replace('spec: {', 'spec: {quota: null, ')}`,
    good: `${GOOD}${OVERLAY}`,
  },
});

export const repoKinds = [
  noRepository,
  secondRepository,
  duplicateResource,
  overlayOfNothing,
  unknownEnvironment,
  removesNothing,
] as const;
