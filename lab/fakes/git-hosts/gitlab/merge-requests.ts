// GitLab's merge requests: with their notes, approvals, and the statuses of their commits.
import type { JsonObject } from '../../../../src/lib/json.ts';
import {
  type Account,
  addNote,
  addRequest,
  addReview,
  approvalsOf,
  type ChangeRequest,
  commitsOf,
  headOf,
  merge,
  type Note,
  type Obstacle,
  obstacleTo,
  type Project,
  type Status,
} from '../project.ts';
import { commitOf } from './files.ts';
import { pageAnswer } from './pages.ts';
import { type GitlabCall, PAGE, type Route, refusal, requestOf } from './route.ts';

/** Characters. */
const [LONGEST_DESCRIPTION, LONGEST_NOTE] = [1_048_576, 1_000_000];

const REQUEST_FIELDS = {
  description: 'string',
  labels: 'string',
  assignee_id: 'integer',
  reviewer_ids: 'array',
  remove_source_branch: 'boolean',
  squash: 'boolean',
  allow_collaboration: 'boolean',
} as const;

const ONE = '/projects/{id}/merge_requests/{iid}';

export const mergeRequests: readonly Route[] = [
  {
    method: 'GET',
    path: '/projects/{id}/merge_requests',
    takes: {
      state: '|opened|closed|locked|merged|all|',
      source_branch: 'string',
      target_branch: 'string',
      search: 'string',
      in: 'string',
      labels: 'string',
      author_username: 'string',
      order_by: 'string',
      sort: '|asc|desc|',
      ...PAGE,
    },
    answer: (call) => {
      const { project, query } = call;
      const state = query.get('state') ?? 'all';
      const found = project.requests
        .filter((each) => state === 'all' || stateOf(each) === state)
        .filter(({ source }) => [null, source].includes(query.get('source_branch')))
        .filter(({ target }) => [null, target].includes(query.get('target_branch')))
        .filter(({ title, body }) => (title + body).includes(query.get('search') ?? ''))
        .toReversed();
      return pageAnswer(call, found, (each) => mergeRequestOf(project, each));
    },
  },
  {
    method: 'POST',
    path: '/projects/{id}/merge_requests',
    takes: {
      source_branch: 'string!',
      target_branch: 'string!',
      title: 'string!',
      target_project_id: 'integer',
      ...REQUEST_FIELDS,
    },
    answer: (call) => {
      const { project, token, body } = call;
      const [source, target] = [String(body['source_branch']), String(body['target_branch'])];
      const other = project.requests.find(
        (each) => each.state === 'open' && each.fork === undefined && each.source === source && each.target === target,
      );
      if (other !== undefined)
        throw refusal(409, [`Another open merge request already exists for this source branch: !${other.number}`]);
      const title = String(body['title']);
      const fields = { title, body: descriptionIn(body), isDraft: /^draft:/i.test(title) };
      const request = addRequest(project, token.account, { source, target, ...fields });
      return { status: 201, body: mergeRequestOf(project, request) };
    },
  },
  {
    method: 'GET',
    path: ONE,
    takes: { include_rebase_in_progress: 'boolean', include_diverged_commits_count: 'boolean', render_html: 'boolean' },
    answer: (call) => ({ status: 200, body: mergeRequestOf(call.project, requestOf(call)) }),
  },
  {
    method: 'PUT',
    path: ONE,
    takes: { title: 'string', target_branch: 'string', state_event: '|close|reopen|', ...REQUEST_FIELDS },
    answer: (call) => {
      const { project, body } = call;
      const request = requestOf(call);
      change(project, request, body);
      return { status: 200, body: mergeRequestOf(project, request) };
    },
  },
  {
    method: 'PUT',
    path: `${ONE}/merge`,
    takes: {
      sha: 'string',
      merge_commit_message: 'string',
      squash_commit_message: 'string',
      squash: 'boolean',
      should_remove_source_branch: 'boolean',
      auto_merge: 'boolean',
      merge_when_pipeline_succeeds: 'boolean',
    },
    answer: mergeAnswer,
  },
  {
    method: 'GET',
    path: `${ONE}/approvals`,
    takes: {},
    answer: (call) => ({ status: 200, body: approvalStateOf(call.project, requestOf(call)) }),
  },
  {
    method: 'POST',
    path: `${ONE}/approve`,
    takes: { sha: 'string', approval_password: 'string' },
    answer: (call) => {
      const { project, token, body } = call;
      const request = requestOf(call);
      const sha = headOf(project, request);
      // Authors do not approve their own, unless a project is set so.
      if (token.account.id === request.author.id) throw refusal(401, '401 Unauthorized');
      if (body['sha'] !== undefined && body['sha'] !== sha)
        throw refusal(409, `SHA does not match HEAD of source branch: ${sha}`);
      addReview(project, request, token.account);
      return { status: 201, body: approvalStateOf(project, request) };
    },
  },
  {
    method: 'GET',
    path: `${ONE}/commits`,
    takes: { ...PAGE },
    answer: (call) => pageAnswer(call, commitsOf(call.project, requestOf(call)), commitOf),
  },
  {
    method: 'GET',
    path: `${ONE}/versions`,
    takes: { ...PAGE },
    answer: (call) => {
      const request = requestOf(call);
      headOf(call.project, request);
      return pageAnswer(call, request.versions.toReversed(), ({ id, sha, at }) => ({
        id,
        head_commit_sha: sha,
        created_at: at,
        merge_request_id: request.id,
        state: 'collected',
      }));
    },
  },
  {
    method: 'GET',
    path: `${ONE}/notes`,
    takes: { sort: '|asc|desc|', order_by: '|created_at|updated_at|', ...PAGE },
    answer: (call) => {
      const { notes } = requestOf(call);
      return pageAnswer(call, call.query.get('sort') === 'asc' ? notes : notes.toReversed(), noteOf);
    },
  },
  {
    method: 'POST',
    path: `${ONE}/notes`,
    takes: { body: 'string!', created_at: 'string', internal: 'boolean' },
    answer: (call) => ({
      status: 201,
      body: noteOf(addNote(call.project, requestOf(call), call.token.account, noteIn(call.body))),
    }),
  },
  {
    method: 'PUT',
    path: `${ONE}/notes/{note}`,
    takes: { body: 'string!' },
    answer: (call) => {
      const note = namedNote(call);
      Object.assign(note, { body: noteIn(call.body), updatedAt: call.project.now() });
      return { status: 200, body: noteOf(note) };
    },
  },
  {
    method: 'DELETE',
    path: `${ONE}/notes/{note}`,
    takes: {},
    answer: (call) => {
      const { notes } = requestOf(call);
      notes.splice(notes.indexOf(namedNote(call)), 1);
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: '/projects/{id}/statuses/{sha}',
    takes: {
      state: '|pending|running|success|failed|canceled|skipped|',
      name: 'string',
      context: 'string',
      ref: 'string',
      target_url: 'string',
      description: 'string',
      coverage: 'integer',
      pipeline_id: 'integer',
    },
    answer: (call) => ({ status: 201, body: statusOf(addStatus(call)) }),
  },
  {
    method: 'GET',
    path: '/projects/{id}/repository/commits/{sha}/statuses',
    takes: { ref: 'string', stage: 'string', name: 'string', all: 'boolean', ...PAGE },
    answer: (call) => {
      const { project, params, query } = call;
      const all = project.statuses.filter(({ sha }) => sha === params['sha']);
      const last = [...new Map(all.map((status) => [status.context, status])).values()];
      return pageAnswer(call, query.get('all') === 'true' ? all : last, statusOf);
    },
  },
];

function stateOf({ state }: ChangeRequest): string {
  return state === 'open' ? 'opened' : state;
}

const DETAILS: Readonly<Record<Obstacle, string>> = {
  'not-open': 'not_open',
  draft: 'draft_status',
  'no-branch': 'broken_status',
  conflict: 'conflict',
  statuses: 'ci_must_pass',
  approvals: 'not_approved',
};

function mergeRequestOf(project: Project, request: ChangeRequest): JsonObject {
  const obstacle = obstacleTo(project, request);
  return {
    id: request.id,
    iid: request.number,
    project_id: project.id,
    source_project_id: request.fork?.id ?? project.id,
    target_project_id: project.id,
    title: request.title,
    description: request.body,
    state: stateOf(request),
    draft: request.isDraft,
    author: userOf(request.author),
    source_branch: request.source,
    target_branch: request.target,
    sha: headOf(project, request),
    merge_commit_sha: request.merged ?? null,
    created_at: request.createdAt,
    updated_at: request.updatedAt,
    merged_at: request.state === 'merged' ? request.updatedAt : null,
    has_conflicts: obstacle === 'conflict',
    detailed_merge_status: obstacle === undefined ? 'mergeable' : DETAILS[obstacle],
    merge_when_pipeline_succeeds: request.mergesWhenReady,
    web_url: `https://host.example/${project.owner}/${project.name}/-/merge_requests/${request.number}`,
  };
}

function change(project: Project, request: ChangeRequest, body: JsonObject): void {
  if (body['title'] !== undefined) {
    request.title = String(body['title']);
    request.isDraft = /^draft:/i.test(request.title);
  }
  if (body['description'] !== undefined) request.body = descriptionIn(body);
  if (body['target_branch'] !== undefined) request.target = String(body['target_branch']);
  if (body['state_event'] === 'close' && request.state === 'open') {
    headOf(project, request);
    request.state = 'closed';
  }
  if (body['state_event'] === 'reopen' && request.state === 'closed') request.state = 'open';
  request.updatedAt = project.now();
}

function mergeAnswer(call: GitlabCall) {
  const { project, token, body } = call;
  const request = requestOf(call);
  const sha = headOf(project, request);
  const obstacle = obstacleTo(project, request);
  if (body['sha'] !== undefined && body['sha'] !== sha)
    throw refusal(409, `SHA does not match HEAD of source branch: ${sha}`);
  const waits = body['auto_merge'] === true || body['merge_when_pipeline_succeeds'] === true;
  if (obstacle === 'conflict') throw refusal(422, 'Branch cannot be merged');
  if (obstacle !== undefined && !(waits && obstacle === 'statuses')) throw refusal(405, '405 Method Not Allowed');
  if (obstacle === undefined)
    merge(project, request, token.account, String(body['merge_commit_message'] ?? `Merge ${request.source}`));
  else request.mergesWhenReady = true;
  return { status: 200, body: mergeRequestOf(project, request) };
}

function addStatus({ project, token, params, body }: GitlabCall): Status {
  const sha = project.repository.commitOf(params['sha'] ?? '')?.sha;
  if (sha === undefined) throw refusal(404, '404 Commit Not Found');
  const states = { success: 'success', failed: 'failure', canceled: 'error', skipped: 'success' } as const;
  const state = states[String(body['state']) as keyof typeof states] ?? 'pending';
  const status: Status = {
    id: project.nextId(),
    sha,
    context: String(body['name'] ?? body['context'] ?? 'default'),
    state,
    description: (body['description'] ?? null) as string | null,
    url: (body['target_url'] ?? null) as string | null,
    by: token.account,
    at: project.now(),
  };
  project.statuses.push(status);
  for (const request of project.requests.filter(({ mergesWhenReady }) => mergesWhenReady)) {
    if (obstacleTo(project, request) === undefined)
      merge(project, request, token.account, `Merge branch ${request.source}`);
  }
  return status;
}

function userOf({ id, login }: Account): JsonObject {
  return { id, username: login, name: login, state: 'active', web_url: `https://host.example/${login}` };
}

function approvalStateOf(project: Project, request: ChangeRequest): JsonObject {
  const approvals = approvalsOf(request);
  const left = Math.max(0, project.protection.approvals - approvals.length);
  return {
    id: request.id,
    iid: request.number,
    approvals_required: project.protection.approvals,
    approvals_left: left,
    approved: left === 0,
    approved_by: approvals.map(({ by: user, at }) => ({ user: userOf(user), approved_at: at })),
  };
}

function noteOf({ id, author, body, createdAt, updatedAt }: Note): JsonObject {
  return { id, body, author: userOf(author), created_at: createdAt, updated_at: updatedAt, system: false };
}

function statusOf({ id, sha, context, state, description, url, by, at }: Status): JsonObject {
  const status = { success: 'success', failure: 'failed', error: 'canceled', pending: 'pending' }[state];
  return { id, sha, name: context, status, description, target_url: url, author: userOf(by), created_at: at };
}

function namedNote(call: GitlabCall): Note {
  const note = requestOf(call).notes.find(({ id }) => String(id) === call.params['note']);
  if (note === undefined) throw refusal(404, '404 Not found');
  return note;
}

function descriptionIn({ description = '' }: JsonObject): string {
  return within(String(description ?? ''), 'description', LONGEST_DESCRIPTION);
}

function noteIn({ body }: JsonObject): string {
  return within(String(body), 'note', LONGEST_NOTE);
}

function within(text: string, field: string, most: number): string {
  if ([...text].length > most) throw refusal(400, { [field]: [`is too long (maximum is ${most} characters)`] });
  return text;
}
