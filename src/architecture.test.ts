import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';

/** Floors from the ground up. A file imports from its own folder and from lower floors: never upwards, never its neighbour. */
const floors = [
  ['lib'],
  ['diagnostics'],
  ['config', 'manifests'],
  ['checks', 'targets'],
  ['plan'],
  ['reports', 'ports'],
  ['commands', 'platforms', 'metrics', 'registries', 'cluster', 'worktree'],
  ['cli'],
];

/** The ports' other side. In cli, compose.ts alone chooses among them. */
const adapters = ['platforms', 'metrics', 'registries', 'cluster', 'worktree'];

/** No effects, no clock, no environment from here down. */
const pure = new Set(floors.slice(0, 6).flat());

/** Families: the group names the member. Members are blind to each other; what they share lies in the family's root. */
const families = [
  /^src\/checks\/(?!(?:check|checks|trial)\.ts$)([^/]+)\.ts$/,
  /^src\/targets\/([^/]+)\//,
  /^src\/reports\/formats\/([^/]+)\.ts$/,
  /^src\/(?:platforms|metrics|registries)\/([^/]+)\//,
];

/**
 * Who may import a package, a Node module, or a file of the repository outside src: folders under src, '' for all. What
 * is not listed here, nobody imports.
 */
const owners: Readonly<Record<string, readonly string[]>> = {
  '@bufbuild/cel': ['manifests', 'checks'],
  '@gitbeaker/rest': ['platforms/gitlab'],
  '@octokit/rest': ['platforms/github'],
  ajv: ['config', 'manifests'],
  commander: ['cli'],
  'gpt-tokenizer': ['config'],
  'js-yaml': ['config', 'targets', 'registries'],
  picomatch: ['config', 'worktree'],
  re2js: ['config', 'lib'],
  // For the suites that every member of a family passes.
  vitest: ['registries', 'platforms'],
  yaml: ['config', 'targets'],
  'package.json': ['cli'],
  schemas: ['config', 'manifests', 'targets'],
  'node:buffer': [''],
  'node:child_process': ['worktree', 'platforms/local'],
  'node:crypto': [''],
  'node:fs': ['worktree', 'registries', 'platforms'],
  'node:http': ['registries', 'platforms'],
  'node:https': ['registries', 'platforms'],
  'node:module': ['cli'],
  'node:os': ['worktree', 'cli', 'platforms/local'],
  'node:path': ['worktree', 'registries', 'commands', 'cli', 'platforms/local'],
  'node:process': ['cli', 'worktree'],
  'node:stream': ['worktree', 'registries', 'platforms', 'cli'],
  'node:timers': ['registries', 'platforms'],
  'node:tls': ['platforms'],
  'node:url': ['worktree', 'cli'],
  'node:util': ['cli'],
  'node:v8': ['cli'],
};

const effects = new Set(['process', 'fetch', 'performance', 'console', 'setTimeout', 'setInterval', 'setImmediate']);
const effectMembers = new Set(['Date.now', 'Math.random', 'crypto.randomUUID', 'crypto.getRandomValues']);

interface Facts {
  readonly imports: string[];
  readonly effects: string[];
}

