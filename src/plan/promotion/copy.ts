// A version that comes out of another registry than that of the environment it goes to: what is known of where it comes from.
import { canonicalJson } from '../../lib/canonical-json.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Origin, Pin } from '../ledger/entry.ts';

/** The tag by which a copy is found again. */
export const COPY_KEY = 'aigw.copy';

/** The tags of a copy, and of its run. @param run of the version over there. */
export function copyTags(origin: Origin, digest: string, run: string | undefined): Readonly<Record<string, string>> {
  const { registry, entry, version } = origin;
  return {
    [COPY_KEY]: copyKey(origin, digest),
    'aigw.copy.registry': registry.url ?? registry.kind,
    ...(registry.workspace === null ? {} : { 'aigw.copy.workspace': registry.workspace }),
    'aigw.copy.name': entry,
    'aigw.copy.version': version,
    'aigw.copy.digest': digest,
    ...(run === undefined ? {} : { 'aigw.copy.run': run }),
  };
}

/** The same whenever the same content of the same version is copied. */
export function copyKey({ registry, entry, version }: Origin, digest: string): string {
  return sha256(canonicalJson({ registry: { ...registry }, entry, version, digest })).slice(0, 32);
}

/** By which pin the environment before runs what another has as `pin`: numbers of one registry say nothing in another. */
export function pinBefore(pin: Pin, origin: Origin | undefined): Pin {
  return origin === undefined ? pin : { version: origin.version, digest: pin.digest };
}
