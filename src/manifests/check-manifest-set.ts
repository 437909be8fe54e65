import type { JsonObject, Path } from '../lib/json.ts';
import { nearest } from '../lib/nearest.ts';
import { at } from './semantics/cursor.ts';
import { claimProblems } from './set/claims.ts';
import { missingEntry } from './set/entries.ts';
import { lacksGrant } from './set/grants.ts';
import { type Inventory, inventoryOf, type ObjectName, type SetObject } from './set/inventory.ts';
import type { Reference } from './set/reference.ts';
import { livesApart, referencesOf } from './set/references.ts';
import type { RelationProblem } from './set/relation.ts';
import { relationProblems, surroundingsOf } from './set/relations.ts';

/** Something wrong between the objects of a set. */
export interface ManifestSetProblem {
  /** Which object of the set, from 0. */
  readonly object: number;
  readonly path: Path;
  /** duplicate: two objects of one name. reference: an object that is not there. relation: objects that disagree. */
  readonly rule: 'duplicate' | 'reference' | 'relation';
  readonly message: string;
}

/** An object that the set names and does not hold, and that may well exist where the set is applied. */
export interface OutsideReference extends ObjectName {
  readonly object: number;
  readonly path: Path;
}

/** What `checkManifestSet` found. */
export interface ManifestSetReport {
  readonly problems: readonly ManifestSetProblem[];
  readonly outside: readonly OutsideReference[];
}

/**
 * Checks that the objects of one set fit together: what is named is there, selectors choose pods, nothing stands twice.
 * Secrets, volume claims, classes, stores and whole other namespaces may live outside the set; what the set expects
 * there is listed. Each object is taken to be sound in itself (see `checkManifest`); unsound ones may hide problems.
 */
export function checkManifestSet(objects: readonly JsonObject[]): ManifestSetReport {
  const inventory = inventoryOf(objects);
  const surroundings = surroundingsOf(inventory);
  const problems: ManifestSetProblem[] = [];
  const outside: OutsideReference[] = [];
  for (const object of inventory.objects) {
    problems.push(...duplicates(object, inventory));
    for (const reference of referencesOf(object)) {
      if (lacksGrant(object, reference, inventory)) problems.push(ungranted(object, reference));
      problems.push(...entryProblems(object, reference, inventory));
      if (inventory.has(reference.to)) continue;
      if (mayBeOutside(reference, inventory))
        outside.push({ object: object.index, path: reference.at.path, ...reference.to });
      else problems.push(missing(object, reference, inventory));
    }
    problems.push(...relationProblems(object, surroundings).map(relationProblem));
  }
  problems.push(...claimProblems(inventory).map(relationProblem));
  return { problems: problems.sort((a, b) => a.object - b.object), outside };
}

function relationProblem({ object, at: place, message }: RelationProblem): ManifestSetProblem {
  return { object: object.index, path: place.path, rule: 'relation', message };
}

function mayBeOutside({ to, mayBeOutside: allowed }: Reference, inventory: Inventory): boolean {
  return allowed === true || livesApart(to) || !inventory.covers(to.namespace);
}

function missing(object: SetObject, { at: place, to }: Reference, inventory: Inventory): ManifestSetProblem {
  const near = nearest(to.name, inventory.names(to, to.namespace));
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  const message = `There is no ${to.kind} "${to.name}" in the namespace ${to.namespace} of this set.${hint}`;
  return { object: object.index, path: place.path, rule: 'reference', message };
}

function entryProblems(object: SetObject, reference: Reference, inventory: Inventory): ManifestSetProblem[] {
  const keys = missingEntry(reference, inventory);
  if (keys === undefined || reference.entry === undefined) return [];
  const { at: place, key } = reference.entry;
  const near = nearest(key, keys);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  const message = `The ${reference.to.kind} "${reference.to.name}" has no entry "${key}".${hint}`;
  return [{ object: object.index, path: place.path, rule: 'reference', message }];
}

function ungranted(object: SetObject, { at: place, to }: Reference): ManifestSetProblem {
  const message = `The namespace ${to.namespace} has no ReferenceGrant that lets a ${object.kind} of ${object.namespace} use its ${to.kind} "${to.name}".`;
  return { object: object.index, path: place.path, rule: 'relation', message };
}

function duplicates(object: SetObject, inventory: Inventory): ManifestSetProblem[] {
  const first = inventory.find(object);
  if (object.name === '' || first === undefined || first.index === object.index) return [];
  const where = object.namespace === '' ? '' : ` in the namespace ${object.namespace}`;
  const message = `The set has a ${object.kind} "${object.name}"${where} already, as object ${first.index}.`;
  return [{ object: object.index, path: at(object.cursor, 'metadata', 'name').path, rule: 'duplicate', message }];
}
