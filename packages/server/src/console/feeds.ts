/** Feeds over HTTP: an administrator adds them, looks at them, and decides where the guard holds a copy back. */
import {
  FEED_CATALOGUE_SCHEMA,
  FEED_DIFF_SCHEMA,
  FEED_REMOVED_SCHEMA,
  FEED_STATUS_SCHEMA,
  FEED_SWITCH_SCHEMA,
  FEED_TURN_SCHEMA,
  FEEDS_SCHEMA,
  NEW_FEED_SCHEMA,
  PROBLEM_SCHEMA,
  type WireFeedCatalogue,
  type WireFeedDiff,
  type WireFeedStatus,
  type WireFeedSwitch,
  type WireFeeds,
  type WireFeedTurn,
  type WireNewFeed,
} from '@tocsin/core/wire'
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'

/** What the routes ask of the feeds. All reject or throw with a `ProblemError`. */
export interface FeedConsole {
  list(): WireFeeds['feeds']
  catalogue(): WireFeedCatalogue['feeds']
  status(name: string): Promise<WireFeedStatus>
  add(feed: WireNewFeed): Promise<WireFeedStatus>
  enable(name: string, wanted: WireFeedSwitch): Promise<WireFeedStatus>
  /** Resolves with how many records were taken back. */
  remove(name: string): Promise<number>
  run(name: string): Promise<WireFeedTurn>
  diff(name: string): Promise<WireFeedDiff>
  agree(name: string): WireFeedStatus
}

/** Where the feeds are. */
export interface FeedRouteOptions {
  readonly feeds: FeedConsole
}

type Named = { readonly $id: string }

/** Mounts `/v1/feeds`. */
export function mountFeeds(
  app: FastifyInstance,
  onRequest: onRequestAsyncHookHandler,
  { feeds }: FeedRouteOptions,
): void {
  const route = (summary: string, answer: Named, { body, named = true }: { body?: Named; named?: boolean } = {}) => ({
    onRequest,
    schema: {
      tags: ['console'],
      summary,
      ...(named ? { params: NAME_PARAMS } : {}),
      ...(body === undefined ? {} : { body: { $ref: `${body.$id}#` } }),
      response: {
        200: { description: 'As asked.', $ref: `${answer.$id}#` },
        default: { description: 'A problem, RFC 9457.', $ref: `${PROBLEM_SCHEMA.$id}#` },
      },
    },
  })
  app.get('/v1/feeds', route('All feeds in short.', FEEDS_SCHEMA, { named: false }), () => ({ feeds: feeds.list() }))
  app.get(
    '/v1/feeds/catalogue',
    route('Well-known feeds that can be added by name.', FEED_CATALOGUE_SCHEMA, { named: false }),
    () => ({ feeds: feeds.catalogue() }),
  )
  app.post(
    '/v1/feeds',
    route('Adds a feed; without an address the one of this name in the catalogue.', FEED_STATUS_SCHEMA, {
      body: NEW_FEED_SCHEMA,
      named: false,
    }),
    request => feeds.add(request.body as WireNewFeed),
  )
  app.get('/v1/feeds/:name', route('All about one feed.', FEED_STATUS_SCHEMA), request => feeds.status(nameOf(request)))
  app.put(
    '/v1/feeds/:name/enabled',
    route('Switches a feed on or off; what it said stays.', FEED_STATUS_SCHEMA, { body: FEED_SWITCH_SCHEMA }),
    request => feeds.enable(nameOf(request), request.body as WireFeedSwitch),
  )
  app.delete(
    '/v1/feeds/:name',
    route('Removes a feed, and takes back all that it said.', FEED_REMOVED_SCHEMA),
    async request => ({ retracted: await feeds.remove(nameOf(request)) }),
  )
  app.post('/v1/feeds/:name/run', route('Takes a turn now, and waits for its end.', FEED_TURN_SCHEMA), request =>
    feeds.run(nameOf(request)),
  )
  app.post(
    '/v1/feeds/:name/diff',
    route('Fetches and compares: what the next turn would do. Changes nothing.', FEED_DIFF_SCHEMA),
    request => feeds.diff(nameOf(request)),
  )
  app.post(
    '/v1/feeds/:name/agree',
    route('Agrees to a copy that is held back; the next turn follows it.', FEED_STATUS_SCHEMA),
    async request => feeds.agree(nameOf(request)),
  )
}

const NAME_PARAMS = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } as const

function nameOf(request: FastifyRequest): string {
  return (request.params as { readonly name: string }).name
}