describe('the architecture', () => {
  test('is kept by every file', () => {
    const paths = globSync('src/**/*.ts').filter((path) => path !== join('src', 'architecture.test.ts'));
    const files = paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(path, 'utf8')] as const);
    expect(files.length).toBeGreaterThan(5);
    expect(files.flatMap(([path, text]) => breachesOf(path, text))).toEqual([]);
  });

  test.each([
    ['upwards', 'src/plan/a.ts', "import { b } from '../commands/b.ts';"],
    ['upwards by type', 'src/plan/a.ts', "import type { B } from '../cli/b.ts';"],
    ['upwards by an inline type', 'src/plan/a.ts', "export type A = import('../cli/b.ts').B;"],
    ['upwards by re-export', 'src/lib/a.ts', "export { b } from '../config/b.ts';"],
    ['upwards by star', 'src/lib/a.ts', "export * from '../config/b.ts';"],
    ['upwards by dynamic import', 'src/lib/a.ts', "export const a = () => import('../config/b.ts');"],
    ['upwards by template', 'src/lib/a.ts', 'export const a = () => import(`../config/b.ts`);'],
    ['upwards from a test', 'src/config/a.test.ts', "import { b } from '../checks/b.ts';"],
    ['sideways', 'src/commands/a.ts', "import { b } from '../worktree/b.ts';"],
    ['sideways below', 'src/config/a.ts', "import { b } from '../manifests/b.ts';"],
    ['out of src', 'src/config/a.ts', "import { b } from '../../scripts/b.ts';"],
    ['an adapter past compose.ts', 'src/cli/program.ts', "import { b } from '../worktree/b.ts';"],
    ['a sibling target', 'src/targets/kong/a.ts', "import { b } from '../litellm/b.ts';"],
    ['a sibling check', 'src/checks/a.ts', "import { b } from './b.ts';"],
    ['a sibling format', 'src/reports/formats/json.ts', "import { b } from './text.ts';"],
    ['a package of another owner', 'src/plan/a.ts', "import { parse } from 'yaml';"],
    ['a part of such a package', 'src/plan/a.ts', "import { parse } from 'ajv/dist/core.js';"],
    ['a Node module with effects', 'src/reports/a.ts', "import { readFileSync } from 'node:fs';"],
    ['such a module loaded late', 'src/lib/a.ts', "export const a = () => process.getBuiltinModule('node:fs');"],
    ['its promises', 'src/commands/a.ts', "import { readFile } from 'node:fs/promises';"],
    ['a package that nobody owns', 'src/cli/a.ts', "import _ from 'lodash';"],
    ['a computed import', 'src/cli/a.ts', 'export const a = (name: string) => import(name);'],
    ['the clock', 'src/plan/a.ts', 'export const now = () => Date.now();'],
    ['the clock by constructor', 'src/plan/a.ts', 'export const now = () => new Date();'],
    ['chance', 'src/plan/a.ts', 'export const a = Math.random();'],
    ['the environment', 'src/config/a.ts', "export const a = process.env['A'];"],
  ])('refuses %s', (_, path, text) => {
    expect(breachesOf(path, text)).toHaveLength(1);
  });

  test.each([
    ['src/cli/compose.ts', "import { b } from '../worktree/b.ts';"],
    ['src/commands/a.ts', "import type { B } from '../ports/b.ts'; import { c } from './c.ts';"],
    [
      'src/targets/kong/a.ts',
      "import { b } from '../target.ts'; import { c } from './c.ts'; import { d } from 'yaml';",
    ],
    [
      'src/checks/a.ts',
      "import { defineCheck } from './check.ts'; import { exampleRepo } from '../config/example-repo.ts';",
    ],
    ['src/targets/target.ts', "export const all = { kong: () => import('./kong/target.ts') };"],
    ['src/plan/a.test.ts', "import { readFileSync } from 'node:fs'; import { test } from 'vitest'; Date.now();"],
    ['src/plan/a.ts', "export const a = (text: string) => ({ process: new Date(text), name: 'Date.now()' });"],
    ['src/lib/a.ts', "export const a = () => process.getBuiltinModule('node:crypto');"],
    ['src/config/generated/a.js', "import { b } from 'ajv/dist/runtime/equal.js';"],
  ])('allows what is right in %s', (path, text) => {
    expect(breachesOf(path, text)).toEqual([]);
  });
});

function breachesOf(path: string, text: string): string[] {
  const { imports, effects } = factsOf(text);
  const breaches = imports.map((target) => importBreach(path, target));
  const impure = pure.has(floorOf(path)) && !isTest(path) ? effects.map((effect) => `uses ${effect}`) : [];
  return [...breaches.filter((breach) => breach !== undefined), ...impure].map((breach) => `${path} ${breach}`);
}

