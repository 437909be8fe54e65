import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceText } from '../diagnostics/source.ts';

/** The root of a config repo: the folder of its aigw.yaml. */
export interface FoundRoot {
  /** Absolute, without symbolic links. Undefined where there is none, which a diagnostic tells. */
  readonly root: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Which files hold resources. Globs and paths are relative to the root, with forward slashes. */
export interface FileSelection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Folders that hold rendered output, never configuration. */
  readonly outputs: readonly string[];
}

/** Texts, ordered by path (UTF-16), and what could not be read. Beyond a limit on the whole, aigw.yaml alone is given. */
export interface ReadTexts {
  readonly sources: readonly SourceText[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A file to write: its path below the tree's root, with forward slashes. */
export interface TreeFile {
  readonly path: string;
  readonly text: string;
}

/** What writing a tree needs to know of the one that stands there. */
export interface TreeOptions {
  /**
   * Paths that an earlier run wrote, from its index, the index itself among them: only these are ever replaced or
   * removed. They are read from a file that anyone may have edited, so they are checked like the new ones.
   */
  readonly owned: readonly string[];
  /** The file of the tree that lists it. It is written before the others, so that a killed run leaves nothing unlisted. */
  readonly index: string;
  /** A folder known to have no links in its path, such as the config repo's root: below it no link is written through. */
  readonly trusted: string;
  /** Only tells what would be done. */
  readonly dryRun?: boolean;
}

/** A file that must not be written or removed, and why in one sentence without its end. */
export interface Refusal {
  readonly path: string;
  readonly reason: string;
}

/** What became of a tree; paths in order. Where anything was refused, nothing was touched. */
export interface WrittenTree {
  readonly written: readonly string[];
  /** Those of `written` where nothing stood before. */
  readonly added: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  readonly refused: readonly Refusal[];
}

/** The files of this machine, as far as a config repo needs them. Nothing outside the given roots is read or written. */
export interface Files {
  /** Looks for aigw.yaml in the folder `from` and upwards, to the root of the Git work tree or of the file system. */
  readonly findRoot: (from: string) => Promise<FoundRoot>;
  /** The root of the Git work tree that holds a folder; undefined outside of one. */
  readonly gitRootOf: (folder: string) => string | undefined;
  /** Every selected file's text. What is no readable file, or leads out of the repo, becomes a diagnostic. */
  readonly readTexts: (root: string, selection: FileSelection) => Promise<ReadTexts>;
  /** One file's text below a root: one source, or one diagnostic. `undefined` where there is no such file, or the path leads out of the root or into .git. */
  readonly readText: (root: string, path: string) => Promise<ReadTexts | undefined>;
  /** Names of the files in a folder, in order, links not among them; none where it does not exist. */
  readonly filesIn: (folder: string) => Promise<readonly string[]>;
  /** Names of the folders in a folder, in order, links not among them; none where it does not exist. */
  readonly foldersIn: (folder: string) => Promise<readonly string[]>;
  /** Makes the tree at `root` hold exactly `files`, besides what others keep there. Rejects with the system's error. */
  readonly writeTree: (root: string, files: readonly TreeFile[], options: TreeOptions) => Promise<WrittenTree>;
}
