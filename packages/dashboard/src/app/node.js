/** The node that serves this page. */

/** A question that got no answer, or a problem in place of one; `status` is 0 where nobody answered. */
export class Unanswered extends Error {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message)
    this.status = status
  }
}

/**
 * Asks for JSON.
 * @param {string} path
 */
export async function ask(path) {
  let response
  try {
    response = await fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store' })
  } catch {
    throw new Unanswered('The node does not answer.', 0)
  }
  const body = await response.json().catch(() => undefined)
  if (response.ok && body !== undefined) return body
  throw new Unanswered(
    body?.detail ?? body?.title ?? `The node answered with status ${response.status}.`,
    response.status,
  )
}

/**
 * Calls back whenever the node has published something, and whenever the link to it is lost.
 * @param {() => void} onNews
 * @param {() => void} onLost
 */
export function follow(onNews, onLost) {
  const events = new EventSource('/v1/book/events')
  events.addEventListener('open', onNews)
  events.addEventListener('message', onNews)
  // The node names its events after what they carry.
  events.addEventListener('head', onNews)
  events.addEventListener('error', onLost)
}
