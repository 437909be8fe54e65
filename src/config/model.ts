import type { Place } from '../diagnostics/source.ts';
import type { JsonObject, Path } from '../lib/json.ts';
import type { ConfigDocument, Facet } from './document.ts';
import type { Kind, Metadata, SpecByKind } from './schema-types.ts';

/** A resource as one environment sees it: its document, with the environment's overlay merged in and defaults applied. */
export interface Resource<K extends Kind = Kind> {
  readonly kind: K;
  readonly name: string;
  readonly metadata: Metadata;
  /** With the schema's defaults. */
  readonly spec: SpecByKind[K];
  /** The merged document as people wrote it: without defaults. */
  readonly written: JsonObject;
  /** The documents that it is made of, lowest first. */
  readonly layers: readonly ConfigDocument[];
  /**
   * Where the value at `path` (from the document's root, as in ['spec', 'weight']) was written: in the topmost layer that
   * has it, or at the nearest ancestor that was written.
   */
  readonly placeOf: (path: Path, facet?: Facet) => Place;
}

/** A config repo as one environment sees it. Resources stand in the order of their names, never of files. */
export interface ResolvedConfig {
  readonly environment: string;
  readonly repository: Resource<'Repository'>;
  /** The environment's own resource; one made of defaults alone where no document speaks of it. */
  readonly settings: Resource<'Environment'>;
  readonly all: <K extends Kind>(kind: K) => readonly Resource<K>[];
  readonly find: <K extends Kind>(kind: K, name: string) => Resource<K> | undefined;
  /** Names that documents of this kind bear, those too whose document has faults and is not among the resources. */
  readonly declared: (kind: Kind) => ReadonlySet<string>;
  /** The text of another file that a resource names, by its path from the root; undefined where there is none to read. */
  readonly file: (path: string) => string | undefined;
}

/** A name in one resource that stands for another. */
export interface Reference {
  readonly from: Resource;
  readonly kind: Kind;
  readonly name: string;
  /** From the document's root. */
  readonly path: Path;
  /** The name only speaks of the other resource (who may, what comes next) and does not put it to use. */
  readonly mention: boolean;
}
