import { describe, expect, test } from 'vitest';
import { colorWanted, messagesTo, widthOf, writeAll } from './terminal.ts';

function memoryStream(options: { isTTY?: boolean; columns?: number; error?: Error } = {}) {
  const written: string[] = [];
  const write = (text: string, done?: (error?: Error | null) => void) => {
    written.push(text);
    done?.(options.error ?? null);
    return true;
  };
  return { ...options, write, written };
}

describe('colorWanted', () => {
  const terminal = memoryStream({ isTTY: true });
  const pipe = memoryStream();

  test.each([
    ['a terminal', terminal, {}, true, true],
    ['a pipe', pipe, {}, true, false],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, true, false],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true, true],
    ['FORCE_COLOR on a pipe', pipe, { FORCE_COLOR: '1' }, true, true],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, true, false],
    ['NO_COLOR over FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['--no-color over FORCE_COLOR', terminal, { FORCE_COLOR: '1' }, false, false],
  ])('%s', (_, stream, env, flag, wanted) => {
    expect(colorWanted(stream, env, flag)).toBe(wanted);
  });
});

test('widthOf keeps to what can be read', () => {
  expect(widthOf(memoryStream())).toBe(100);
  expect(widthOf(memoryStream({ columns: 3 }))).toBe(40);
  expect(widthOf(memoryStream({ columns: 120 }))).toBe(120);
  expect(widthOf(memoryStream({ columns: 1000 }))).toBe(160);
});

describe('messagesTo', () => {
  test('says all', () => {
    const stream = memoryStream();
    const messages = messagesTo(stream, { quiet: false });
    messages.note('Nothing to do.');
    messages.warn('The baseline is empty.');
    expect(stream.written).toEqual(['aigw: Nothing to do.\n', 'aigw: The baseline is empty.\n']);
  });

  test('says warnings alone when quiet', () => {
    const stream = memoryStream();
    const messages = messagesTo(stream, { quiet: true });
    messages.note('Nothing to do.');
    messages.warn('The baseline is empty.');
    expect(stream.written).toEqual(['aigw: The baseline is empty.\n']);
  });
});

describe('writeAll', () => {
  const failing = (code: string) => memoryStream({ error: Object.assign(new Error(code), { code }) });

  test('waits for the text to be taken', async () => {
    const stream = memoryStream();
    expect(await writeAll(stream, 'report')).toBeUndefined();
    expect(stream.written).toEqual(['report']);
  });

  test('minds no reader that has gone away', async () => {
    expect(await writeAll(failing('EPIPE'), 'report')).toBeUndefined();
  });

  test('answers with other errors', async () => {
    expect(await writeAll(failing('ENOSPC'), 'report')).toMatchObject({ code: 'ENOSPC' });
  });
});
