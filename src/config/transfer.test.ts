import { expect, test } from 'vitest';
import { readDocuments } from './read-documents.ts';
import { transferred } from './transfer.ts';

function documentOf(text: string, index = 0) {
  const document = readDocuments({ path: 'o.yaml', text }).documents[index];
  if (document === undefined) throw new Error('no document');
  return document;
}

const headFor = (environment: string) =>
  `apiVersion: aigw.dev/v1alpha1\nkind: Prompt\nmetadata: {name: p, environment: ${environment}} # whose\n`;
const staging = `# yaml-language-server: $schema=x\n${headFor('staging')}spec:\n  version: "4" # shorter\n  messages:\n    - role: system\n      text: |\n        Be brief.\n\n        Be kind.\n    - {role: user, text: "{{question}}"}\n`;
const fields = staging.slice(staging.indexOf('  version'));

const cases: readonly (readonly [
  what: string,
  source: string,
  over: string | undefined,
  after: string,
  keeps: boolean,
])[] = [
  ['into a file of its own', staging, undefined, `${headFor('prod')}spec:\n${fields}`, false],
  [
    'over what stood there',
    staging,
    `# ours\n${headFor('prod')}spec:\n  version: "3"\n  maxTokens: 100\n`,
    `# ours\n${headFor('prod')}spec:\n${fields}`,
    false,
  ],
  [
    'beside what stood there',
    staging,
    `# ours\n${headFor('prod')}spec:\n  version: "3"\n  maxTokens: 100 # few\n`,
    `# ours\n${headFor('prod')}spec:\n  version: "4" # shorter\n  maxTokens: 100 # few\n${fields.slice(fields.indexOf('  messages'))}`,
    true,
  ],
  [
    'between other documents',
    staging,
    `a: 1\n---\n${headFor('prod')}spec: {version: "3"} # in braces\n---\nb: 1 # last\n`,
    `a: 1\n---\n${headFor('prod')}spec:\n${fields}---\nb: 1 # last\n`,
    false,
  ],
  [
    'out of braces and another indent',
    `${headFor('staging')}spec:\n    version: "4"\n    variables:\n        question: {from: user}\n`,
    headFor('prod'),
    `${headFor('prod').trimEnd()}\nspec:\n  version: "4"\n  variables:\n      question: {from: user}\n`,
    false,
  ],
];

test.each(cases)('an overlay goes %s', (_, source, over, after, keeps) => {
  const index = over?.startsWith('a:') === true ? 1 : 0;
  const place = {
    environment: 'prod',
    over: over === undefined ? undefined : documentOf(over, index),
    keepsOthers: keeps,
  };
  expect(transferred(documentOf(source), place)).toBe(after);
});

test('says nothing rather than something else', () => {
  const aliased = `${headFor('staging')}spec:\n  version: &v "4"\n  messages: [{role: user, text: *v}]\n`;
  const over = documentOf(`${headFor('prod')}spec:\n  version: "3"\n`);
  expect(transferred(documentOf(aliased), { environment: 'prod', over, keepsOthers: false })).toContain('&v "4"');
  const backwards = `${headFor('staging').trimEnd()}\nspec: {version: "4", mode: *m}\n`.replace(
    '{name: p',
    '{name: &m p',
  );
  expect(transferred(documentOf(backwards), { environment: 'prod', over, keepsOthers: false })).toBeUndefined();
});
