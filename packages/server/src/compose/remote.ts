/** Calls between threads: promises over a message port, with problems crossing as problems. */
import type { MessagePort, Worker } from 'node:worker_threads'
import { type Problem, ProblemError } from '@tocsin/core/base'

type Port = Pick<MessagePort | Worker, 'on' | 'postMessage'>

interface Call {
  readonly call: number
  readonly method: string
  readonly args: readonly unknown[]
}

type Reply = { readonly reply: number } & ({ readonly value: unknown } | { readonly problem: Problem })

/** Serves the methods of an object on a port. What is neither a call nor a reply is left to others. */
export function serve(port: Port, methods: Readonly<Record<string, (...args: never[]) => unknown>>): void {
  async function answer({ call, method, args }: Call): Promise<void> {
    try {
      const serving = methods[method] as (...args: readonly unknown[]) => unknown
      port.postMessage({ reply: call, value: await serving(...args) })
    } catch (error) {
      port.postMessage({ reply: call, problem: problemOf(error) })
    }
  }
  port.on('message', (message: Call | { readonly call?: undefined }) => {
    if (message.call !== undefined) void answer(message)
  })
}

/** The caller's side. */
export class Remote {
  readonly #port: Port
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  #last = 0
  #closed: Problem | undefined

  constructor(port: Port) {
    this.#port = port
    port.on('message', (message: Partial<Reply> & { value?: unknown; problem?: Problem }) => {
      if (message.reply === undefined) return
      const call = this.#open.get(message.reply)
      this.#open.delete(message.reply)
      if (message.problem === undefined) call?.resolve(message.value)
      else call?.reject(new ProblemError(message.problem))
    })
  }

  /** Calls a method; rejects with a {@link ProblemError}. */
  call<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(new ProblemError(this.#closed))
    this.#last += 1
    const call = this.#last
    return new Promise<T>((resolve, reject) => {
      this.#open.set(call, { resolve: resolve as (value: unknown) => void, reject })
      this.#port.postMessage({ call, method, args } satisfies Call)
    })
  }

  /** Fails all open calls and all later ones: the other side is gone. */
  close(problem: Problem): void {
    this.#closed = problem
    for (const call of this.#open.values()) call.reject(new ProblemError(problem))
    this.#open.clear()
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  return { code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
