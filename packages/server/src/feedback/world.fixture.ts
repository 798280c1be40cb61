/** Feedback on a real file, with an upstream that does what a test says. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '@tocsin/core/base'
import { parseSubjectOf } from '@tocsin/core/subject'
import type { FeedbackMode, SubmitPolicy } from '@tocsin/core/wire'
import { Feedback } from './feedback.ts'
import { openFeedbackDatabase } from './outbox.ts'
import { openPseudonyms } from './pseudonyms.ts'

/** Some minute of 2026, not at the beginning of an hour. */
export const BEGINNING = Date.parse('2026-06-30T12:34:56.789Z')

/** What came at the upstream. */
export interface Posted {
  readonly path: string
  readonly body: string
}

/** How a world begins. */
export interface WorldOptions {
  readonly folder?: string
  readonly bytesMax?: number
  readonly allowed?: FeedbackMode
  readonly submit?: SubmitPolicy
}

/** Names under these are public, for tests. */
export const isUnderPublicSuffix = (host: string): boolean => /\.(?:com|org|net)$/.test(host)

/** See above. Time stands still but for `pass`. */
export function startWorld({ folder, bytesMax = 1024 * 1024, allowed = 'on', submit = 'ask' }: WorldOptions = {}) {
  const path = folder ?? mkdtempSync(join(tmpdir(), 'tocsin-feedback-'))
  const clock = { now: BEGINNING }
  const timers = new Set<{ at: number; action: () => void }>()
  const posted: Posted[] = []
  const told = { waiting: [] as unknown[], refused: [] as (string | undefined)[], failed: [] as unknown[] }
  const upstream = {
    answer: async (_path: string, body: string): Promise<unknown> => {
      const sent = JSON.parse(body) as { readonly length?: number; readonly retractions?: readonly unknown[] }
      return { accepted: sent.length ?? 0, refused: [], wanted: [], retracted: sent.retractions?.length ?? 0 }
    },
  }
  const own = parseSubjectOf('net', '203.0.113.0/24')
  const database = openFeedbackDatabase(join(path, 'feedback.sqlite'))
  const feedback = new Feedback(
    {
      path: join(path, 'feedback.sqlite'),
      bytesMax,
      allowed,
      submit,
      site: {
        ownDomains: ['own.example.org'],
        ownNetworks: own.ok ? [own.value] : [],
        isUnderPublicSuffix,
        sha256,
      },
      pseudonyms: openPseudonyms(join(path, 'feedback.key')),
      uplink: {
        async send(to, body) {
          const answer = await upstream.answer(to, body)
          posted.push({ path: to, body })
          return answer
        },
      },
      clock: () => clock.now,
      later(ms, action) {
        const timer = { at: clock.now + ms, action }
        timers.add(timer)
        return () => void timers.delete(timer)
      },
      waitAfter: failures => failures * 1000,
      waiting: error => void told.waiting.push(error),
      refused: (_path, reason) => void told.refused.push(reason),
      failed: error => void told.failed.push(error),
    },
    database,
  )
  return {
    folder: path,
    clock,
    posted,
    told,
    upstream,
    feedback,
    /** Lets time pass; what is due runs. */
    pass(ms: number) {
      clock.now += ms
      for (const timer of timers) if (timer.at <= clock.now && timers.delete(timer)) timer.action()
    },
    /** Whatever is due, however far the clock has gone. */
    runAll() {
      const due = Array.from(timers)
      for (const timer of due) if (timers.delete(timer)) timer.action()
    },
    /** No page more for the file, until it is emptied. */
    fillDisk() {
      const pages = Number(database.prepare('PRAGMA page_count').get()!['page_count'])
      database.exec(`PRAGMA max_page_count = ${pages + 2}`)
      return { empty: () => database.exec('PRAGMA max_page_count = 1000000') }
    },
    /** Resolves when nothing waits any more, or nothing goes on. */
    settled: () => settled(feedback),
    async stop() {
      await feedback[Symbol.asyncDispose]()
    },
    async [Symbol.asyncDispose]() {
      await feedback[Symbol.asyncDispose]()
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** Some turns of the event loop: group commit takes one, an answer some. */
async function settled(feedback: Pick<Feedback, 'state'>): Promise<void> {
  for (let turns = 0; turns < 50; turns++) {
    await new Promise(resolve => setImmediate(resolve))
    if (turns > 5 && feedback.state().waiting.batches === 0) return
  }
}
