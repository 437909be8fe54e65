// aigw promote attest: entries of the ledger as signed statements, for whoever trusts a key and not the registry.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { LedgerEntry } from '../plan/ledger/entry.ts';
import { envelopeOf, signedBytesOf, statementOf } from '../plan/ledger/statement.ts';
import type { World } from '../ports/world.ts';
import type { Outcome } from './outcome.ts';
import { Ending, no, openRegistryScene, readJournal, told } from './promotion/scene.ts';

export interface AttestOptions {
  readonly path: string;
  /** All entries when left out. */
  readonly ticket?: number;
}

/** The report lists an envelope for each entry. */
export function attest(world: World, options: AttestOptions): Promise<Outcome> {
  return told(world, 'promote attest', async () => {
    const key = signingKeyIn(world.signingKey());
    const scene = await openRegistryScene(world, options.path);
    const { entries } = await readJournal(scene);
    const meant = entries.filter(({ ticket }) => options.ticket === undefined || ticket === options.ticket);
    if (meant.length === 0)
      throw no(`The ledger ${scene.ledger} has no such entry.`, 'Look with: aigw promote history');
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
    const keyId = `sha256:${createHash('sha256').update(publicKey).digest('hex')}`;
    const envelopes = meant.map((entry) => signed(entry, key, keyId));
    const text = [`Signed entries: ${envelopes.length}, by key ${keyId}. They are written by --format jsonl.`];
    const result = { state: 'signed', ledger: scene.ledger, key: keyId, envelopes };
    return { root: scene.opened.root, parts: { text, records: envelopes, result } };
  });
}

function signed(entry: LedgerEntry, key: KeyObject, keyId: string) {
  const payload = Buffer.from(canonicalJson(statementOf(entry)));
  return envelopeOf(
    payload,
    sign(HASHES[key.asymmetricKeyDetails?.namedCurve ?? ''], signedBytesOf(payload), key),
    keyId,
  );
}

/** By the curves' own strength; Ed25519 has its hash in itself. */
const HASHES: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

/** Rejects with an Ending, which shows nothing of it, where a text is no key that signs. */
function signingKeyIn(text: string | undefined): KeyObject {
  const key = text === undefined ? undefined : keyIn(text);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key ?? {};
  if (key !== undefined && (type === 'ed25519' || (type === 'ec' && details?.namedCurve && HASHES[details.namedCurve])))
    return key;
  throw new Ending(
    [
      text === undefined ? 'AIGW_SIGNING_KEY is not set.' : 'AIGW_SIGNING_KEY holds no key that signs.',
      'Let it hold a private key as PEM, without a passphrase: Ed25519, or ECDSA on P-256, P-384 or P-521.',
    ],
    { answer: 'misunderstood' },
  );
}

function keyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    // Whatever OpenSSL says of it may quote it.
    return undefined;
  }
}
