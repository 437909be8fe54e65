import { readLimits } from '../config/read-limits.ts';

/** What one run reads. Far above any config repo known, far below what would exhaust a machine. */
export const fileLimits = {
  /** Bytes of one file. */
  fileSize: readLimits.fileSize,
  /** Files that hold resources. */
  files: 20_000,
  /** Bytes of all of them. */
  totalSize: 64 * 1024 * 1024,
  /** Names looked at in all folders. */
  entries: 500_000,
} as const;

/** A size as people write it: `4 MiB`. */
export function inMebibytes(bytes: number): string {
  return `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`;
}
