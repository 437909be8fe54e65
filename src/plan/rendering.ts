import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, raise } from '../diagnostics/diagnostic.ts';
import { formatPath, type Json, type JsonObject } from '../lib/json.ts';
import { sha256 } from '../lib/sha256.ts';
import { checkManifestSet } from '../manifests/check-manifest-set.ts';
import { renderKubernetes } from '../targets/kubernetes/render.ts';
import { printYaml, printYamlDocuments } from '../targets/print.ts';
import { lossesOf } from '../targets/support.ts';
import type { Loss, RenderedFile, Target, Workload } from '../targets/target.ts';
import { type ObjectCheck, rememberingCheck } from './object-check.ts';
import { INDEX } from './render-index.ts';
import { refusedObject } from './rendering-kinds.ts';

/** A file to be written: its path below the output folder, and its text. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** All that one environment runs. */
export interface RenderedEnvironment {
  readonly environment: string;
  /** In the order of their paths, with the index of all others among them. */
  readonly files: readonly OutputFile[];
  readonly losses: readonly Loss[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Renders everything that an environment runs, and checks each object as the API server would. Deterministic. Whoever
 * renders several environments hands over one `check` for all. `only` names the one target whose gateways are wanted.
 */
export async function renderEnvironment(
  config: ResolvedConfig,
  targets: readonly Target[],
  { check = rememberingCheck(), only }: { readonly check?: ObjectCheck; readonly only?: string | undefined } = {},
): Promise<RenderedEnvironment> {
  const files: RenderedFile[] = [];
  const workloads: Workload[] = [];
  const losses: Loss[] = [];
  const reached = new Set<Resource>();
  for (const gateway of gatewaysOf(config)) {
    if (only !== undefined && gateway.spec.target.type !== only) continue;
    const target = targets.find(({ id }) => id === gateway.spec.target.type);
    if (target === undefined) throw new Error(`no target ${gateway.spec.target.type}`);
    const output = target.render({ config, gateway });
    files.push(...output.files);
    workloads.push(...output.workloads);
    losses.push(...lossesOf(target, config, gateway));
    for (const resource of reachOf(config, gateway)) reached.add(resource);
  }
  files.push(...renderKubernetes({ config, reached: [...reached], workloads }));
  const diagnostics = await refusals(files, (object) => check(object, config.settings.spec.namespace));
  return { environment: config.environment, files: withIndex(config, files, losses), losses, diagnostics };
}

async function refusals(
  files: readonly RenderedFile[],
  check: (object: JsonObject) => ReturnType<ObjectCheck>,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  const origins = files.flatMap((file) =>
    file.content.kind === 'objects' ? file.content.objects.map((object) => ({ object, file })) : [],
  );
  for (const { object, file } of origins) {
    for (const problem of await check(object)) found.push(refusalOf(object, problem, file));
  }
  for (const problem of checkManifestSet(origins.map(({ object }) => object)).problems) {
    const origin = origins[problem.object];
    if (origin !== undefined) found.push(refusalOf(origin.object, problem, origin.file));
  }
  return found;
}

function refusalOf(
  object: Readonly<Record<string, Json>>,
  problem: { readonly path: readonly (string | number)[]; readonly message: string },
  file: RenderedFile,
): Diagnostic {
  const { name } = object['metadata'] as { readonly name: string };
  return raise(
    refusedObject,
    {
      object: `${String(object['kind'])} ${name}`,
      path: formatPath(problem.path),
      reason: problem.message,
      file: file.path,
    },
    file.sources[0]?.placeOf(['metadata', 'name']),
  );
}

function withIndex(
  config: ResolvedConfig,
  files: readonly RenderedFile[],
  losses: readonly Loss[],
): readonly OutputFile[] {
  const texts = files.map((file) => ({ file, path: file.path, text: textOf(file) })).toSorted(byPath);
  const index: Json = {
    formatVersion: '1.0',
    environment: config.environment,
    files: texts.map(({ file, path, text }) => ({ path, sha256: sha256(text), sources: sourcesOf(file) })),
    losses: losses.map(lossEntry).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  };
  const all = [
    ...texts.map(({ path, text }) => ({ path, text })),
    { path: INDEX, text: `${JSON.stringify(index, null, 2)}\n` },
  ];
  return all.toSorted(byPath);
}

function byPath(a: OutputFile, b: OutputFile): number {
  return a.path < b.path ? -1 : 1;
}

function lossEntry({ place, ...loss }: Loss): Json {
  return { ...loss, source: place.source.path };
}

function sourcesOf(file: RenderedFile): readonly string[] {
  const named = file.sources.flatMap(({ kind, name, layers }) =>
    layers.map((layer) => `${layer.source.path}#${kind}/${name}`),
  );
  return [...new Set(named)].toSorted();
}

function textOf({ content }: RenderedFile): string {
  switch (content.kind) {
    case 'objects':
      return printYamlDocuments(content.objects);
    case 'yaml':
      return printYaml(content.value);
    case 'json':
      return `${JSON.stringify(content.value, null, 2)}\n`;
    case 'text':
      return content.text;
  }
}