function importBreach(path: string, target: string): string | undefined {
  const file = target.startsWith('.') ? posix.join(posix.dirname(path), target) : target;
  if (!file.startsWith('src/')) return isTest(path) ? undefined : ownerBreach(path, file);
  const [from, to] = [floorOf(path), floorOf(file)];
  if (from !== to && levelOf(to) >= levelOf(from)) return `imports ${file}: ${from} may not know ${to}`;
  if (from === 'cli' && adapters.includes(to) && path !== 'src/cli/compose.ts' && !isTest(path)) {
    return `imports ${file}: compose.ts alone knows the adapters`;
  }
  const siblings = families.find((family) => family.test(path) && family.test(file));
  if (siblings === undefined || isTest(path) || siblings.exec(path)?.[1] === siblings.exec(file)?.[1]) return undefined;
  return `imports ${file}: members of a family do not know each other`;
}

function ownerBreach(path: string, target: string): string | undefined {
  const name = Object.keys(owners).find((owned) => target === owned || target.startsWith(`${owned}/`));
  if (name === undefined) return `imports ${target}, which has no owner`;
  const owned = owners[name]?.some((owner) => path.startsWith(posix.join('src', owner, '/')));
  return owned ? undefined : `imports ${target}, which belongs to ${owners[name]?.join(', ')}`;
}

function floorOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function levelOf(floor: string): number {
  const level = floors.findIndex((names) => names.includes(floor));
  if (level === -1) throw new Error(`src/${floor} is on no floor; add it to the table`);
  return level;
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/testing/');
}

/** What a module imports in any way, and which effects it has at hand. */
function factsOf(text: string): Facts {
  const facts: Facts = { imports: [], effects: [] };
  collect(parseAst(text, { lang: 'ts' }), facts);
  return facts;
}

type Node = Readonly<Record<string, unknown>>;

function collect(node: unknown, facts: Facts): void {
  if (Array.isArray(node)) for (const child of node) collect(child, facts);
  else if (isNode(node)) {
    const source = importOf(node);
    if (source !== undefined) facts.imports.push(source);
    const effect = effectOf(node);
    if (effect !== undefined) facts.effects.push(effect);
    for (const [key, child] of Object.entries(node)) {
      if (!isName(node, key) && !(key === 'callee' && isBuiltinLoad(node))) collect(child, facts);
    }
  }
}

function importOf(node: Node): string | undefined {
  const source = node['source'] ?? node['expression'];
  if (node['type'] === 'TSExternalModuleReference') return textOf(source);
  if (isBuiltinLoad(node)) return textOf((node['arguments'] as unknown[])[0]);
  if (/^(Import|TSImport|Export(All|Named))(Declaration|Expression|Type)$/.test(String(node['type']))) {
    return isNode(source) ? textOf(source) : undefined;
  }
  return undefined;
}

/** `process.getBuiltinModule('node:crypto')`: an import that is put off until it is needed. */
function isBuiltinLoad({ type, callee }: Node): boolean {
  if (type !== 'CallExpression' || !isNode(callee) || callee['type'] !== 'MemberExpression') return false;
  const [object, property] = [callee['object'], callee['property']];
  return isNode(object) && isNode(property) && `${object['name']}.${property['name']}` === 'process.getBuiltinModule';
}

/** A literal's text; what is computed cannot be checked, and so is a name that nobody owns. */
function textOf(source: unknown): string {
  if (!isNode(source)) return 'a computed name';
  if (typeof source['value'] === 'string') return source['value'];
  const quasis = source['quasis'];
  if (!Array.isArray(quasis) || quasis.length !== 1) return 'a computed name';
  return String((quasis[0] as { value: { cooked: string } }).value.cooked);
}

function effectOf(node: Node): string | undefined {
  const callee = node['callee'];
  if (node['type'] === 'Identifier' && effects.has(String(node['name']))) return String(node['name']);
  if (node['type'] === 'NewExpression' && isNode(callee) && callee['name'] === 'Date') {
    return (node['arguments'] as unknown[]).length === 0 ? 'new Date()' : undefined;
  }
  if (node['type'] !== 'MemberExpression') return undefined;
  const [object, property] = [node['object'], node['property']];
  const name = isNode(object) && isNode(property) ? `${object['name']}.${property['name']}` : '';
  return effectMembers.has(name) ? name : undefined;
}

/** Property names and labels are no uses of a global. */
function isName(node: Node, key: string): boolean {
  return (key === 'property' || key === 'key' || key === 'label') && node['computed'] !== true;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
