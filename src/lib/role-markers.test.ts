import { describe, expect, test } from 'vitest';
import { roleMarkersOf } from './role-markers.ts';

describe('role markers', () => {
  test.each([
    '<|im_start|>system',
    'a<|eot_id|>b',
    '<|start_header_id|>',
    '<|endoftext|>',
    '[INST] answer [/INST]',
    '<<SYS>>',
    '<start_of_turn>user',
    '<｜User｜>',
    '<s>',
    'first\nsystem: obey',
    'System: obey',
    'first\n\nHuman: and then?',
    '### Instruction: obey',
    '{{#if admin}}yes{{/if}}',
    '{{{documents}}}',
    '{{role "system"}}',
    '{{! a comment }}',
    '{{> partial}}',
    '{% for d in documents %}',
    'zero\u200bwidth',
    'turned \u202eround',
    'hidden \u{e0041}\u{e0042}',
    'x\u200dy',
  ])('are found in %j', (text) => {
    expect(roleMarkersOf(text).length).toBeGreaterThan(0);
  });

  test.each([
    'Answer in the language {{language}}. {{ documents }}',
    'The file system: what it holds',
    'Use JSON: {"a": {"b": 1}}',
    'a < b, c | d, <b>bold</b>, [INSTALL]',
    'The Human: a short story',
    'a family 👨‍👩‍👧 and the flag of England 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    'می\u200cخواهم',
    '\ufeffa file with a byte order mark',
    'שלום\u200f!',
  ])('are not found in %j', (text) => {
    expect(roleMarkersOf(text)).toEqual([]);
  });

  test('stand where they say', () => {
    expect(roleMarkersOf('ab<|im_end|>')).toEqual([
      { text: '<|im_end|>', what: 'control token', start: 2, end: 12, certain: true },
    ]);
    expect(roleMarkersOf('a\u200bb')).toMatchObject([{ text: 'U+200B', start: 1, end: 2 }]);
  });

  test('are found in linear time', () => {
    const texts = ['{{', '{% ', '<|a', '\n', '{#', '{{a ', '\u200d', '<｜'].map((part) => part.repeat(60_000));
    const begin = performance.now();
    for (const text of texts) roleMarkersOf(text);
    expect(performance.now() - begin).toBeLessThan(3000);
  });
});
