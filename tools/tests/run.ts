import { run } from 'node:test'
import { Counter, type Tally, type TestEvent } from './tally.ts'

/**
 * Runs one test file in a process of its own and prints a line when it is done. Past the limit the process is ended and
 * the file has failed: the limit of Node's runner is per test, and a file that leaves a socket open would hang for ever.
 */
export async function runFile(file: string, timeLimitMs: number, path: (file: string) => string): Promise<Tally> {
  const counter = new Counter(path)
  const events: AsyncIterable<TestEvent> = run({ files: [file], signal: AbortSignal.timeout(timeLimitMs) })
  for await (const event of events) {
    const line = counter.take(event)
    if (line !== undefined) console.log(line)
  }
  return counter
}
