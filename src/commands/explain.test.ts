import { describe, expect, test } from 'vitest';
import { allKinds } from './catalogue.ts';
import { explain } from './explain.ts';

const tell = async (code: string | undefined) => (await explain({ version: '0.0.0' }, { code })).report;

describe('aigw explain', () => {
  test.each(['AIGW2001', 'aigw2001', '2001', 'unknown-reference'])('knows a code as %s', async (code) => {
    const { text, exitCode } = await tell(code);
    expect(text[0]).toBe('# AIGW2001 unknown-reference');
    expect(exitCode).toBe(0);
  });

  test('lists all kinds, one line each, when asked for none', async () => {
    const { text, result } = await tell(undefined);
    expect(text).toHaveLength(allKinds.length);
    expect(text).toContain('AIGW2001 unknown-reference (error): A resource is referred to that does not exist.');
    expect(result).toHaveLength(allKinds.length);
  });

  test('suggests what was meant, or the list', async () => {
    expect(await tell('unknown-referenc')).toMatchObject({
      exitCode: 2,
      text: ['There is no code unknown-referenc. Did you mean unknown-reference?'],
    });
    expect((await tell('0')).text).toEqual(['There is no code 0. Run "aigw explain" to list all.']);
  });
});
