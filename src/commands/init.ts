// aigw init: lays a small config repo that passes at once. What stands there already is left alone.
import { relative, resolve } from 'node:path';
import type { TreeFile } from '../ports/files.ts';
import type { World } from '../ports/world.ts';
import { runReport } from '../reports/report.ts';
import type { Outcome } from './outcome.ts';

const ROOT_FILE = 'aigw.yaml';

/** What is laid, as it lies in the package under templates/init. */
const LAID: readonly string[] = [ROOT_FILE, 'README.md', '.gitlab-ci.yml', '.github/workflows/aigw.yml'];

export async function init(world: World, { path }: { readonly path: string }): Promise<Outcome> {
  const head = { command: 'init', version: world.version };
  const root = resolve(world.directory, path);
  const where = relative(world.directory, root) || '.';
  const files: readonly TreeFile[] = await Promise.all(
    LAID.map(async (file) => ({ path: file, text: await world.packageFiles.read(`templates/init/${file}`) })),
  );
  const options = { owned: [], index: ROOT_FILE, trusted: root };
  const { refused } = await world.files.writeTree(root, files, { ...options, dryRun: true });
  const standing = new Map(refused.map((refusal) => [refusal.path, refusal.reason]));
  const rootReason = standing.get(ROOT_FILE);
  if (rootReason !== undefined) {
    const text = [
      `Nothing was written in ${where}: for ${ROOT_FILE}, ${rootReason}.`,
      'Choose another folder, or go on with what is there.',
    ];
    return { report: runReport({ ...head, answer: 'no', result: { written: [], left: [...standing.keys()] }, text }) };
  }
  const laid = files.filter((file) => !standing.has(file.path));
  const { written } = await world.files.writeTree(root, laid, options);
  const text = [
    `Laid a config repo in ${where}:`,
    ...written.map((file) => `  ${file}`),
    ...[...standing].map(([file, reason]) => `  ${file} left alone: ${reason}`),
    'Next: run `aigw validate` there, then `aigw render`.',
  ];
  return { report: runReport({ ...head, result: { written, left: [...standing.keys()] }, text }) };
}
