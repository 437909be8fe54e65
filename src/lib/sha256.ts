/** SHA-256 of a text in UTF-8, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  // Loaded when first asked for: the module takes several milliseconds, and most runs need no hash.
  return process.getBuiltinModule('node:crypto').hash('sha256', text);
}
