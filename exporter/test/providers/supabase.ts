import { listen, type LoopbackServer, type Reply, type SeenRequest } from './loopback.ts';

export interface FakeUser {
  readonly id: string;
  readonly email?: string;
  readonly last_sign_in_at?: string | null;
}

export interface FakeObject {
  /** Path inside the bucket, folders separated by slashes. */
  readonly path: string;
  readonly size: number;
}

export interface FakeSupabaseState {
  users: FakeUser[];
  buckets: Record<string, FakeObject[]>;
  /** The largest page of users that the server gives, whatever is asked. */
  largestPage?: number;
  /** Leaves out x-total-count and link. */
  withoutTotal?: boolean;
  /** For the Management API, under the same address. */
  plan?: string;
  addons?: readonly unknown[];
  projects?: readonly { ref: string; organization_slug: string }[];
}

export interface FakeSupabase extends LoopbackServer {
  readonly state: FakeSupabaseState;
}

export const SECRET_KEY = 'sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz';
export const ACCESS_TOKEN = 'sbp_0102030405060708090a0b0c0d0e0f1011121314';

export function userId(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

/** A Supabase project (auth and storage) and its Management API on one loopback address. */
export async function startFakeSupabase(state: Partial<FakeSupabaseState> = {}): Promise<FakeSupabase> {
  const full: FakeSupabaseState = { users: [], buckets: {}, ...state };
  const server = await listen((request) => answer(full, request));
  return { ...server, state: full };
}

function answer(state: FakeSupabaseState, request: SeenRequest): Reply | undefined {
  if (request.path.startsWith('/v1/')) {
    if (request.headers.authorization !== `Bearer ${ACCESS_TOKEN}`)
      return { status: 401, body: { message: 'Unauthorized' } };
    return management(state, request);
  }
  if (request.headers.apikey !== SECRET_KEY) return { status: 401, body: { message: 'Invalid API key' } };
  if (request.path === '/auth/v1/admin/users') return users(state, request);
  const one = /^\/auth\/v1\/admin\/users\/([0-9a-f-]+)$/.exec(request.path)?.[1];
  if (one !== undefined) {
    const user = state.users.find((candidate) => candidate.id === one);
    return user
      ? { body: user }
      : { status: 404, body: { code: 404, error_code: 'user_not_found', msg: 'User not found' } };
  }
  if (request.path === '/storage/v1/bucket')
    return { body: Object.keys(state.buckets).map((id) => ({ id, name: id, public: false })) };
  const bucket = /^\/storage\/v1\/object\/list\/(.+)$/.exec(request.path)?.[1];
  if (bucket === undefined) return undefined;
  const name = decoded(bucket);
  return { body: objects(Object.hasOwn(state.buckets, name) ? (state.buckets[name] ?? []) : [], request.body) };
}

function users(state: FakeSupabaseState, { query }: SeenRequest): Reply {
  const page = Number(query.get('page') ?? '1');
  const perPage = Math.min(Number(query.get('per_page') ?? '50'), state.largestPage ?? Number.POSITIVE_INFINITY);
  const body = { aud: 'authenticated', users: state.users.slice((page - 1) * perPage, page * perPage) };
  if (state.withoutTotal) return { body };
  const last = Math.max(1, Math.ceil(state.users.length / perPage));
  const links = [
    ...(page < last ? [`</admin/users?page=${page + 1}&per_page=${perPage}>; rel="next"`] : []),
    `</admin/users?page=${last}&per_page=${perPage}>; rel="last"`,
  ];
  return { body, headers: { 'x-total-count': String(state.users.length), link: links.join(', ') } };
}

function objects(all: readonly FakeObject[], body: unknown): unknown[] {
  const asked = typeof body === 'object' && body !== null ? body : {};
  const prefix = 'prefix' in asked && typeof asked.prefix === 'string' && asked.prefix !== '' ? `${asked.prefix}/` : '';
  const limit = 'limit' in asked ? Number(asked.limit) : 100;
  const offset = 'offset' in asked ? Number(asked.offset) : 0;
  const entries = new Map<string, unknown>();
  for (const { path, size } of all.filter((object) => object.path.startsWith(prefix))) {
    const [name = '', ...deeper] = path.slice(prefix.length).split('/');
    entries.set(
      name,
      deeper.length > 0
        ? { name, id: null, metadata: null }
        : { name, id: userId(size), metadata: { size, mimetype: 'text/plain' } },
    );
  }
  return [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => entry)
    .slice(offset, offset + limit);
}

function management(state: FakeSupabaseState, { path }: SeenRequest): Reply | undefined {
  const projects = state.projects ?? [{ ref: 'abcdefghijklmnopqrst', organization_slug: 'acme' }];
  if (path === '/v1/projects') return { body: projects };
  const ref = /^\/v1\/projects\/([a-z]+)$/.exec(path)?.[1];
  if (ref !== undefined) {
    const project = projects.find((candidate) => candidate.ref === ref);
    return project ? { body: project } : { status: 404, body: { message: 'Project not found' } };
  }
  if (/^\/v1\/organizations\/[\w-]+$/.test(path))
    return { body: { id: 'acme', name: 'Acme', plan: state.plan, opt_in_tags: [], allowed_release_channels: ['ga'] } };
  if (/^\/v1\/projects\/[a-z]+\/billing\/addons$/.test(path))
    return { body: { selected_addons: state.addons ?? [], available_addons: [] } };
  return undefined;
}

/** A spoilt name of a bucket may hold a lone "%", which is no encoding; a real server finds no such bucket. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
