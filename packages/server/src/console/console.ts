/** The console: what an administrator asks of a node. Today its status and its keys. */
import type { Role } from '@tocsin/core/wire'
import type { FastifyInstance, onRequestAsyncHookHandler, onRequestHookHandler } from 'fastify'
import { type KeyRouteOptions, mountKeys } from './keys.ts'
import { mountStatus, type StatusOptions } from './status.ts'

/** What the routes ask about the caller; the listener's gate is one. */
export interface ConsoleGate {
  /** A hook that lets nobody pass below a role. */
  requireRole(role: Role): onRequestAsyncHookHandler
  /** The hook that lookups have: a key of any role, where one is needed. */
  readonly requireLookup: onRequestHookHandler
}

/** What the console is handed. */
export interface ConsoleOptions extends StatusOptions, KeyRouteOptions {}

/** Mounts status and keys on a listener. */
export function mountConsole(app: FastifyInstance, gate: ConsoleGate, options: ConsoleOptions): void {
  mountStatus(app, gate.requireLookup, options)
  mountKeys(app, gate.requireRole('admin'), options)
}
