import { entries, has, items, textAt } from '../semantics/cursor.ts';
import type { Inventory, SetObject } from './inventory.ts';
import type { Reference } from './reference.ts';

/** The entries of the ConfigMap or Secret named, where the asked-for one is not among them; undefined where all is well. */
export function missingEntry({ to, entry }: Reference, inventory: Inventory): readonly string[] | undefined {
  const holder = inventory.find(to) ?? inventory.maker(to);
  const keys = entry === undefined || holder === undefined ? undefined : keysOf(holder);
  return entry === undefined || keys === undefined || keys.includes(entry.key) ? undefined : keys;
}

/** The keys that an object holds or will hold; undefined where only its controller can know. */
function keysOf({ cursor, kind }: SetObject): string[] | undefined {
  if (kind === 'ExternalSecret') {
    if (has(cursor, 'spec', 'dataFrom') || has(cursor, 'spec', 'target', 'template')) return undefined;
    return items(cursor, 'spec', 'data').map((entry) => textAt(entry, 'secretKey') ?? '');
  }
  return ['data', 'binaryData', 'stringData'].flatMap((field) => entries(cursor, field).map(([key]) => key));
}
