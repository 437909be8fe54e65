import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'aigw folder '));
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('makeFolder', () => {
  test('makes what is missing on the way, and is content with what stands there', async () => {
    const path = join(base, 'a/b/c');
    await makeFolder(path);
    await makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  test('tells of a file on the way', async () => {
    writeFileSync(join(base, 'file'), '');
    await expect(makeFolder(join(base, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test.runIf(existsSync('/proc/self'))('ends where the system lets nobody make anything', async () => {
    await expect(makeFolder('/proc/aigw/a/b')).rejects.toMatchObject({ syscall: 'mkdir' });
  });
});
