/**
 * Bundles the shell into dist/: one file that starts fast, and a chunk for each command that is loaded when it is called.
 * Beside them lie the licences of all that was bundled.
 */
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

const root = join(import.meta.dirname, '..');
const output = join(root, 'dist');

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli/main.ts' },
  outdir: output,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.19',
  // Smaller files are read and compiled faster; names stay, so that a trace can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  // Some packages are CommonJS and call require for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
checkStart(metafile);
removeStale(metafile);
writeFileSync(join(output, 'THIRD-PARTY-LICENSES.txt'), licencesOf(packagesIn(metafile)));

/** Chunks of an earlier build go only now, so that a build that fails leaves a program that works. */
function removeStale({ outputs }: Metafile): void {
  const made = new Set(Object.keys(outputs).map((path) => join(root, path)));
  for (const path of globSync('**/*.js', { cwd: output }))
    if (!made.has(join(output, path))) rmSync(join(output, path));
}

/** The code that runs before a command is known stays small: a static import of something heavy ends the build. */
function checkStart({ outputs }: Metafile): void {
  const budget = 100_000;
  const loaded = new Set(['dist/cli.js']);
  for (const path of loaded) {
    const imports = outputs[path]?.imports ?? [];
    for (const { path: next, kind } of imports) if (kind === 'import-statement' && outputs[next]) loaded.add(next);
  }
  const bytes = [...loaded].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  console.log(`Every start of aigw loads ${bytes} bytes; the budget is ${budget}.`);
  if (bytes > budget) throw new Error('import it lazily, in the action of the command that needs it');
}

/** Folders of the packages that the bundle holds, in order. */
function packagesIn({ inputs }: Metafile): readonly string[] {
  const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
  const found = Object.keys(inputs).flatMap((path) => folder.exec(path)?.[0] ?? []);
  return [...new Set(found)].sort();
}

/** The text that each package's licence asks to be passed on. Throws where a package brings none. */
function licencesOf(packages: readonly string[]): string {
  return packages
    .map((path) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
      const [file] = globSync('{LICENSE,LICENCE,license,licence}*', { cwd: join(root, path) }).sort();
      const own = /Apache-2\.0/.test(license) ? join(root, 'LICENSE') : undefined;
      const text = file === undefined ? own : join(root, path, file);
      if (text === undefined) throw new Error(`${name} ${version} (${license}) brings no licence text`);
      return `${name} ${version} (${license})\n\n${readFileSync(text, 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
