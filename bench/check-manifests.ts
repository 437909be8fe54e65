/** `node bench/check-manifests.ts FOLDER`: checks every Kubernetes object in its files as an API server would, and counts them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { JsonObject } from '../src/lib/json.ts';
import { checkManifest } from '../src/manifests/check-manifest.ts';

const [folder = '.'] = process.argv.slice(2);
const files = globSync('*.yaml', { cwd: folder });
let objects = 0;
for (const file of files) {
  for (const object of loadAll(readFileSync(join(folder, file), 'utf8')) as JsonObject[]) {
    const [problem] = await checkManifest(object);
    if (problem !== undefined) throw new Error(`${file}: ${problem.message}`);
    objects++;
  }
}
console.log(`${objects} objects in ${files.length} files`);
