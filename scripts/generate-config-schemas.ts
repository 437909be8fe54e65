/** Makes, from the schemas of the config language, the modules by which the program knows them at run time. */
import { readConfigSchemas } from './config-schemas.ts';
import { structureModule, structureTypes } from './config-structure.ts';
import type { GeneratedFile } from './generate.ts';

const folder = 'src/config/generated';

export async function generate(): Promise<readonly GeneratedFile[]> {
  const schemas = readConfigSchemas();
  return [
    {
      path: `${folder}/schemas.js`,
      text: `export const schemasText = ${JSON.stringify(JSON.stringify(schemas))};\n`,
    },
    { path: `${folder}/schemas.d.ts`, text: schemasTypes },
    { path: `${folder}/structure.js`, text: structureModule(schemas) },
    { path: `${folder}/structure.d.ts`, text: structureTypes },
  ];
}

const schemasTypes = `/** LanguageSchemas as JSON; text, because reading it takes a tenth of the time that compiling it as code would. */
export declare const schemasText: string;
`;
