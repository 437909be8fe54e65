// GitLab's lists, page by page.
import type { JsonObject } from '../../../../src/lib/json.ts';
import { type HostAnswer, linksOf, pageOf } from '../server.ts';
import type { GitlabCall } from './route.ts';

/** Beyond so many, GitLab does not count. */
const MOST_COUNTED = 10_000;

/** The page that was asked for, with the headers that lead to the others. */
export function pageAnswer<Item>(
  { query, url, project }: GitlabCall,
  all: readonly Item[],
  answer: (item: Item) => JsonObject,
): HostAnswer {
  const page = pageOf(all, query, { usual: 20, most: project.mostOnPage });
  const counts = all.length > MOST_COUNTED ? {} : { 'x-total': `${page.total}`, 'x-total-pages': `${page.last}` };
  const headers = {
    link: linksOf(page, url),
    'x-page': `${page.number}`,
    'x-per-page': `${page.size}`,
    'x-next-page': page.number < page.last ? `${page.number + 1}` : '',
    'x-prev-page': page.number > 1 ? `${page.number - 1}` : '',
    ...counts,
  };
  return { status: 200, headers, body: page.items.map(answer) };
}
