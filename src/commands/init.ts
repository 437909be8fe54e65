// aigw init: lays a small config repo that passes at once. What stands there already is left alone.
import { dirname, relative, resolve } from 'node:path';
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
  const outer = await outerRepo(world, root);
  const text = [
    written.length === 0
      ? `Everything stands in ${where} already; nothing was written.`
      : `Laid a config repo in ${where}:`,
    ...written.map((file) => `  ${file}`),
    ...[...standing].map(([file, reason]) => `  ${file} left alone: ${reason}`),
    ...(outer === undefined
      ? []
      : [`${outer} is a config repo too and reads this one: name it in spec.exclude there.`]),
    'Next: run `aigw validate` there, then `aigw render`.',
  ];
  return { report: runReport({ ...head, result: { written, left: [...standing.keys()] }, text }) };
}

/** A config repo above the new one, or around the folder that aigw was started in, where that holds the new one. */
async function outerRepo(world: World, root: string): Promise<string | undefined> {
  for (const folder of [dirname(root), world.directory]) {
    const outer = (await world.files.findRoot(folder)).root;
    if (outer !== undefined && outer !== root && !relative(outer, root).startsWith('..')) return outer;
  }
  return undefined;
}
