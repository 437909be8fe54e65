import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, open, readSync } from 'node:fs';
import { join } from 'node:path';
import { binaryFile, filesOverLimit, notRegularFile, notUtf8 } from '../config/file-faults.ts';
import { type Diagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { SourceText } from '../diagnostics/source.ts';
import { fileLimits, inMebibytes } from './file-limits.ts';
import { type ListedFile, typeOf } from './file-list.ts';
import { aboutFile, unreadable } from './file-trouble.ts';

/** A file's text with its size in bytes, or why there is none. */
export type FileText =
  | { readonly kind: 'text'; readonly source: SourceText; readonly size: number }
  | { readonly kind: 'fault'; readonly diagnostic: Diagnostic };

/** Reads one file as UTF-8. A byte order mark at its start is left out. */
export async function readFileText(root: string, { path, real }: ListedFile): Promise<FileText> {
  try {
    const descriptor = await opened(join(root, real));
    try {
      return readOpened(path, descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return fault(unreadable(error, path));
  }
}

/**
 * Between listing and opening, the name may have become a link or a pipe: neither is followed nor waited for. Opening is
 * what takes long on a remote disk, so it alone is asynchronous; a promise for each step would double the time of reading.
 */
function opened(path: string): Promise<number> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  return new Promise((resolve, reject) => {
    open(path, flags, (error, descriptor) => (error ? reject(error) : resolve(descriptor)));
  });
}

function readOpened(path: string, descriptor: number): FileText {
  const status = fstatSync(descriptor);
  if (!status.isFile()) return fault(aboutFile(notRegularFile, { found: typeOf(status) }, path));
  if (status.size > fileLimits.fileSize) return fault(tooLarge(path, status.size));
  // A file that grows meanwhile is read as far as it was looked at.
  const bytes = new Uint8Array(status.size);
  let length = 0;
  for (let got = -1; got !== 0 && length < bytes.length; length += got) {
    got = readSync(descriptor, bytes, length, bytes.length - length, length);
  }
  return decode(path, bytes.subarray(0, length));
}

function fault(diagnostic: Diagnostic): FileText {
  return { kind: 'fault', diagnostic };
}

function tooLarge(path: string, size: number): Diagnostic {
  const limit = 'the size of one file (fileSize)';
  return aboutFile(filesOverLimit, { limit, most: inMebibytes(fileLimits.fileSize), found: inMebibytes(size) }, path);
}

function decode(path: string, bytes: Uint8Array): FileText {
  const looksLike = binaryLook(bytes);
  if (looksLike !== undefined) return fault(aboutFile(binaryFile, { looksLike }, path));
  if (!isUtf8(bytes)) return fault(firstBadByte(path, bytes));
  return { kind: 'text', source: { path, text: new TextDecoder().decode(bytes) }, size: bytes.length };
}

function binaryLook(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'UTF-16';
  if (first === 0x1f && second === 0x8b) return 'gzip data';
  if (!bytes.includes(0)) return undefined;
  const zeros = bytes.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0);
  // A stray NUL in a text is a fault with a place, which the reader tells.
  return zeros * 10 > bytes.length || !isUtf8(bytes) ? 'binary data' : undefined;
}

function firstBadByte(path: string, bytes: Uint8Array): Diagnostic {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (begunWell(bytes.subarray(0, middle)) === undefined) bad = middle;
    else good = middle;
  }
  const before = begunWell(bytes.subarray(0, good)) ?? '';
  const offset = Buffer.byteLength(before);
  const source = { path, text: keepMark.decode(bytes) };
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
  return raise(notUtf8, { offset, byte }, { source, span: { start: before.length, end: before.length + 1 } });
}

const keepMark = new TextDecoder('utf-8', { ignoreBOM: true });

/** The characters of a run of bytes, without a last one that is cut; undefined where a byte cannot stand where it does. */
function begunWell(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}
