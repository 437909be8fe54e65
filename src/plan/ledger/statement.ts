// Entries of a ledger as others verify them: in-toto statements (v1) in DSSE envelopes (v1), one for each entry.
import type { Json, JsonObject } from '../../lib/json.ts';
import type { LedgerEntry } from './entry.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** What is said of the versions that an entry is about: the entry itself, with its hash and the hash before. */
export function statementOf(entry: LedgerEntry): JsonObject {
  const subject = entry.moves.map(({ subject: { kind, name }, after }) => ({
    name: `${kind}/${name}@${after.version}`,
    digest: { sha256: after.digest.replace(/^sha256:/, '') },
  }));
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject,
    predicateType: 'https://aigw.dev/ledger-entry/v1',
    predicate: entry as unknown as Json,
  };
}

/** What is signed of a statement: DSSE's pre-authentication encoding, in which lengths are of bytes. */
export function signedBytesOf(payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(PAYLOAD_TYPE)} ${PAYLOAD_TYPE} ${payload.byteLength} `),
    payload,
  ]);
}

/** @param keyId a hint for whoever has several public keys. */
export function envelopeOf(payload: Buffer, signature: Buffer, keyId: string): JsonObject {
  return {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: keyId, sig: signature.toString('base64') }],
  };
}
