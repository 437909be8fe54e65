// What changes in the config repo's files when versions move.

import type { ConfigDocument } from '../../config/document.ts';
import type { ResolvedConfig } from '../../config/model.ts';
import { pinningOverlay, withPins } from '../../config/pin.ts';
import { readDocuments } from '../../config/read-documents.ts';
import { assembleRepo, type ConfigRepo } from '../../config/repo.ts';
import { transferred } from '../../config/transfer.ts';
import { isObject, valueAt } from '../../lib/json.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Pin, Subject } from '../../plan/ledger/entry.ts';
import { isSame } from '../../plan/ledger/history.ts';
import type { FileMove } from '../../plan/promotion/plan.ts';
import { overlayOf, pinIn, resourceNameOf } from '../../plan/promotion/subject.ts';
import { no, type Scene } from './scene.ts';

/** Texts of the config repo, by path from its root; null for a file that goes. */
export type Texts = Readonly<Record<string, string | null>>;

/** A subject that gets another pin in an environment. */
export interface Change {
  readonly subject: Subject;
  readonly environment: string;
  readonly pin: Pin;
  /** The overlay whose content is taken over; null where there was none. For a model it is not asked. */
  readonly source: ConfigDocument | null;
  /** Whether fields stay that only the environment's own overlay sets. */
  readonly keepsOthers?: true;
}

/** The repo after changes, and the files that differ. Rejects with an Ending where a file is written in a way that only its author can change. */
export function changed(
  scene: Scene,
  changes: readonly Change[],
): { readonly repo: ConfigRepo; readonly texts: Texts } {
  let { repo } = scene.opened;
  const texts: Record<string, string | null> = {};
  for (const change of changes) {
    const config = resolved(scene, repo, change.environment);
    const edit = editOf(change, config, repo);
    if (edit === undefined) throw byHand(change, config);
    texts[edit.path] = edit.text;
    const others = repo.sources.filter(({ path }) => path !== edit.path);
    const sources = edit.text === null ? others : [...others, { path: edit.path, text: edit.text }];
    repo = assembleRepo(sources.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  }
  return { repo, texts };
}

function resolved(scene: Scene, repo: ConfigRepo, environment: string): ResolvedConfig {
  const config = repo.resolve(environment, scene.opened.files);
  if (config === undefined) throw new Error(`the repo has no ${environment} any more`);
  return config;
}

interface Edit {
  readonly path: string;
  readonly text: string | null;
}

function editOf(change: Change, config: ResolvedConfig, repo: ConfigRepo): Edit | undefined {
  const { subject, environment, source } = change;
  const over = overlayOf(subject, config);
  if (subject.kind === 'model') return modelEdit(change, over, repo);
  if (source === null) return over === undefined ? undefined : removal(over, repo);
  const text = transferred(source, { environment, over, keepsOthers: change.keepsOthers === true });
  if (text === undefined) return undefined;
  const path = over?.source.path ?? pathLike(source, change);
  const pinned = renumbered({ path, text }, change);
  return pinned === undefined ? undefined : placed({ path, text: pinned, isWhole: over !== undefined }, repo);
}

/** The text with the number that the version has in the registry of its environment, where the source's own registry gives it another. */
function renumbered(
  { path, text }: { readonly path: string; readonly text: string },
  { subject, environment, pin: { version } }: Change,
): string | undefined {
  const overlay = subject.kind === 'prompt' ? overlayIn(path, text, subject, environment) : undefined;
  const written = overlay && valueAt(overlay.value, ['spec', 'version']);
  return overlay === undefined || written === undefined || written === version ? text : withPins(overlay, { version });
}

function modelEdit(
  { subject, environment, pin }: Change,
  over: ConfigDocument | undefined,
  repo: ConfigRepo,
): Edit | undefined {
  const pins = { version: pin.version, digest: pin.digest };
  if (over === undefined) {
    const path = `environments/${environment}/${subject.name}.yaml`;
    return placed({ path, text: pinningOverlay('Model', subject.name, environment, pins), isWhole: false }, repo);
  }
  const text = withPins(over, pins);
  return text === undefined ? undefined : { path: over.source.path, text };
}

/** A new document goes behind what its file holds already. */
function placed(
  { path, text, isWhole }: Edit & { readonly text: string; readonly isWhole: boolean },
  repo: ConfigRepo,
): Edit {
  const there = isWhole ? undefined : repo.sources.find((source) => source.path === path);
  return { path, text: there === undefined ? text : `${there.text.trimEnd()}\n---\n${text}` };
}

/** Only a file that holds nothing else goes. */
function removal({ source }: ConfigDocument, repo: ConfigRepo): Edit | undefined {
  const whole = repo.sources.find(({ path }) => path === source.path);
  const isAlone = whole !== undefined && readDocuments(whole).documents.length === 1;
  return isAlone ? { path: source.path, text: null } : undefined;
}

/** Beside the other overlays of the environment, as its source lies beside those of its own. */
function pathLike({ source, value }: ConfigDocument, { environment, subject }: Change): string {
  const own = valueAt(value, ['metadata', 'environment']);
  const steps = source.path.split('/');
  const index = steps.lastIndexOf(String(own));
  if (index >= 0 && index < steps.length - 1) return steps.with(index, environment).join('/');
  return `environments/${environment}/${resourceNameOf(subject)?.name}.yaml`;
}

function byHand({ subject, environment, pin }: Change, config: ResolvedConfig) {
  const place = overlayOf(subject, config)?.source.path ?? 'aigw.yaml';
  return no(
    `${place} is written in a way that aigw cannot change without touching more than ${subject.name}.`,
    `Set version ${pin.version} of ${subject.name} for ${environment} by hand, or give its overlay a file of its own.`,
  );
}

/** Rejects with an Ending where the changed repo does not pin what it is to pin. */
export function assertPinned(scene: Scene, repo: ConfigRepo, changes: readonly Change[]): void {
  for (const { subject, environment, pin } of changes) {
    const now = pinIn(resolved(scene, repo, environment), subject);
    if (now !== undefined && isSame(now, pin)) continue;
    throw no(
      `What ${environment} would run of ${subject.name} is ${now?.version ?? 'nothing'} (${now?.digest ?? 'no digest'}), and not ${pin.version} (${pin.digest}).`,
      'Fields outside of overlays have changed since. Put them back, or change the overlay by hand.',
    );
  }
}

/** The overlay of a resource in a text of the repo, as it once was. */
export function overlayIn(
  path: string,
  text: string,
  subject: Subject,
  environment: string,
): ConfigDocument | undefined {
  const named = resourceNameOf(subject);
  return readDocuments({ path, text }).documents.find(({ value }) => {
    const metadata = valueAt(value, ['metadata']);
    if (!isObject(metadata) || !isObject(value)) return false;
    return value['kind'] === named?.kind && metadata['name'] === named?.name && metadata['environment'] === environment;
  });
}

/** Texts as moves of files. @param prefix from the root of the Git work tree to the config repo. */
export function fileMoves({ opened }: Scene, texts: Texts): readonly FileMove[] {
  const before = new Map(opened.repo.sources.map(({ path, text }) => [path, text]));
  return Object.entries(texts).map(([path, text]) => ({ path, before: hashOf(before.get(path)), after: hashOf(text) }));
}

/** `sha256:` and 64 hexadecimal digits; null where there is no text. */
export function hashOf(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : `sha256:${sha256(text)}`;
}
