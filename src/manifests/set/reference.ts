import { at, type Cursor, textAt } from '../semantics/cursor.ts';
import type { ObjectName, SetObject } from './inventory.ts';

/** One object naming another. */
export interface Reference {
  /** Where the name stands. */
  readonly at: Cursor;
  readonly to: ObjectName;
  /** The other may live outside the set without fault. */
  readonly mayBeOutside?: boolean;
  /** An entry that a ConfigMap or Secret must hold, and where it is asked for. */
  readonly entry?: { readonly at: Cursor; readonly key: string };
}

/** How a reference is read where its fields may be left out. */
export interface ReferenceDefaults {
  readonly group: string;
  readonly kind: string;
  /** Groups and kinds outside namespaces. */
  readonly cluster?: boolean;
  readonly mayBeOutside?: boolean;
}

/** A reference of the shape {group, kind, name, namespace}; none where there is no name. */
export function referenceAt(cursor: Cursor, from: SetObject, defaults: ReferenceDefaults): Reference[] {
  const name = textAt(cursor, 'name');
  if (name === undefined || name === '') return [];
  const namespace = defaults.cluster ? '' : (textAt(cursor, 'namespace') ?? from.namespace);
  const to = {
    group: textAt(cursor, 'group') ?? defaults.group,
    kind: textAt(cursor, 'kind') ?? defaults.kind,
    namespace,
    name,
  };
  return [{ at: at(cursor, 'name'), to, ...(defaults.mayBeOutside ? { mayBeOutside: true } : {}) }];
}

/** A reference to one entry of a ConfigMap or Secret, by `name` and `key`. */
export function entryReference(cursor: Cursor, kind: string, from: SetObject): Reference[] {
  const key = textAt(cursor, 'key');
  const references = localReference(cursor, 'name', kind, from);
  return key === undefined
    ? references
    : references.map((reference) => ({ ...reference, entry: { at: at(cursor, 'key'), key } }));
}

/** A reference by name alone, in the same namespace; none where it is marked as optional. */
export function localReference(cursor: Cursor, field: string, kind: string, from: SetObject): Reference[] {
  const name = textAt(cursor, field);
  if (name === undefined || name === '' || at(cursor, 'optional').value === true) return [];
  return [{ at: at(cursor, field), to: { group: '', kind, namespace: from.namespace, name } }];
}
