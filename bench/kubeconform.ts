// The peer: kubeconform checks documents against JSON Schemas, and is what people check Kubernetes objects with.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindBundle } from '../src/config/schema-bundle.ts';
import { language } from '../src/config/schema-language.ts';
import { KINDS } from '../src/config/schema-types.ts';

const version = 'v0.7.0';
const caches = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
const folder = join(caches, 'aigw-bench', `kubeconform-${version}`);
const program = join(folder, process.platform === 'win32' ? 'kubeconform.exe' : 'kubeconform');

/** The path of the program, built from its Go module when it is first asked for; or why it is not to be had. */
export function kubeconform(): { readonly program: string } | { readonly missing: string } {
  if (existsSync(program)) return { program };
  mkdirSync(folder, { recursive: true });
  const module = `github.com/yannh/kubeconform/cmd/kubeconform@${version}`;
  const { status, error, stderr } = spawnSync('go', ['install', module], {
    env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
    encoding: 'utf8',
  });
  if (error !== undefined) return { missing: `Go is not installed, which builds kubeconform (${error.message})` };
  return status === 0 ? { program } : { missing: `go install ${module} ended with ${status}: ${stderr.trim()}` };
}

/** Writes the schema of each kind to a new folder, as `aigw schema KIND` prints it; answers where kubeconform finds them. */
export function schemaLocation(): string {
  const schemas = mkdtempSync(join(tmpdir(), 'aigw-bench-schemas-'));
  for (const kind of KINDS) {
    writeFileSync(join(schemas, `${kind.toLowerCase()}.json`), JSON.stringify(kindBundle(language(), kind)));
  }
  return join(schemas, '{{.ResourceKind}}.json');
}
