// From texts to a repo that can be seen through the eyes of each environment.
import { type Diagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { SourceText } from '../diagnostics/source.ts';
import { isObject, type Json, type Path, valueAt } from '../lib/json.ts';
import { nearest, suggester } from '../lib/nearest.ts';
import type { ConfigDocument } from './document.ts';
import type { ResolvedConfig, Resource } from './model.ts';
import { filesNamedBy } from './named-files.ts';
import { readDocuments } from './read-documents.ts';
import * as findings from './repo-findings.ts';
import { resolvedConfig } from './resolve.ts';
import { layered, resourceOf } from './resource.ts';
import { applyDefaults, checkDocument, identify } from './schema.ts';
import { environmentSites, valuesAt } from './schema-sites.ts';
import { KINDS, type Kind, type RepositorySpec } from './schema-types.ts';

/** A config repo as read. What could not be understood is missing from it and told in `diagnostics`. */
export interface ConfigRepo {
  readonly sources: readonly SourceText[];
  /** How many resources' documents there are. */
  readonly documents: number;
  /** In the order of promotion; empty where aigw.yaml does not say. */
  readonly environments: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Other files that resources name, relative to the root, in order. */
  readonly namedFiles: readonly string[];
  /**
   * The repo in the eyes of one of its environments, with the texts of `namedFiles` that could be read; undefined for any
   * other name, or without a sound Repository. The same map of texts has the same object as its answer.
   */
  readonly resolve: (environment: string, files: ReadonlyMap<string, string>) => ResolvedConfig | undefined;
}

/** Which files a repo reads and where it writes, from its aigw.yaml; the defaults where that does not say, or cannot be understood. */
export function selectionOf(rootFile: SourceText | undefined): Pick<RepositorySpec, 'include' | 'exclude' | 'output'> {
  const documents = rootFile === undefined ? [] : readDocuments(rootFile).documents;
  const document = documents.find((candidate) => identify(candidate).kind === 'Repository');
  const sound = document !== undefined && checkDocument(document, 'Repository', 'full').length === 0;
  if (sound) return resourceOf('Repository', [document]).spec;
  const nothing = { apiVersion: 'aigw.dev/v1alpha1', kind: 'Repository', metadata: { name: 'unknown' }, spec: {} };
  return (applyDefaults('Repository', nothing) as unknown as Resource<'Repository'>).spec;
}

/** A resource's documents: the one that describes it and those that change it in an environment. */
interface Group {
  readonly kind: Kind;
  readonly name: string;
  base: ConfigDocument | undefined;
  readonly overlays: Map<string, ConfigDocument>;
}

/** What is known while a repo is put together. */
interface Assembly {
  /** In the order in which they were first met. */
  readonly groups: Group[];
  readonly byName: Map<Kind, Map<string, Group>>;
  readonly diagnostics: Diagnostic[];
}

/** Reads, checks against the schemas and assembles all texts of a repo. Never throws for what users wrote. */
export function assembleRepo(sources: readonly SourceText[]): ConfigRepo {
  const assembly: Assembly = { groups: [], byName: new Map(), diagnostics: [] };
  for (const source of sources) {
    const { documents, diagnostics } = readDocuments(source);
    assembly.diagnostics.push(...diagnostics);
    for (const document of documents) addDocument(assembly, document);
  }
  const repository = soundRepository(assembly, sources);
  const environments = repository?.spec.environments ?? [];
  checkOverlays(assembly);
  if (environments.length > 0) checkEnvironmentNames(assembly, environments);
  const resources = soundResources(assembly, environments);
  const declared = new Map([...assembly.byName].map(([kind, ofKind]) => [kind, new Set(ofKind.keys())]));
  const inEnvironment = (environment: string, files: ReadonlyMap<string, string>) =>
    repository !== undefined && environments.includes(environment)
      ? resolveIn({ assembly, resources, declared, repository, files }, environment)
      : undefined;
  return {
    sources,
    documents: assembly.groups.reduce((sum, { overlays }) => sum + 1 + overlays.size, 0),
    environments,
    diagnostics: assembly.diagnostics,
    namedFiles: [
      ...new Set([...resources.values()].flatMap((group) => [...group.values()].flatMap(filesNamedBy))),
    ].toSorted(),
    resolve: remembering(inEnvironment),
  };
}

/** Much is kept with a resolved config, so that the same question has the same object as its answer. */
function remembering(resolve: ConfigRepo['resolve']): ConfigRepo['resolve'] {
  const known = new WeakMap<ReadonlyMap<string, string>, Map<string, ResolvedConfig | undefined>>();
  return (environment, files) => {
    const byName = known.get(files) ?? new Map<string, ResolvedConfig | undefined>();
    known.set(files, byName);
    const config = byName.get(environment) ?? resolve(environment, files);
    byName.set(environment, config);
    return config;
  };
}

function addDocument(assembly: Assembly, document: ConfigDocument): void {
  const { diagnostics } = assembly;
  const identity = identify(document);
  diagnostics.push(...identity.diagnostics);
  if (identity.kind === undefined) return;
  const { kind } = identity;
  const metadata = valueAt(document.value, ['metadata']);
  const name = isObject(metadata) ? metadata['name'] : undefined;
  const environment = isObject(metadata) ? metadata['environment'] : undefined;
  if (typeof name !== 'string' || (environment !== undefined && typeof environment !== 'string')) {
    diagnostics.push(...checkDocument(document, kind, 'full'));
    return;
  }
  const group = groupOf(assembly, kind, name);
  const earlier = environment === undefined ? group.base : group.overlays.get(environment);
  if (earlier !== undefined) diagnostics.push(duplicateOf(group, environment, document, earlier));
  else if (environment === undefined) group.base = document;
  else group.overlays.set(environment, document);
}

function groupOf({ groups, byName }: Assembly, kind: Kind, name: string): Group {
  const ofKind = byName.get(kind) ?? new Map<string, Group>();
  byName.set(kind, ofKind);
  const known = ofKind.get(name);
  if (known !== undefined) return known;
  const group: Group = { kind, name, base: undefined, overlays: new Map() };
  ofKind.set(name, group);
  groups.push(group);
  return group;
}

function duplicateOf(
  { kind, name }: Group,
  environment: string | undefined,
  document: ConfigDocument,
  earlier: ConfigDocument,
): Diagnostic {
  const path = ['metadata', 'name'];
  return raise(findings.duplicateResource, { kind, name, environment }, document.placeOf(path), {
    related: [{ message: 'It is described here first.', place: earlier.placeOf(path) }],
  });
}

function soundRepository(
  { byName, diagnostics }: Assembly,
  sources: readonly SourceText[],
): Resource<'Repository'> | undefined {
  const [first, second] = byName.get('Repository')?.values() ?? [];
  if (first?.base === undefined) {
    const root = sources.find(({ path }) => path === 'aigw.yaml');
    // What could not be read or identified may be the document that is missed, and has been told.
    const isTold = root === undefined || diagnostics.some((finding) => isUnidentified(finding, root));
    if (!isTold) diagnostics.push(raise(findings.noRepository, {}, { source: root, span: { start: 0, end: 0 } }));
    return undefined;
  }
  if (second?.base !== undefined) diagnostics.push(raise(findings.secondRepository, {}, second.base.placeOf(['kind'])));
  return checkDocument(first.base, 'Repository', 'full').length === 0
    ? resourceOf('Repository', [first.base])
    : undefined;
}

function isUnidentified({ kind, severity, place }: Diagnostic, source: SourceText): boolean {
  return severity === 'error' && place?.source === source && /^AIGW1(0\d|10)\d$/.test(kind.code);
}

function checkOverlays({ groups, byName, diagnostics }: Assembly): void {
  const described = (kind: Kind) => [...(byName.get(kind)?.values() ?? [])].filter((group) => group.base !== undefined);
  const suggest = new Map(KINDS.map((kind) => [kind, suggester(() => described(kind).map((group) => group.name))]));
  for (const { kind, name, base, overlays } of groups) {
    for (const overlay of overlays.values()) {
      if (base === undefined) {
        const args = { kind, name, meant: suggest.get(kind)?.(name) };
        diagnostics.push(raise(findings.overlayOfNothing, args, overlay.placeOf(['metadata', 'name'])));
      } else checkRemovals(diagnostics, base, overlay, overlay.value, []);
    }
  }
}

/** Names of environments, wherever the language has them, that aigw.yaml does not list. */
function checkEnvironmentNames({ groups, diagnostics }: Assembly, known: readonly string[]): void {
  const sitesOf = new Map(KINDS.map((kind) => [kind, kind === 'Repository' ? [] : environmentSites(kind)]));
  for (const { kind, base, overlays } of groups) {
    const sites = sitesOf.get(kind) ?? [];
    for (const document of [base, ...overlays.values()].filter((each) => each !== undefined)) {
      for (const { path, value } of sites.flatMap((site) => valuesAt(document.value, site.path))) {
        if (typeof value !== 'string' || known.includes(value)) continue;
        const args = { name: value, known, meant: nearest(value, known) };
        diagnostics.push(raise(findings.unknownEnvironment, args, document.placeOf(path)));
      }
    }
  }
}

function checkRemovals(
  diagnostics: Diagnostic[],
  base: ConfigDocument,
  overlay: ConfigDocument,
  value: Json,
  path: Path,
): void {
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const below = [...path, key];
    if (item !== null) checkRemovals(diagnostics, base, overlay, item, below);
    else if (valueAt(base.value, below) === undefined) {
      diagnostics.push(raise(findings.removesNothing, { field: below.join('.') }, overlay.placeOf(below, 'key')));
    }
  }
}

