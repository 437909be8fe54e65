import { schemasText } from './generated/schemas.js';
import type { LanguageSchemas } from './schema-node.ts';
import { overlaySchemas } from './schema-overlay.ts';

const known = new WeakMap<() => LanguageSchemas, LanguageSchemas>();

/** The schemas of full documents. */
export function language(): LanguageSchemas {
  return remembered(language, () => JSON.parse(schemasText) as LanguageSchemas);
}

/** The schemas of overlays; a kind that has none is absent. */
export function overlayLanguage(): LanguageSchemas {
  return remembered(overlayLanguage, () => overlaySchemas(language()));
}

function remembered(name: () => LanguageSchemas, make: () => LanguageSchemas): LanguageSchemas {
  const schemas = known.get(name) ?? make();
  known.set(name, schemas);
  return schemas;
}
