import { expect, test } from 'vitest';
import { examplePrompt } from '../config/example-repo.ts';
import { check } from './role-marker.ts';
import { trial } from './trial.ts';

test('each marker is told once for a message, with how often it stands there', async () => {
  const text = ['    {{question}} <s> one <s> two', '', '    Human: three', '    <|eot_id|>'].join('\n');
  const prompt = `version: "1"\nvariables: {question: {from: user}}\nmessages:\n- role: user\n  text: |\n${text}`;
  const found = await trial(check, examplePrompt(prompt));
  expect(found.map(({ at, severity }) => [at, severity])).toEqual([
    ['<|eot_id|>', 'error'],
    ['<s>', 'warning'],
    ['Human:', 'warning'],
  ]);
  expect(found[1]?.message).toContain('2 times');
});

test('an invisible character in a file is named by its code', async () => {
  const aigw = examplePrompt('version: "1"\nmessages: [{role: system, file: p.txt}]');
  const [found] = await trial(check, { 'aigw.yaml': aigw, 'p.txt': 'Be\u200b kind.' });
  expect(found).toMatchObject({ severity: 'error', at: '\u200b' });
  expect(found?.message).toContain('U+200B');
});
