import { escapeControls } from '../lib/terminal-text.ts';

/**
 * Text that a user wrote as Markdown that shows just that text, on one line and in a table cell too. What could be markup
 * or a link becomes a character reference, at the beginning also what could be a list, a rule or one of GitLab's quick actions
 * (`/merge`). Marks that GitHub and GitLab turn into mentions and references after rendering (`@name`, `#1`, `!1`,
 * `~label`) get a zero-width space, which stops them.
 */
export function escapeMarkdown(text: string): string {
  const line = escapeControls(text.toWellFormed()).replaceAll('\t', ' ').trimStart();
  return line.replace(
    /^[-+=/]|^\d+(?=[.)])|[&<>`*_[\]\\|~#@!$^%]|:(?=\/\/|[a-z+_-])|(?<=\bwww)\./g,
    (mark, at: number) => {
      const stopped = /[@#!~$^%&[]/.test(mark) && /[\w"'-]/.test(line.charAt(at + 1));
      return `&#${mark.charCodeAt(0)};${mark.slice(1)}${stopped ? '&#8203;' : ''}`;
    },
  );
}

/** Text that a user wrote as inline code; an HTML element, since backticks cannot hold every text in a table cell. */
export function inlineCode(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** A code block whose fence is longer than any run of backticks in it. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n?$/, '\n')}${fence}`;
}

/** At most `limit` UTF-16 units of a text, never half a character, with an ellipsis where it was cut. */
export function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
