import type { Role } from '@tocsin/core/wire'
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'

/** Who showed a valid key. */
export interface Reporter {
  /** The name of the key. */
  readonly name: string
  readonly role: Role
}

/** What the routes ask about the caller; the listener's gate is one. */
export interface ReportGate {
  /** A hook that lets nobody pass below a role. */
  requireRole(role: Role): onRequestAsyncHookHandler
  /** Who asks; `undefined` for who showed no key. */
  callerOf(request: FastifyRequest): Reporter | undefined
}
