// A target is a system that runs gateways. Each has a folder: what it can express (support.ts) and how (render.ts). Pure.
import type { ResolvedConfig, Resource } from '../config/model.ts';
import type { Place } from '../diagnostics/source.ts';
import type { Json, JsonObject, Path } from '../lib/json.ts';
import type { Problem } from './schema-problems.ts';

/**
 * How well a target expresses a field.
 * exact: as the language means it. approximate: nearly, the reason says where it differs. dropped: not at all;
 * `emulation` says how it can be built from what the target has, which is done where `onUnsupported` asks for it.
 * elsewhere: not the gateway's business; the reason says who acts on it.
 */
export type Support =
  | { readonly status: 'exact' }
  | { readonly status: 'approximate'; readonly reason: string }
  | { readonly status: 'dropped'; readonly reason: string; readonly emulation?: string }
  | { readonly status: 'elsewhere'; readonly reason: string };

/** A field that a repo sets, in the eyes of one gateway. */
export interface SetField {
  readonly config: ResolvedConfig;
  readonly gateway: Resource<'Gateway'>;
  readonly resource: Resource;
  /** As in `timeout.firstToken`: the path within spec, without list indexes and map keys. */
  readonly name: string;
  /** From the document's root. */
  readonly path: Path;
  readonly value: Json;
}

/** The same answer for every value, or one that depends on the value, the version, the edition or what stands beside it. */
export type SupportRule = Support | ((field: SetField) => Support);

/**
 * Fields by name, such as `Route.timeout.firstToken`: kind, then the path within spec (or `metadata.labels`), without
 * list indexes and map keys. The longest entry that is a prefix of a field's name decides. Every field of the language has one: a test
 * holds the table against the schemas.
 */
export type SupportTable = Readonly<Record<string, SupportRule>>;

/** What became of one field in one gateway; a line of the loss report. */
export interface Loss {
  readonly gateway: string;
  readonly kind: string;
  readonly name: string;
  /** Within the resource, as in `spec.timeout.firstToken`. */
  readonly field: string;
  readonly status: 'approximate' | 'emulated' | 'dropped' | 'elsewhere';
  readonly reason: string;
  readonly place: Place;
}

/** A file of an environment's output. */
export interface RenderedFile {
  /** Below the environment's folder, with forward slashes. */
  readonly path: string;
  /** Kubernetes objects in order, one YAML document each; or one YAML or JSON document, or a text, of another system. */
  readonly content:
    | { readonly kind: 'objects'; readonly objects: readonly JsonObject[] }
    | { readonly kind: 'yaml'; readonly value: JsonObject }
    | { readonly kind: 'json'; readonly value: Json }
    | { readonly kind: 'text'; readonly text: string };
  /** The resources that it is made from. */
  readonly sources: readonly Resource[];
}

/** A container that an environment runs, said in this project's words; the kubernetes target turns it into objects. */
export interface Workload {
  readonly name: string;
  /** What it is for: a gateway's own process, or a server for a model. */
  readonly role: 'gateway' | 'model';
  readonly resource: Resource;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args: readonly string[];
  /** Environment variables: text, or a reference to a secret. */
  readonly env: Readonly<Record<string, Json>>;
  /** Configuration files, mounted read-only: absolute path in the container → text. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders that the process must be able to write to (the root file system is read-only). */
  readonly writable: readonly string[];
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly probes: { readonly liveness: string; readonly readiness: string; readonly startupSeconds: number };
  readonly replicas: { readonly min: number; readonly max?: number | undefined };
  readonly resources: { readonly cpu?: number; readonly memory?: string; readonly gpu?: number };
  readonly scaling?: {
    readonly by: string;
    readonly target: number;
    readonly query?: string;
    readonly server?: string;
  };
  /** Who may call it, and whom it calls: the source of its NetworkPolicy. */
  readonly callers: readonly ('gateways' | 'ingress')[];
  readonly calls: readonly { readonly host: string; readonly port: number }[];
}

export interface TargetInput {
  readonly config: ResolvedConfig;
  readonly gateway: Resource<'Gateway'>;
}

export interface TargetOutput {
  readonly files: readonly RenderedFile[];
  /** What has to run for this gateway beyond what the target system runs by itself. */
  readonly workloads: readonly Workload[];
}

/** A member of the family. */
export interface Target {
  readonly id: string;
  /** As people call it. */
  readonly title: string;
  /** Versions it renders for, as `target.version` names them; a patch version counts as its minor. */
  readonly versions: readonly string[];
  readonly support: SupportTable;
  /** What is wrong with the settings of its own under `targets` in a resource; paths from the document's root. */
  readonly checkSettings?: (resource: Resource) => readonly Problem[];
  readonly render: (input: TargetInput) => TargetOutput;
}
