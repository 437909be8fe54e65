import { items, textAt } from '../semantics/cursor.ts';
import { aiGateway, gatewayApi, type Inventory, type SetObject } from './inventory.ts';
import type { Reference } from './reference.ts';

/**
 * True where a reference into another namespace needs a ReferenceGrant there and the set, which holds that namespace,
 * has none. Attachment to a Gateway is not a matter of grants: its listeners say whom they take.
 */
export function lacksGrant(from: SetObject, { to }: Reference, inventory: Inventory): boolean {
  const governed = from.group === gatewayApi || from.group === aiGateway;
  const crossing = to.namespace !== '' && to.namespace !== from.namespace && to.kind !== 'Gateway';
  if (!governed || !crossing || !inventory.covers(to.namespace)) return false;
  return !inventory.of(gatewayApi, 'ReferenceGrant', to.namespace).some((grant) => allows(grant, from, to));
}

function allows(grant: SetObject, from: SetObject, to: Reference['to']): boolean {
  const trusted = items(grant.cursor, 'spec', 'from').some(
    (source) =>
      textAt(source, 'group') === from.group &&
      textAt(source, 'kind') === from.kind &&
      textAt(source, 'namespace') === from.namespace,
  );
  const opened = items(grant.cursor, 'spec', 'to').some(
    (target) =>
      (textAt(target, 'group') ?? '') === to.group &&
      textAt(target, 'kind') === to.kind &&
      (textAt(target, 'name') ?? to.name) === to.name,
  );
  return trusted && opened;
}
