import { isObject, parseJson } from '../lib/json.ts';
import type { Actor } from '../plan/ledger/entry.ts';
import { RegistryTrouble } from '../ports/registry.ts';

/**
 * Whom an ID token names: a JSON Web Token as OpenID Connect has it, of which `iss` and `sub` are taken and nothing else. Its signature is not
 * checked, since that would mean to ask its issuer. Rejects what is no such token, without telling what it is.
 */
export function identityIn(token: string): NonNullable<Actor['identity']> {
  const [, payload = ''] = token.split('.');
  const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
  const { iss, sub } = isObject(claims) ? claims : {};
  if (typeof iss === 'string' && typeof sub === 'string' && iss !== '' && sub !== '')
    return { issuer: iss, subject: sub };
  throw new RegistryTrouble(
    'unusable',
    'AIGW_ID_TOKEN holds no ID token.',
    'Let it hold the token that the CI system gives the job, or take it away.',
  );
}
