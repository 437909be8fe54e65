import type { Target } from './target.ts';

/** The systems that a gateway can name. A member is loaded when a repo uses it. */
const members: Readonly<Record<string, () => Promise<Target>>> = {
  'envoy-ai-gateway': async () => (await import('./envoy-ai-gateway/target.ts')).target,
  litellm: async () => (await import('./litellm/target.ts')).target,
};

/** The ids of all members, in order. */
export const targetIds: readonly string[] = Object.keys(members);

/** The members of these ids. The schema admits no other id, so one without a member is a bug. */
export function loadTargets(ids: readonly string[]): Promise<readonly Target[]> {
  return Promise.all(
    ids.map((id) => {
      const load = members[id];
      if (load === undefined) throw new Error(`no target ${id}`);
      return load();
    }),
  );
}
