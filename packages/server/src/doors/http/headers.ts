/** Headers that every answer has, and those that open lookups to pages of other origins. */
import type { FastifyReply } from 'fastify'

/**
 * Everything that the pages need comes from here, nothing may frame them, and no address leaks to elsewhere. Styles in
 * elements are allowed for the dashboard's components; scripts are not.
 */
const SECURITY: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/**
 * Any page may ask, but without cookies or what else a browser would add by itself; a key has to be said. Such an answer is
 * data for programs: what a browser may load for a page, or frame, does not arise, and each header costs lookups a second.
 */
const CROSS_ORIGIN: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

const PREFLIGHT: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, x-tocsin-key',
  'access-control-max-age': '86400',
}

/** Sets the headers of every answer but those that are open to pages of other origins. */
export function secure(reply: FastifyReply): void {
  reply.headers(SECURITY)
}

/** Sets the headers of an answer that pages of other origins may read, whatever it is. */
export function openToOrigins(reply: FastifyReply): void {
  reply.headers(CROSS_ORIGIN)
}

/** Answers a browser that asks whether it may ask. */
export function sendPreflight(reply: FastifyReply): FastifyReply {
  return reply.headers(PREFLIGHT).code(204).send()
}
