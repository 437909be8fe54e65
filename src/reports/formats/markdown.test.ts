import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { raise } from '../../diagnostics/diagnostic.ts';
import { escapeMarkdown } from '../markdown-text.ts';
import { runReport } from '../report.ts';
import { manyFindings, placeOf, plain, sampleKinds, sampleReports } from '../samples.ts';
import { markdown } from './markdown.ts';

/** HTML passes and links are made of bare addresses, as on GitHub and GitLab. */
const reader = new MarkdownIt({ html: true, linkify: true });

test('the hidden marker comes first', () => {
  expect(markdown(sampleReports.findings, plain)).toMatch(/^<!-- aigw:validate -->\n\n### aigw validate: 3 errors, /);
});

describe('what users wrote', () => {
  const marks = [
    '`',
    '```',
    '~~~',
    '|',
    '<',
    '>',
    '</details>',
    '<!--',
    '-->',
    '![a](b)',
    '[a](b)',
    '@team',
    '#1',
    '*',
    '_',
    '\\',
  ];
  const more = [
    'https://h.example',
    'www.h.example',
    'a@b.example',
    '/merge',
    '- ',
    '1. ',
    '&amp;',
    '    ',
    '\t',
    '\n',
    '\r',
    '$x$',
    ':tada:',
    '~x',
    '%1',
    '!1',
  ];
  const word = fc.array(fc.oneof(fc.constantFrom(...marks, ...more), fc.string())).map((parts) => parts.join(''));

  test('shows as it is: no markup, link or HTML comes of it', () => {
    fc.assert(
      fc.property(word, (text) => {
        expect(escapeMarkdown(text)).not.toMatch(/[<>`*_[\]\\|]/);
        const [open, inline, close, ...rest] = reader.parse(`${escapeMarkdown(`x${text}`)}\n`, {});
        expect([open?.type, close?.type, rest.length]).toEqual(['paragraph_open', 'paragraph_close', 0]);
        const types = new Set(inline?.children?.map(({ type }) => type));
        expect([...types].filter((type) => type !== 'text' && type !== 'text_special')).toEqual([]);
      }),
    );
  });

  test('begins no list, heading, rule or quick action', () => {
    for (const text of [
      '- a',
      '+ a',
      '1. a',
      '12) a',
      '# a',
      '> a',
      '---',
      '===',
      '/merge',
      '    a',
      '\ta',
      '| a |',
      '* a',
    ]) {
      expect(escapeMarkdown(text)).not.toMatch(/^\s*\//);
      expect(reader.parse(`${escapeMarkdown(text)}\n\nb\n`, {}).map(({ type }) => type)).toEqual([
        'paragraph_open',
        'inline',
        'paragraph_close',
        'paragraph_open',
        'inline',
        'paragraph_close',
      ]);
    }
  });

  test('mentions and references nobody', () => {
    const html = reader.render(escapeMarkdown('@team #1 !2 ~label %3 &4 $5 a@b.example ^alert [vulnerability:6]'));
    expect(html).not.toMatch(/[@#!~%$^[][\w]|&amp;\d/);
    expect(html).toContain('@\u200bteam');
  });

  test.each(['```', '~~~', '`````', '   ```', '</details>', '<!-- aigw:x -->'])('%s closes no code block', (line) => {
    const report = runReport({ command: 'render', version: '1', text: ['x', line, '# heading', '<b>', line] });
    const types = reader.parse(markdown(report, plain), {}).map(({ type }) => type);
    expect(types).toEqual(['html_block', 'heading_open', 'inline', 'heading_close', 'fence']);
  });

  test('cannot leave its code block', () => {
    fc.assert(
      fc.property(word, (text) => {
        const source = { path: 'a.yaml', text: `${text}\nTARGET\n${text}` };
        const diagnostics = [raise(sampleKinds.unused, { name: 'x' }, placeOf(source, 'TARGET'))];
        const report = runReport({ command: 'validate', version: '1', diagnostics, text: ['x', ...text.split('\n')] });
        const tokens = reader.parse(markdown(report, plain), {});
        expect(tokens.filter(({ type }) => type === 'fence')).toHaveLength(2);
        expect(tokens.filter(({ type }) => type === 'html_block')).toHaveLength(1);
        expect(tokens.filter(({ type }) => type === 'heading_open')).toHaveLength(1);
      }),
    );
  });
});

describe('a long report', () => {
  const long = manyFindings(5000);
  const text = markdown(long, { ...plain, limit: 5000 });

  test('stays below the limit of a comment and says what was cut', () => {
    expect(text.length).toBeLessThan(65_000);
    expect(text.length).toBeGreaterThan(60_000);
    expect(text).toMatch(
      /The last \d+ parts of this report did not fit and were left out; the job has the whole report\.\n$/,
    );
  });

  test('is cut outside of every fence', () => {
    const tokens = reader.parse(text, {});
    expect(tokens.at(-3)?.type).toBe('paragraph_open');
    expect(tokens.at(-2)?.content).toContain('did not fit');
  });

  test('shows as many as asked for, and errors first', () => {
    const some = markdown(long, { ...plain, limit: 10 });
    expect(some.match(/error AIGW2014/g)).toHaveLength(10);
    expect(some).toContain('4990 more findings not shown');
  });

  test.each(['x'.repeat(200_000), '😀'.repeat(100_000), '|'.repeat(100_000), '`'.repeat(100_000)])(
    'one endless text is cut',
    (name) => {
      const source = { path: 'a.yaml', text: name };
      const diagnostics = [raise(sampleKinds.unused, { name }, { source, span: { start: 0, end: 3 } })];
      const cases = [{ suite: name, name, outcome: 'failed' as const, message: name, details: name }];
      const report = runReport({ command: 'test', version: '1', diagnostics, cases, text: [name] });
      const cut = markdown(report, plain);
      expect(cut.length).toBeLessThan(65_000);
      expect(cut.isWellFormed()).toBe(true);
      expect(reader.parse(cut, {}).filter(({ type }) => type === 'html_block')).toHaveLength(1);
    },
  );
});
