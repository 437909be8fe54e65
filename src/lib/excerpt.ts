const most = 60;

/** `text` short enough for a sentence; what was cut is marked by an ellipsis. Never cuts a character in two. */
export function excerpt(text: string): string {
  return text.length <= most
    ? text
    : `${text
        .slice(0, most)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}
