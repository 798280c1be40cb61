/** One trial: a node with the starter set, everything imported, and the questions. */
import { setTimeout as delay } from 'node:timers/promises'
import { TocsinClient, TocsinProblem } from '@tocsin/client'
import type { WireAnswer, WireExplanation } from '@tocsin/core/wire'
import { startNode, temporaryFolder } from '../../testing/process.ts'
import { POPULARITY, TRIAL_FEEDS, type TrialFeed } from './feeds.ts'
import { listsOf, subjectsOf } from './lists.ts'
import { type GoodQuestions, goodQuestions, hostOf } from './questions.ts'

/** What was imported of one file. */
export interface Imported {
  readonly path: string
  readonly organisation: string
  readonly kind: string
  readonly lists: number
  readonly accepted: number
  readonly refused: number
  readonly skipped: number
}

/** An answer that is not what it should be, and how it came to be. */
export interface Finding {
  readonly answer: WireAnswer
  readonly explanation: WireExplanation
}

/** The answers to one group of questions. */
export interface Group {
  readonly asked: number
  readonly wrong: readonly Finding[]
  /** All that are wrong, where only the first are explained. */
  readonly wrongCount: number
}

/** The answers to all questions. */
export interface Answers {
  readonly good: Readonly<Record<keyof GoodQuestions, Group>>
  /** Listed pages on popular hosts. */
  readonly pages: Group
}

/** The outcome of a trial. */
export interface Trial {
  readonly imported: readonly Imported[]
  /** Entries of the book, by the type of their subject. */
  readonly entries: Readonly<Record<string, number>>
  readonly seconds: number
  /** With the starter set alone as a guard. */
  readonly alone: Answers
  /** With a list of popular domains imported beside it. */
  readonly guarded: Answers
}

/** Findings of a group that are explained. */
const EXPLAINED_MAX = 200

const PIECE_BYTES = 65_536

/** Runs the trial on the data in `folder`; `say` is told how far it is. */
export async function runTrial(folder: string, say: (line: string) => void): Promise<Trial> {
  using data = temporaryFolder()
  await using node = await startNode(data.path)
  const client = new TocsinClient({ server: node.http, key: node.adminKey })
  const questions = await goodQuestions(folder)
  const popular = new Set([...questions.popular, ...questions.always].map(subject => subject.replace(/^\w+:/, '')))
  const pages = new Set<string>()
  const imported: Imported[] = []
  const began = performance.now()
  const sinceBegin = () => (performance.now() - began) / 1000
  for (const feed of TRIAL_FEEDS) {
    const outcome = await importFeed(client, folder, feed, subject => {
      if (popular.has(hostOf(subject) ?? '')) pages.add(subject)
    })
    imported.push(outcome)
    say(`${feed.path}: ${outcome.accepted} accepted in ${outcome.lists} lists, ${Math.round(sinceBegin())} s`)
  }
  await settled(client)
  const seconds = sinceBegin()
  say(`everything is in the book after ${Math.round(seconds)} s`)
  const alone = await askAll(client, questions, pages)
  imported.push(await importFeed(client, folder, POPULARITY, () => undefined))
  await settled(client)
  const guarded = await askAll(client, questions, pages)
  const { entries } = await client.head()
  return { imported, entries, seconds, alone, guarded }
}

async function importFeed(
  client: TocsinClient,
  folder: string,
  feed: TrialFeed,
  see: (subject: string) => void,
): Promise<Imported> {
  const { path, organisation, kind } = feed
  const sum = { lists: 0, accepted: 0, refused: 0, skipped: 0 }
  for (const list of await listsOf(folder, feed)) {
    const options = { kind, organisation, format: list.format.name, fileName: list.fileName }
    const told = await client
      .importList(list.source, pieces(list.bytes), options)
      .catch((error: unknown) => notTaken(error))
    sum.lists++
    for (const field of ['accepted', 'refused', 'skipped'] as const) sum[field] += told[field]
    for (const subject of subjectsOf(list)) see(subject)
  }
  return { path, organisation, kind, ...sum }
}

async function askAll(client: TocsinClient, questions: GoodQuestions, pages: ReadonlySet<string>): Promise<Answers> {
  const asked = async (name: keyof GoodQuestions) => await ask(client, questions[name], 'allow')
  const good = {
    popular: await asked('popular'),
    universities: await asked('universities'),
    always: await asked('always'),
    files: await asked('files'),
  }
  return { good, pages: await ask(client, [...pages], 'block') }
}

/** In pieces: while something is sent, nobody's patience ends (the runtime waits 300 s for an answer to a whole body). */
async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
}

/** A list of which nothing is accepted is refused as a whole. */
function notTaken(error: unknown) {
  if (error instanceof TocsinProblem && error.code === 'invalid') return { accepted: 0, refused: 0, skipped: 0 }
  throw error
}

async function ask(client: TocsinClient, subjects: readonly string[], action: 'allow' | 'block'): Promise<Group> {
  const wrong: WireAnswer[] = []
  for (const answer of await client.checkAll(subjects)) {
    if ('error' in answer) continue
    if (answer.state !== 'fresh') throw new Error(`Cannot judge ${answer.subject}: its answer is ${answer.state}`)
    if (answer.action !== action) wrong.push(answer)
  }
  const findings: Finding[] = []
  for (const answer of wrong.slice(0, EXPLAINED_MAX)) {
    findings.push({ answer, explanation: await client.explain(answer.subject) })
  }
  return { asked: subjects.length, wrong: findings, wrongCount: wrong.length }
}

async function settled(client: TocsinClient): Promise<void> {
  while ((await client.status()).ledger.waiting > 0) await delay(250)
}
