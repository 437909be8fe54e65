import { describe, expect, test } from 'vitest';
import { compose } from './compose.ts';
import { identityIn } from './id-token.ts';

const tokenOf = (claims: object) =>
  ['{"alg":"none"}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const claims = { iss: 'https://git.example', sub: 'project_path:ai/gateways:ref_type:branch:ref:main', jti: 'hidden' };

describe('an ID token', () => {
  test('names who asks, and is not kept', async () => {
    const { env } = process;
    process.env = { ...env, AIGW_ID_TOKEN: tokenOf(claims) };
    const { world } = compose({ note: () => undefined, warn: () => undefined });
    const actor = await world.actor(import.meta.dirname).finally(() => {
      process.env = env;
    });
    expect(actor).toMatchObject({ identity: { issuer: claims.iss, subject: claims.sub } });
    expect(JSON.stringify(actor)).not.toContain('hidden');
  });

  test.each(['', 'secret', 'a.b.c', tokenOf({ iss: 'https://git.example' }), tokenOf({ iss: 1, sub: 2 })])(
    'that is none is refused, and not shown: %s',
    (text) => {
      expect(() => identityIn(text)).toThrow(/^AIGW_ID_TOKEN holds no ID token\.$/);
    },
  );
});
