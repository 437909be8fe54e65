import { LEDGER_PREFIX } from '../plan/ledger/ticket.ts';
import type { Registry } from '../ports/registry.ts';

/** A registry whose ledgers lie in another, because it cannot keep them itself. It is what its address and its clock say. */
export function withLedgersIn(ledgers: Registry, registry: Registry): Registry {
  const of = (name: string) => (name.startsWith(LEDGER_PREFIX) ? ledgers : registry);
  return {
    ...registry,
    limits: async (needs) => {
      const [own, others] = [registry, ledgers].map((each) => needs.filter(({ entry }) => of(entry) === each));
      return [...(await registry.limits(own ?? [])), ...(await ledgers.limits(others ?? []))];
    },
    entry: (name) => of(name).entry(name),
    version: (name, version) => of(name).version(name, version),
    versions: (name) => of(name).versions(name),
    run: (version) => of(version.name).run(version),
    content: (version) => of(version.name).content(version),
    signature: (version) => of(version.name).signature(version),
    artifacts: (version) => of(version.name).artifacts(version),
    setAlias: (name, alias, version) => of(name).setAlias(name, alias, version),
    deleteAlias: (name, alias) => of(name).deleteAlias(name, alias),
    createEntry: (name, tags) => of(name).createEntry(name, tags),
    createVersion: (name, tags, key) => of(name).createVersion(name, tags, key),
    copyVersion: (copy) => of(copy.name).copyVersion(copy),
    setVersionTag: (name, version, key, value) => of(name).setVersionTag(name, version, key, value),
  };
}
