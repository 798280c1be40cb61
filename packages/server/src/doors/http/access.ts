/** Who asks, and may they. Keys themselves are none of a door's business: the composition says whose a token is. */
import { ROLES, type Role } from '@tocsin/core/wire'
import type { FastifyRequest, onRequestAsyncHookHandler, onRequestHookHandler } from 'fastify'
import { isLoopback } from './hosts.ts'
import { HttpProblem } from './problem.ts'

/** Who showed a valid key. */
export interface Caller {
  /** The name of the key. */
  readonly name: string
  readonly role: Role
}

/** From where lookups need a key. A proxy on the same machine makes everyone look local: `always` is for that. */
export type LookupKeys = 'off-loopback' | 'always' | 'never'

/** What the routes of a listener ask about the caller. The hooks run before a body is read. */
export interface Gate {
  /** A hook that lets nobody pass below a role: 401 without a key, 403 with a lesser one. */
  requireRole(role: Role): onRequestAsyncHookHandler
  /** The hook of lookups and the like: a key of any role where {@link LookupKeys} asks for one. */
  readonly requireLookup: onRequestHookHandler
  /** Who asks; `undefined` for who showed no key. */
  callerOf(request: FastifyRequest): Caller | undefined
  /** Whether the key of a request that goes on for long is still valid; true for who showed none. */
  isStillValid(request: FastifyRequest): boolean
}

/** A gate with the hook that has to run first: it recognises the caller, and refuses a key that is none. */
export interface Recognition extends Gate {
  recognise(request: FastifyRequest): void
}

/** Builds the gate of a listener. */
export function createGate(authenticate: (token: string) => Caller | undefined, lookupKeys: LookupKeys): Recognition {
  const callers = new WeakMap<FastifyRequest, Caller>()

  const requireRole = (role: Role): onRequestAsyncHookHandler => {
    return async request => {
      const caller = callers.get(request)
      if (caller === undefined) throw unauthorized(401, `a key of role ${role} or more is needed`)
      if (ROLES.indexOf(caller.role) < ROLES.indexOf(role)) {
        throw unauthorized(403, `a key of role ${role} or more is needed, found one of role ${caller.role}`)
      }
    }
  }
  return {
    recognise(request) {
      const token = tokenOf(request)
      if (token === undefined) return
      const caller = authenticate(token)
      // Even where no key is needed: whoever shows a wrong one is mistaken about something.
      if (caller === undefined) throw unauthorized(401, 'the key is not valid here')
      callers.set(request, caller)
    },
    requireRole,
    requireLookup(request, _reply, done) {
      const isRefused = needsKey(lookupKeys, request.ip) && callers.get(request) === undefined
      done(isRefused ? unauthorized(401, 'a key of role reader or more is needed') : undefined)
    },
    callerOf: request => callers.get(request),
    isStillValid: request => !callers.has(request) || authenticate(tokenOf(request) ?? '') !== undefined,
  }
}

/** The token of `Authorization: Bearer …` or, without that header, of `X-Tocsin-Key`; empty where it has another form. */
function tokenOf({ headers }: FastifyRequest): string | undefined {
  const { authorization, 'x-tocsin-key': key } = headers
  if (authorization !== undefined) return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
  return Array.isArray(key) ? '' : key
}

function needsKey(lookupKeys: LookupKeys, remoteAddress: string): boolean {
  return lookupKeys === 'always' || (lookupKeys === 'off-loopback' && !isLoopback(remoteAddress))
}

function unauthorized(status: 401 | 403, why: string): HttpProblem {
  return new HttpProblem(status, { code: 'unauthorized', message: `Cannot do this: ${why}` })
}
