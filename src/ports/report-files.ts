/** Where the shell puts reports that were asked for by file. */
export interface ReportFiles {
  /** Writes a file, with the folders on the way. Rejects with the system's error. */
  readonly write: (path: string, text: string) => Promise<void>;
}