/** The resources of each group: the one without an overlay, and one for each environment that has its own. */
type SoundGroup = ReadonlyMap<string | undefined, Resource>;

function soundResources(assembly: Assembly, environments: readonly string[]): ReadonlyMap<Group, SoundGroup> {
  const sound = new Map<Group, SoundGroup>();
  for (const group of assembly.groups) {
    const { base, overlays, kind } = group;
    const isSound = (document: ConfigDocument, form: 'full' | 'overlay'): boolean => {
      const faults = checkDocument(document, kind, form);
      assembly.diagnostics.push(...faults);
      return !faults.some(({ severity }) => severity === 'error');
    };
    const isBaseSound = base !== undefined && isSound(base, 'full');
    const variants = new Map<string | undefined, Resource>();
    if (isBaseSound) variants.set(undefined, resourceOf(kind, [base]));
    for (const [environment, overlay] of overlays) {
      if (!isSound(overlay, 'overlay') || !isBaseSound || !environments.includes(environment)) continue;
      if (isSound(layered([base, overlay]), 'full')) variants.set(environment, resourceOf(kind, [base, overlay]));
    }
    sound.set(group, variants);
  }
  return sound;
}

interface Sound {
  readonly assembly: Assembly;
  readonly resources: ReadonlyMap<Group, SoundGroup>;
  readonly declared: ReadonlyMap<Kind, ReadonlySet<string>>;
  readonly repository: Resource<'Repository'>;
  readonly files: ReadonlyMap<string, string>;
}

