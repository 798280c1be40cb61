/** Server-sent events (WHATWG HTML §9.2.6), as far as an upstream speaks them: text in pieces becomes events. */
import { ProblemError } from '@tocsin/core/base'

/** An event, or a comment, which says that the other side is still there. */
export type PushedEvent =
  | { readonly is: 'comment'; readonly text: string }
  | { readonly is: 'event'; readonly name: string; readonly data: string }

/** Characters of one event: a signed head has some two thousand. */
const EVENT_LENGTH_MAX = 256 * 1024

/** Takes the stream in pieces of any size. One reader for one connection. */
export class EventReader {
  #rest = ''
  #name = ''
  #data: string[] = []
  #length = 0

  /**
   * The events that are whole with this piece.
   *
   * @throws ProblemError `unavailable` for an event that is longer than any of ours
   */
  read(piece: string): readonly PushedEvent[] {
    const lines = `${this.#rest}${piece}`.split('\n')
    this.#rest = lines.pop()!
    this.#bound(this.#rest.length)
    return lines.flatMap(line => this.#line(line.endsWith('\r') ? line.slice(0, -1) : line) ?? [])
  }

  #line(line: string): PushedEvent | undefined {
    if (line === '') return this.#dispatch()
    if (line.startsWith(':')) return { is: 'comment', text: line.slice(1).trim() }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#name = value
    if (field === 'data') {
      this.#data.push(value)
      this.#length += value.length
      this.#bound(this.#length)
    }
    return undefined
  }

  #dispatch(): PushedEvent | undefined {
    const event = { is: 'event', name: this.#name || 'message', data: this.#data.join('\n') } as const
    const isEmpty = this.#data.length === 0
    this.#name = ''
    this.#data = []
    this.#length = 0
    return isEmpty ? undefined : event
  }

  #bound(length: number): void {
    if (length <= EVENT_LENGTH_MAX) return
    const message = `Cannot follow the upstream's news: an event must have at most ${EVENT_LENGTH_MAX} characters, found more`
    throw new ProblemError({ code: 'unavailable', message })
  }
}
