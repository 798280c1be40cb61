/**
 * The push channel: tells many listeners where the book is, as server-sent events. One `head` when a listener comes and
 * one after each batch, at most five a second unless said otherwise: the head says where the book is now, so one that was
 * left out is not missed.
 */
import type { Head, HeadListener } from '../../book/book.ts'
import { headToWire } from './head.ts'

/** The part of a response that events go to. */
export interface EventSink {
  /** False where no more should be written until `drain`. */
  write(text: string): boolean
  end(): void
  on(event: 'drain' | 'close', listener: () => void): void
}

/** What the channel is built from. */
export interface HeadEventsParts {
  readonly head: () => Head
  /** Calls back after each batch until unsubscribed. */
  readonly onHead: (listener: HeadListener) => () => void
  /** Calls back once after so many milliseconds, unless called off. */
  readonly later: (ms: number, action: () => void) => () => void
  readonly listenersMax: number
  /** What is told; the head in its wire form by default. */
  readonly data?: () => string
  /** The words of a heartbeat, one line; `still here` by default. */
  readonly beat?: () => string
  /** Milliseconds between two heads on a stream; 200 by default. */
  readonly intervalMs?: number
}

const INTERVAL_MS = 200
const HEARTBEAT_MS = 15_000

/** How soon a listener that lost the connection should come back, in milliseconds. */
const RETRY_MS = 3000

/** All who listen. Disposing of it ends their streams. */
export class HeadEvents implements Disposable {
  readonly #parts: HeadEventsParts
  /** Who listens, and whether the last head could be written: a slow listener gets the newest one when it is ready. */
  readonly #sinks = new Map<EventSink, SinkState>()
  readonly #unsubscribe: () => void
  #stopHeartbeat: () => void
  #pause: (() => void) | undefined
  #isPending = false
  #isOver = false

  constructor(parts: HeadEventsParts) {
    this.#parts = parts
    this.#unsubscribe = parts.onHead(() => this.#tell())
    this.#stopHeartbeat = parts.later(HEARTBEAT_MS, () => this.#beat())
  }

  /** Whether one more may listen. */
  hasRoom(): boolean {
    return !this.#isOver && this.#sinks.size < this.#parts.listenersMax
  }

  /**
   * Begins to tell a listener, until it closes.
   *
   * @param isWelcome asked with each heartbeat: a key may be revoked while its holder listens
   */
  add(sink: EventSink, isWelcome: () => boolean = () => true): void {
    const state = { isFull: false, isBehind: false, isWelcome }
    this.#sinks.set(sink, state)
    sink.on('close', () => this.#sinks.delete(sink))
    sink.on('drain', () => {
      state.isFull = false
      if (state.isBehind) this.#send(this.#event(), sink, state)
    })
    this.#send(`retry: ${RETRY_MS}\n${this.#event()}`, sink, state)
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#unsubscribe()
    this.#stopHeartbeat()
    this.#pause?.()
    for (const sink of this.#sinks.keys()) sink.end()
    this.#sinks.clear()
  }

  #tell(): void {
    if (this.#pause !== undefined) {
      this.#isPending = true
      return
    }
    const event = this.#event()
    for (const [sink, state] of this.#sinks) this.#send(event, sink, state)
    this.#pause = this.#parts.later(this.#parts.intervalMs ?? INTERVAL_MS, () => {
      this.#pause = undefined
      if (!this.#isPending) return
      this.#isPending = false
      this.#tell()
    })
  }

  /** A comment now and then, so that nobody on the way takes the silence for a lost connection. */
  #beat(): void {
    const words = `: ${this.#parts.beat?.() ?? 'still here'}\n\n`
    for (const [sink, state] of this.#sinks) {
      if (!state.isWelcome()) {
        this.#sinks.delete(sink)
        sink.end()
      } else if (!state.isFull) state.isFull = !sink.write(words)
    }
    this.#stopHeartbeat = this.#parts.later(HEARTBEAT_MS, () => this.#beat())
  }

  #send(text: string, sink: EventSink, state: SinkState): void {
    state.isBehind = state.isFull
    if (!state.isFull) state.isFull = !sink.write(text)
  }

  #event(): string {
    const head = this.#parts.head()
    const data = this.#parts.data?.() ?? JSON.stringify(headToWire(head))
    return `event: head\nid: ${head.bookId}:${head.sequence}\ndata: ${data}\n\n`
  }
}

interface SinkState {
  isFull: boolean
  isBehind: boolean
  readonly isWelcome: () => boolean
}
