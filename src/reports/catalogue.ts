import type { DiagnosticKind, ExampleFile, ExampleFiles } from '../diagnostics/diagnostic.ts';
import { escapeControls } from '../lib/terminal-text.ts';
import { fenced } from './markdown-text.ts';

/** Where a code belongs by its first digit. */
const chapters: Readonly<Record<string, string>> = {
  '1': 'Reading and schema',
  '2': 'Checks',
  '3': 'What a target cannot express',
  '4': 'Promotion',
  '5': 'Tests and canary',
};

/** The message and the help of a kind, as its bad example raises them. */
export interface Sample {
  readonly message: string;
  readonly help: string;
}

/** What `aigw explain CODE` prints: what the code means, how grave it is, how it reads, a bad and a good example. Markdown. */
export function explain(kind: DiagnosticKind<never>, sample?: Sample): string {
  return `${[`# ${titleOf(kind)}`, ...bodyOf(kind, sample)].join('\n\n')}\n`;
}

/** The reference page of all kinds, in the order of their codes, with samples by code. Markdown. */
export function diagnosticsPage(
  kinds: readonly DiagnosticKind<never>[],
  samples: ReadonlyMap<string, Sample> = new Map(),
): string {
  const ordered = kinds.toSorted(byCode);
  const byChapter = Map.groupBy(ordered, ({ code }) => code.charAt('AIGW'.length));
  const sections = [...byChapter].flatMap(([digit, members]) => [
    `## ${chapters[digit] ?? 'Others'}`,
    ...members.flatMap((kind) => [`### ${titleOf(kind)}`, ...bodyOf(kind, samples.get(kind.code))]),
  ]);
  return `${[...introduction(), tableOf(ordered), ...sections].join('\n\n')}\n`;
}

function introduction(): readonly string[] {
  return [
    '# Diagnostics',
    'Everything that aigw can find in a config repo. This page is generated from the definitions; every example in it is run by the build: the first one of each code raises it, the second one does not. The documents that both have are left out here. `aigw explain CODE` prints one entry.',
    'A finding is suppressed by a comment on its line or on the line above, with a reason and a last day: `# aigw-ignore CODE until 2027-01-31: the reason`. Several codes or names may stand there, set off by commas. What could not be understood (AIGW1xxx) cannot be suppressed: it is missing from all that is checked and rendered.',
  ];
}

function tableOf(kinds: readonly DiagnosticKind<never>[]): string {
  const rows = kinds.map(
    (kind) =>
      `| [${kind.code}](#${anchorOf(kind)}) | ${kind.name} | ${kind.severity} | ${kind.summary.replaceAll('|', '\\|')} |`,
  );
  return ['| code | name | severity | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function titleOf(kind: DiagnosticKind<never>): string {
  return `${kind.code} ${kind.name}`;
}

/** As GitHub and GitLab make anchors of headings. */
function anchorOf(kind: DiagnosticKind<never>): string {
  return titleOf(kind).toLowerCase().replaceAll(' ', '-');
}

function bodyOf(kind: DiagnosticKind<never>, sample: Sample | undefined): readonly string[] {
  const said = sample === undefined ? [] : [fenced(`${sample.message}\nhelp: ${sample.help}`, 'text')];
  const { bad, good } = kind.examples;
  const [worse, better] = [examplesOf(distinctOf(bad, good)), examplesOf(distinctOf(good, bad))];
  return [
    kind.summary,
    `Severity: ${kind.severity}.`,
    ...said,
    ...(worse.length === 0 ? ['Raised without:', ...better] : ['Raised by:', ...worse]),
    ...(worse.length === 0 || better.length === 0 ? [] : ['Not raised by:', ...better]),
  ];
}

/** The files of an example, of YAML the documents, that another does not have in the same words: most of a repo is the same in both. */
function distinctOf(files: ExampleFiles, other: ExampleFiles): ExampleFiles {
  if (typeof files === 'string' && typeof other === 'string') return distinctDocuments(files, other);
  if (typeof files === 'string' || typeof other === 'string') return files;
  const distinct = Object.entries(files).map(([name, file]): [string, ExampleFile] => {
    const same = other[name];
    return [name, typeof file === 'string' && typeof same === 'string' ? distinctDocuments(file, same) : file];
  });
  return Object.fromEntries(distinct.filter(([, file]) => file !== ''));
}

function distinctDocuments(text: string, other: string): string {
  const known = documentsOf(other);
  const isNew = (document: string) => {
    const at = known.indexOf(document);
    if (at !== -1) known.splice(at, 1);
    return at === -1;
  };
  return documentsOf(text).filter(isNew).join('---\n');
}

function documentsOf(text: string): string[] {
  return text.split(/^---\n/m);
}

function examplesOf(files: ExampleFiles): readonly string[] {
  if (typeof files === 'string') return files === '' ? [] : [fenced(escapeLines(files), 'yaml')];
  return Object.entries(files).flatMap(([name, file]) =>
    typeof file === 'string'
      ? [`\`${name}\``, fenced(escapeLines(file), languageOf(name))]
      : [`\`${name}\`: ${descriptionOf(file)}.`],
  );
}

/** A file that is no text, in words. */
function descriptionOf(file: Exclude<ExampleFile, string>): string {
  if ('link' in file) return `a symbolic link to \`${file.link}\``;
  if ('pipe' in file) return 'a named pipe';
  if ('size' in file) return `a file of ${file.size} bytes`;
  return `the bytes \`${Buffer.from(file.base64, 'base64')
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')}\``;
}

/** Control characters of an example are shown, not sent to the terminal. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}

function languageOf(name: string): string {
  const extension = name.split('.').at(-1) ?? '';
  return extension === 'yml' ? 'yaml' : extension;
}

function byCode(a: DiagnosticKind<never>, b: DiagnosticKind<never>): number {
  return a.code < b.code ? -1 : 1;
}
