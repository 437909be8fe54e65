/** Where the shell puts reports that were asked for by file. */
export interface ReportFiles {
  /** Writes a file, with the folders on the way. Rejects with the system's error. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** The root of the Git work tree that holds a folder; undefined outside of one. */
  readonly gitRootOf: (folder: string) => string | undefined;
}
