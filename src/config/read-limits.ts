/**
 * What one text may hold. Generous for people, far below what would exhaust a machine. A document whose aliases are
 * written out must fit into the same size as a file.
 */
export const readLimits = {
  /** UTF-8 bytes of one file; for a text already in memory, UTF-16 units. */
  fileSize: 2 * 1024 * 1024,
  /** Lists and maps inside one another. */
  depth: 100,
  documentsPerFile: 10_000,
  /** Findings of the reader in one file; the next one is replaced by a last finding that says so. */
  findingsPerFile: 500,
} as const;
