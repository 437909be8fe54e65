/** The files that aigw brings along: schemas, templates, the flagship example. */
export interface PackageFiles {
  /** The absolute path of a file or folder, from its path in the package: `fixtures/cognitotech`. */
  readonly pathOf: (path: string) => string;
  /** The text of a file, from its path in the package: `schemas/config/route.json`. */
  readonly read: (path: string) => Promise<string>;
}
