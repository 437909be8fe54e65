import { at, type Cursor, entries, items, textAt } from '../semantics/cursor.ts';
import { selects } from '../semantics/names.ts';
import type { Inventory, SetObject } from './inventory.ts';

const templatePaths: Readonly<Record<string, readonly string[]>> = {
  'apps Deployment': ['spec', 'template'],
  'apps StatefulSet': ['spec', 'template'],
  'argoproj.io Rollout': ['spec', 'template'],
  'batch CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch Job': ['spec', 'template'],
};

/** The pod template of an object, where it has one. */
export function templateOf(object: SetObject): Cursor | undefined {
  const path = templatePaths[`${object.group} ${object.kind}`];
  return path === undefined ? undefined : at(object.cursor, ...path);
}

/** The pods that a set will have, by namespace; the labels lead to few candidates even in a large set. */
export interface Pods {
  /** The templates that a selector chooses; unknown where the set has no pods in that namespace at all. */
  readonly chosenBy: (selector: Cursor, namespace: string) => readonly Cursor[] | 'unknown';
}

export function podsOf(inventory: Inventory): Pods {
  const owned = inventory.objects.flatMap((owner) => {
    const template = templateOf(owner);
    return template === undefined ? [] : [{ namespace: owner.namespace, template }];
  });
  const byNamespace = Map.groupBy(owned, ({ namespace }) => namespace);
  const labelled = owned.flatMap(({ namespace, template }) =>
    entries(template, 'metadata', 'labels').map(([key, label]) => ({ mark: markOf(namespace, key, label), template })),
  );
  const byLabel = Map.groupBy(labelled, ({ mark }) => mark);
  const choose = (selector: Cursor, namespace: string): readonly Cursor[] | 'unknown' => {
    const all = byNamespace.get(namespace);
    if (all === undefined) return 'unknown';
    const [first] = entries(selector, 'matchLabels');
    const candidates = first === undefined ? all : (byLabel.get(markOf(namespace, ...first)) ?? []);
    return candidates
      .map(({ template }) => template)
      .filter((template) => selects(selector, at(template, 'metadata', 'labels')));
  };
  // Services, budgets and policies of one workload ask with the same selector.
  const known = new Map<string, readonly Cursor[] | 'unknown'>();
  return {
    chosenBy: (selector, namespace) => {
      const key = `${namespace}\n${JSON.stringify(selector.value)}`;
      const chosen = known.get(key) ?? choose(selector, namespace);
      known.set(key, chosen);
      return chosen;
    },
  };
}

function markOf(namespace: string, key: string, label: Cursor): string {
  return `${namespace}\n${key}\n${String(label.value)}`;
}

/** The names that a pod's containers give their ports. */
export function portNames(template: Cursor): string[] {
  const containers = [...items(template, 'spec', 'initContainers'), ...items(template, 'spec', 'containers')];
  return containers.flatMap((container) => items(container, 'ports').map((port) => textAt(port, 'name') ?? ''));
}
