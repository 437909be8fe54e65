import { type RegistryEntry, RegistryTrouble, type VersionCopy } from '../ports/registry.ts';
import { promptContent } from './prompt-content.ts';

/**
 * Rejects where a copy would be another kind than what there is under its name, since MLflow (3.17) takes a model's version under the name of a prompt and
 * then finds neither; and where a prompt is another than was to be copied.
 */
export function assertCopied({ name, digest, prompt }: VersionCopy, there: RegistryEntry | undefined): void {
  const kind = prompt === undefined ? 'model' : 'prompt';
  if (there !== undefined && there.kind !== kind)
    throw new RegistryTrouble(
      'unusable',
      `${name} is a ${there.kind} where a ${kind} is to be copied to.`,
      'Give one of them another name, by spec.registry.',
    );
  if (prompt === undefined || promptContent(prompt)?.digest === digest) return;
  throw new RegistryTrouble(
    'unusable',
    `What was to be copied of ${name} has another digest than ${digest}; no version is made of it.`,
    'Look what has changed it.',
  );
}
