import { type AliasEvent, EVENT_ID, type Event } from 'js-yaml';
import type { Json } from '../lib/json.ts';
import { nearest } from '../lib/nearest.ts';
import { textOverLimit } from './read-findings.ts';
import { readLimits } from './read-limits.ts';
import { type Anchor, type Composer, reportAt } from './yaml-composer.ts';
import { aliasCycle, unknownAlias } from './yaml-faults.ts';
import { absent, startOf } from './yaml-spans.ts';

/** Registers a node's anchor before its content is read; undefined where it has none. */
export function openAnchor(composer: Composer, event: Event): Anchor | undefined {
  if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP || event.anchorStart === absent) return undefined;
  const start = startOf(composer.text, event) ?? composer.last;
  const anchor = { value: null, size: 0, open: true, start, expandedBefore: composer.expanded };
  composer.anchors.set(composer.text.slice(event.anchorStart, event.anchorEnd), anchor);
  return anchor;
}

/** Completes an anchor with its node's value; gives the value back. */
export function closeAnchor(composer: Composer, anchor: Anchor | undefined, value: Json): Json {
  if (anchor === undefined) return value;
  anchor.value = value;
  anchor.size = Math.max(composer.last - anchor.start, 1) + composer.expanded - anchor.expandedBefore;
  anchor.open = false;
  return value;
}

/**
 * The value that an alias stands for. Equal aliases share one value, so a bomb takes no room here; but whoever writes it
 * out would explode, hence the document with all aliases written out must stay within the size of a file.
 */
export function composeAlias(composer: Composer, event: AliasEvent): Json {
  const name = composer.text.slice(event.anchorStart, event.anchorEnd);
  const span = { start: event.anchorStart - 1, end: event.anchorEnd };
  composer.last = event.anchorEnd;
  const anchor = composer.anchors.get(name);
  if (anchor === undefined) {
    const candidates = composer.anchors.size > mostCandidates ? [] : composer.anchors.keys();
    reportAt(composer, unknownAlias, { name, nearest: nearest(name, candidates) }, span);
    return null;
  }
  if (anchor.open) {
    reportAt(composer, aliasCycle, { name }, span);
    return null;
  }
  if (composer.expanded + anchor.size > readLimits.fileSize) {
    if (!composer.aliasesRefused) reportAt(composer, textOverLimit, tooMuchExpanded, span);
    composer.aliasesRefused = true;
    return null;
  }
  composer.expanded += anchor.size;
  return anchor.value;
}

/** Among more anchors nobody looks for a spelling, and comparing with all of them takes long. */
const mostCandidates = 500;

const tooMuchExpanded = {
  limit: 'the size of a document with its aliases written out',
  most: `${readLimits.fileSize / 1024 / 1024} MiB`,
  help: 'Use fewer aliases to large values, or aliases that do not contain further aliases.',
};
