import type { EventData } from 'node:test'
import { inspect } from 'node:util'

/** The events of Node's test runner that are counted here; it sends more, which are passed over. */
export type TestEvent =
  | { readonly type: 'test:start'; readonly data: EventData.TestStart }
  | { readonly type: 'test:pass'; readonly data: EventData.TestPass }
  | { readonly type: 'test:fail'; readonly data: EventData.TestFail }
  | { readonly type: 'test:stdout' | 'test:stderr'; readonly data: EventData.TestStdout }
  | { readonly type: 'test:summary'; readonly data: EventData.TestSummary }

/** One test by its file and by its name below the names of its suites. */
export interface Outcome {
  readonly file: string
  readonly name: string
  /** Why it failed, or what a skipped test needs; the empty string for one that passed. */
  readonly because: string
}

/** What came of all tests. A suite counts only where it failed by itself or was skipped as a whole. */
export interface Tally {
  readonly passed: readonly Outcome[]
  readonly failed: readonly Outcome[]
  readonly skipped: readonly Outcome[]
  /** What each file wrote, standard output and error together, by path. */
  readonly written: ReadonlyMap<string, string>
}

/** Puts tallies of single files together. */
export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.flatMap(({ passed }) => passed),
    failed: tallies.flatMap(({ failed }) => failed),
    skipped: tallies.flatMap(({ skipped }) => skipped),
    written: new Map(tallies.flatMap(({ written }) => [...written])),
  }
}

/** Counts the events of one run of one file as they come. */
export class Counter implements Tally {
  readonly passed: Outcome[] = []
  readonly failed: Outcome[] = []
  readonly skipped: Outcome[] = []
  readonly written = new Map<string, string>()
  readonly #path: (file: string) => string
  #names: string[] = []

  /** `path` shortens the absolute path of a file for people. */
  constructor(path: (file: string) => string) {
    this.#path = path
  }

  /** Takes one event. Answers a line for people once a file is done, else `undefined`. */
  take(event: TestEvent): string | undefined {
    switch (event.type) {
      case 'test:start':
        this.#names = [...this.#names.slice(0, event.data.nesting), event.data.name]
        return undefined
      case 'test:stdout':
      case 'test:stderr':
        this.#write(this.#path(event.data.file), event.data.message)
        return undefined
      case 'test:pass':
        return this.#pass(event.data)
      case 'test:fail':
        return this.#fail(event.data)
      case 'test:summary':
        return this.#close(event.data)
      default:
        return undefined
    }
  }

  #pass(data: EventData.TestPass): string | undefined {
    const outcome = this.#outcome(data)
    const excuse = data.skip ?? data.todo
    if (data.name === data.file) {
      this.failed.push({ ...outcome, because: 'the file holds no test' })
      return `${outcome.file}: no test`
    }
    if (excuse !== undefined && excuse !== false) this.skipped.push({ ...outcome, because: reason(data) })
    else if (data.details.type !== 'suite') this.passed.push(outcome)
    return undefined
  }

  #fail(data: EventData.TestFail): string | undefined {
    const outcome = this.#outcome(data)
    const { error } = data.details
    const isWholeFile = data.name === data.file
    if (data.todo !== undefined && data.todo !== false) this.skipped.push({ ...outcome, because: reason(data) })
    // What failed inside has been counted already.
    else if (Reflect.get(error, 'failureType') !== 'subtestsFailed')
      this.failed.push({ ...outcome, because: errorText(error) })
    return isWholeFile ? `${outcome.file}: stopped` : undefined
  }

  #close({ file, duration_ms: durationMs, success }: EventData.TestSummary): string | undefined {
    if (file === undefined) {
      const because = 'the runner reports a failure that belongs to no test'
      if (!success && this.failed.length === 0) this.failed.push({ file: '', name: 'node:test', because })
      return undefined
    }
    const [passed, failed, skipped] = [this.passed.length, this.failed.length, this.skipped.length]
    const numbers = [`${passed} passed`, failed > 0 ? `${failed} failed` : '', skipped > 0 ? `${skipped} skipped` : '']
    return `${this.#path(file)}: ${numbers.filter(Boolean).join(', ')}, ${(durationMs / 1000).toFixed(1)} s`
  }

  #outcome(data: EventData.TestPass | EventData.TestFail): Outcome {
    const file = this.#path(data.file ?? '')
    const names = [...this.#names.slice(0, data.nesting), data.name]
    return { file, name: data.name === data.file ? 'the whole file' : names.join(' › '), because: '' }
  }

  #write(file: string, message: string): void {
    this.written.set(file, (this.written.get(file) ?? '') + message)
  }
}

function reason({ skip, todo }: EventData.TestPass | EventData.TestFail): string {
  if (typeof skip === 'string' && skip !== '') return skip
  return typeof todo === 'string' && todo !== '' ? `to do: ${todo}` : 'no reason given'
}

function errorText(error: EventData.Error): string {
  if (Reflect.get(error, 'failureType') === 'testAborted')
    return 'did not end in time: it hangs, or leaves something open (a socket, a timer, a child)'
  // The type says that there is always one; a process that ended by itself has none.
  const { cause }: { readonly cause?: unknown } = error
  if (cause instanceof Error) return cause.stack ?? cause.message
  return cause === undefined ? error.message : inspect(cause)
}
