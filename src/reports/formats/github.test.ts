import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { raise } from '../../diagnostics/diagnostic.ts';
import { escapeControls } from '../../lib/terminal-text.ts';
import { runReport } from '../report.ts';
import { manyFindings, plain, sampleKinds, sampleReports } from '../samples.ts';
import { github } from './github.ts';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const codes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
] as const;

function decoded(text: string): string {
  return codes.reduce((result, [code, character]) => result.replaceAll(code, character), text);
}

/** What the runner makes of a line (actions/runner, ActionCommand): a command, or undefined for plain text. */
function run(line: string): Command | undefined {
  const match = /^\s*::(\S*?)(?: (.*?))?::(.*)$/.exec(line);
  if (match === null) return undefined;
  const pairs = (match[2] ?? '').split(',').filter((pair) => pair.includes('='));
  const properties = pairs.map((pair) => [
    pair.slice(0, pair.indexOf('=')),
    decoded(pair.slice(pair.indexOf('=') + 1)),
  ]);
  return { name: match[1] ?? '', properties: Object.fromEntries(properties), data: decoded(match[3] ?? '') };
}

function commandsOf(text: string): readonly Command[] {
  return text.split('\n').flatMap((line) => run(line) ?? []);
}

test('an annotation carries its place, title and message', () => {
  const [first] = commandsOf(github(sampleReports.findings, { ...plain, prefix: 'gateways/' }));
  expect(first).toEqual({
    name: 'error',
    properties: {
      file: 'gateways/routes/product.yaml',
      line: '5',
      endLine: '5',
      col: '49',
      endColumn: '50',
      title: 'AIGW2014 weights-not-100',
    },
    data: 'The weights of route "product-question" add up to 90, not 100.\nMake them add up to 100.',
  });
});

describe('GitHub’s caps', () => {
  test('ten of each severity, the gravest first, the last says how many more', () => {
    const commands = commandsOf(github(manyFindings(40), plain));
    expect(commands.map(({ name }) => name)).toEqual(
      ['error', 'warning', 'notice'].flatMap((name) => Array<string>(10).fill(name)),
    );
    expect(commands[9]?.data).toBe('5 more findings of this severity. The report lists all.');
    expect(commands[19]?.data).toBe('4 more findings of this severity. The report lists all.');
  });

  test('ten are all shown', () => {
    expect(commandsOf(github(manyFindings(30), plain)).filter(({ data }) => data.includes('more findings'))).toEqual(
      [],
    );
  });
});

test('no data becomes a command, a property or a line of its own', () => {
  const part = fc.oneof(
    fc.constantFrom(
      '::',
      '::error::',
      '\n',
      '\r',
      '%',
      '%0A',
      ',',
      ':',
      '=',
      '##[group]',
      ' ',
      'title=',
      '\u2028',
      '\u0085',
    ),
    fc.string(),
  );
  const word = fc.array(part).map((parts) => parts.join(''));
  fc.assert(
    fc.property(word, word, (path, name) => {
      const place = { source: { path: `a${path}`, text: 'x' }, span: { start: 0, end: 1 } };
      const report = runReport({
        command: 'validate',
        version: '1',
        diagnostics: [raise(sampleKinds.unused, { name }, place)],
      });
      const lines = github(report, plain).trimEnd().split(/\r?\n/);
      expect(lines).toHaveLength(2);
      expect(Object.keys(run(lines[0] ?? '')?.properties ?? {}).sort()).toEqual([
        'col',
        'endColumn',
        'endLine',
        'file',
        'line',
        'title',
      ]);
      expect(
        run(lines[0] ?? '')
          ?.data.split('\n')
          .map(escapeControls),
      ).toEqual(
        `Nothing refers to "${name}".\nRemove it, or name it where it is wanted.`.split('\n').map(escapeControls),
      );
      expect(run(lines[0] ?? '')?.properties['file']).toBe(`a${path}`.split('\n').map(escapeControls).join('\n'));
      expect(run(lines[1] ?? '')).toBe(undefined);
    }),
  );
});