function resolveIn(
  { assembly, resources: sound, declared, repository, files }: Sound,
  environment: string,
): ResolvedConfig {
  const resources = new Map<Kind, Resource[]>();
  for (const group of assembly.groups) {
    const { kind } = group;
    const resource = sound.get(group)?.get(group.overlays.has(environment) ? environment : undefined);
    if (resource === undefined) continue;
    const known = resources.get(kind);
    if (known === undefined) resources.set(kind, [resource]);
    else known.push(resource);
  }
  const own = resources.get('Environment')?.find(({ name }) => name === environment) as
    | Resource<'Environment'>
    | undefined;
  const settings = own ?? environmentOfDefaults(repository, environment);
  return resolvedConfig(environment, { resources, declared, files }, repository, settings);
}

/** An environment that no document speaks of; its places are those of aigw.yaml, which names it. */
function environmentOfDefaults(repository: Resource<'Repository'>, name: string): Resource<'Environment'> {
  const [layer] = repository.layers;
  if (layer === undefined) throw new Error('a resource is made of at least one document');
  const value: Json = { apiVersion: 'aigw.dev/v1alpha1', kind: 'Environment', metadata: { name }, spec: {} };
  const placeOf: ConfigDocument['placeOf'] = () => layer.placeOf(['spec', 'environments']);
  return resourceOf('Environment', [{ ...layer, value, placeOf }]);
}
