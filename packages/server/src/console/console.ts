/** The console: what an administrator asks of a node. Its status and metrics, its keys and its feeds. */
import type { Role } from '@tocsin/core/wire'
import type { FastifyInstance, onRequestAsyncHookHandler, onRequestHookHandler } from 'fastify'
import { type FeedRouteOptions, mountFeeds } from './feeds.ts'
import { type KeyRouteOptions, mountKeys } from './keys.ts'
import { type MetricsOptions, mountMetrics } from './metrics.ts'
import { mountStatus } from './status.ts'

/** What the routes ask about the caller; the listener's gate is one. */
export interface ConsoleGate {
  /** A hook that lets nobody pass below a role. */
  requireRole(role: Role): onRequestAsyncHookHandler
  /** The hook that lookups have: a key of any role, where one is needed. */
  readonly requireLookup: onRequestHookHandler
}

/** What the console is handed. */
export interface ConsoleOptions extends MetricsOptions, KeyRouteOptions, Partial<FeedRouteOptions> {}

/** Mounts status, metrics, keys and, where the node has them, feeds on a listener. */
export function mountConsole(app: FastifyInstance, gate: ConsoleGate, options: ConsoleOptions): void {
  mountStatus(app, gate.requireLookup, options)
  mountMetrics(app, gate.requireLookup, options)
  mountKeys(app, gate.requireRole('admin'), options)
  const { feeds } = options
  if (feeds !== undefined) mountFeeds(app, gate.requireRole('admin'), { feeds })
}
