import { describe, expect, test } from 'vitest';
import { troubleOf } from './trouble.ts';

const quiet = { debug: false, env: {} };

/** An error as it arises on somebody's machine. */
function errorFrom(message: string, frames: readonly string[]): Error {
  return Object.assign(new TypeError(message), { stack: [`TypeError: ${message}`, ...frames].join('\n') });
}

describe('troubleOf', () => {
  test('a fault of aigw ends with 70, its version, and a trace without the machine', () => {
    const error = errorFrom('x is not a function', [
      '    at render (file:///home/ann/lib/node_modules/aigw/dist/chunks/render-AB.js:3:7)',
      '    at async C:\\Users\\ann\\aigw\\src\\cli\\main.ts:20:5',
    ]);
    const { message, exitCode } = troubleOf(error, quiet);
    expect(exitCode).toBe(70);
    expect(message).toMatch(/^aigw \d+\.\d+\.\d+ stopped because of a fault in aigw itself/);
    expect(message).toContain('TypeError: x is not a function');
    expect(message).toContain('at render (dist/chunks/render-AB.js:3:7)');
    expect(message).toContain('at async src\\cli\\main.ts:20:5');
    expect(message).not.toContain('ann');
  });

  test('secrets of the environment are masked, with --debug too', () => {
    const env = { GITLAB_TOKEN: 'glpat-1234567890', HOME: '/home/ann' };
    const error = errorFrom('cannot read glpat-1234567890', []);
    for (const debug of [false, true]) {
      const { message } = troubleOf(error, { debug, env });
      expect(message).toContain('cannot read [redacted]');
      expect(message).not.toContain('glpat');
    }
  });

  test('--debug shows the trace as it is, and its cause', () => {
    const error = new Error('outer', { cause: new Error('inner') });
    const { message } = troubleOf(error, { debug: true, env: {} });
    expect(message).toContain('trouble.test.ts');
    expect(message).toContain('inner');
  });

  test('a refusal of the system ends with 3 and one line', () => {
    const refused = (code: string, more = {}) =>
      troubleOf(Object.assign(new Error(`${code}: in the system's words`), { code, syscall: 'open', ...more }), quiet);
    expect(refused('EACCES', { path: 'a' })).toEqual({
      message: 'a: you have no right to do this here (EACCES).',
      exitCode: 3,
    });
    expect(refused('EXDEV', { path: 'a' }).message).toBe("a: EXDEV: in the system's words.");
    expect(refused('ENOENT', { syscall: 'uv_cwd' }).message).toBe('The folder that aigw was started in is gone.');
    expect(refused('EMFILE').message).toBe("EMFILE: in the system's words");
  });

  test('what is thrown without being an error is shown, and steers no terminal', () => {
    const { message, exitCode } = troubleOf('\u001b[2Jgone', quiet);
    expect(exitCode).toBe(70);
    expect(message).toContain('\\x1b[2Jgone');
  });
});
