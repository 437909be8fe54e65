import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Place, SourceText } from '../diagnostics/source.ts';
import type { Json, Path } from '../lib/json.ts';

/** Whether a finding points at a map entry's key or at its value. */
export type Facet = 'key' | 'value';

/**
 * One YAML document of a file: plain data, and where each part of it stands. Positions are found on demand, since a
 * repo without findings never needs them.
 */
export interface ConfigDocument {
  readonly source: SourceText;
  /** Which document of the file, from 0. */
  readonly index: number;
  readonly value: Json;
  /**
   * Where the value at `path` (or the key that leads to it) stands. Where the path does not exist, the nearest ancestor
   * that does answers with its key, so that a finding on something missing points at the name of the thing lacking it.
   */
  readonly placeOf: (path: Path, facet?: Facet) => Place;
}

/** What could be read of a file, and all that was wrong with it. */
export interface ReadResult {
  readonly documents: readonly ConfigDocument[];
  readonly diagnostics: readonly Diagnostic[];
}
