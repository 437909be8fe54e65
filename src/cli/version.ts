import manifest from '../../package.json' with { type: 'json' };

/** Of aigw. */
export const version: string = manifest.version;
