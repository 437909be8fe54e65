#!/usr/bin/env node
// Only syntax that an old Node understands too: it shall read a sentence, not throw a syntax error.
// NO_COLOR wins (https://no-color.org). Node.js has it the other way round and would say so on standard error.
if (process.env.NO_COLOR) delete process.env.FORCE_COLOR;

const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `aigw needs Node.js 22.19 or newer, but ${process.execPath} is ${process.version}.\n` +
      'Install a newer Node.js (https://nodejs.org/en/download), or put it first on your PATH, and run the command again. ' +
      'A checkout of aigw has one in node_modules/.bin/node.\n',
  );
  process.exitCode = 2;
} else {
  void import('node:module').then(({ enableCompileCache }) => {
    const folder = cacheFolder();
    if (folder) enableCompileCache(folder);
    return import('../dist/cli.js');
  });
}

/** In the user's own folder: compiled code from a folder that others can write to would be theirs to choose. */
function cacheFolder() {
  const home = process.env.HOME || process.env.USERPROFILE;
  const caches = process.env.XDG_CACHE_HOME || (home && `${home}/.cache`);
  return caches ? `${caches}/aigw/compile` : undefined;
}
