/**
 * Brings a MISP feed in: its manifest, and of its events those that are new or have changed; the others are taken from
 * the copy before. A feed of thousands of events comes in over several turns, the newest events first.
 */
import { constants, createReadStream } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError, unwrap } from '@tocsin/core/base'
import { findFormat } from '../../formats/all.ts'
import { NotThereError } from '../../outbound/outbound.ts'
import type { Copies, Incoming } from './copies.ts'
import { contentText, indexText, parseManifest, readIndex, wanted } from './misp-manifest.ts'
import { Remote, type RemoteParts } from './remote.ts'
import { type FeedSettings, isRemote } from './settings.ts'
import type { Arrival, FeedPlace, Known, Refusal } from './state.ts'

/** Events that are fetched in one turn, and at once. */
export const EVENTS_A_TURN = 500
const EVENTS_AT_ONCE = 4

/** Bytes of a manifest, which is held as a whole, and of one event. */
const MANIFEST_BYTES_MAX = 32 * 2 ** 20
const EVENT_BYTES_MAX = 64 * 2 ** 20

/** Where events are, over HTTP or in a folder. */
interface EventPlace {
  /** Hands the manifest on, unless it is as known. */
  manifest(known: Known, read: (body: AsyncIterable<Uint8Array>) => Promise<void>): Promise<Arrival>
  event(uuid: string, read: (body: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void>
}

/** What it needs of its surroundings. */
export interface MispParts extends RemoteParts {
  readonly copies: Copies
}

/**
 * Brings what the feed has. Rejects with a `ProblemError` where there is no manifest, or where events cannot be had and
 * none came: an event that is not there, is too large or is no event is left out, told, and asked for again.
 *
 * @param folder of a feed of this machine
 */
export async function bringMisp(
  settings: FeedSettings,
  before: FeedPlace,
  incoming: Incoming,
  parts: MispParts,
  signal: AbortSignal,
  folder: string | undefined,
): Promise<Arrival> {
  const { copies } = parts
  const held = readIndex(before.copy === 0 ? undefined : await copies.index(before.copy))
  const place = isRemote(settings) ? remotePlace(settings, parts, signal) : folderPlace(folder!)
  let text = ''
  const known = held.isWhole ? before : {}
  const arrival = await place.manifest(known, async body => void (text = await textOf(body)))
  if (arrival.is === 'unchanged') return arrival
  const events = unwrap(parseManifest(text))
  const news = wanted(events, held.events)
  const fetched = new Map<string, string>()
  for (const { path, name } of before.copy === 0 ? [] : await copies.files(before.copy)) {
    const uuid = name.replace(/\.json$/, '')
    const time = held.events.get(uuid)
    if (time === undefined || !events.has(uuid)) continue
    // Of one that has changed this is the older form, until the newer one is here.
    await incoming.take(path, name, settings.bytesMax)
    fetched.set(uuid, time)
  }
  const troubles: Refusal[] = []
  const queue = news.slice(0, EVENTS_A_TURN)
  const one = async (uuid: string) => {
    const reason = await bringEvent(place, uuid, incoming, settings)
    if (reason === undefined) fetched.set(uuid, events.get(uuid)!)
    else troubles.push({ place: 0, reason: `event ${uuid} is left out: ${reason}` })
  }
  const came = await severalAtOnce(queue, one, signal)
  if (came.error !== undefined) {
    if (came.done === 0) throw came.error
    troubles.push({ place: 0, reason: came.error.message })
  }
  const isFilling = came.error !== undefined || news.length > queue.length
  const isWhole = !isFilling && troubles.length === 0
  await incoming.writeIndex(indexText({ isWhole, isFilling, events: fetched }), contentText(fetched))
  return { ...arrival, troubles, wasFilling: held.isFilling, isFilling }
}

/** Fetches and reads one event; says why where it cannot be taken. Rejects where it may be had later. */
async function bringEvent(
  place: EventPlace,
  uuid: string,
  incoming: Incoming,
  { bytesMax }: FeedSettings,
): Promise<string | undefined> {
  const name = `${uuid}.json`
  const aside = `aside-${name}`
  try {
    await place.event(uuid, body => incoming.write(aside, bounded(body, Math.min(bytesMax, EVENT_BYTES_MAX))))
    await checkEvent(join(incoming.folder, aside))
  } catch (error) {
    await incoming.drop(aside)
    const isItsOwn =
      error instanceof NotThereError || (error instanceof ProblemError && error.problem.code === 'invalid')
    if (isItsOwn) return error.problem.message
    throw error
  }
  // Outside of the above: that all of it together is too large is not this event's fault.
  await incoming.replace(aside, name, bytesMax)
  return undefined
}

/** Reads an event to its end, as one that breaks off would break the whole feed. */
async function checkEvent(path: string): Promise<void> {
  const reader = findFormat('misp')!.open({})
  let records = 0
  for await (const chunk of createReadStream(path)) records += reader.push(chunk as Buffer).length
  records += reader.end().length
  if (records > 0) return
  // An event without attributes is one; a page that says "not found" is none.
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4096), position: 0 })
  if (/^\s*\{\s*"Event"\s*:/.test(buffer.toString('utf8', 0, bytesRead))) return
  throw new ProblemError({ code: 'invalid', message: 'it must be an event of MISP, found something else' })
}

interface Came {
  readonly done: number
  /** What ended it early. */
  readonly error?: Error
}

async function severalAtOnce(
  queue: readonly string[],
  one: (item: string) => Promise<void>,
  signal: AbortSignal,
): Promise<Came> {
  let [next, done] = [0, 0]
  let failed: { readonly error: Error } | undefined
  const work = async () => {
    while (next < queue.length && failed === undefined && !signal.aborted) {
      try {
        await one(queue[next++]!)
        done++
      } catch (error) {
        failed ??= { error: error instanceof Error ? error : new Error(String(error)) }
      }
    }
  }
  await Promise.all(Array.from({ length: EVENTS_AT_ONCE }, work))
  signal.throwIfAborted()
  return { done, ...failed }
}

function remotePlace(settings: FeedSettings, parts: MispParts, signal: AbortSignal): EventPlace {
  const remote = new Remote(settings, parts, signal)
  const manifest = new URL(remote.url)
  if (!/\/manifest\.json$/i.test(manifest.pathname)) manifest.pathname += '/manifest.json'
  manifest.pathname = manifest.pathname.replaceAll(/\/{2,}/g, '/')
  return {
    async manifest(known, read) {
      return await remote.fetch(manifest.href, known, MANIFEST_BYTES_MAX, async fetched => {
        if (fetched.is === 'unchanged') return fetched
        await read(fetched.body)
        const { etag, lastModified, freshSeconds } = fetched
        return { is: 'came', etag, lastModified, freshSeconds }
      })
    },
    async event(uuid, read) {
      const url = new URL(`${uuid}.json`, manifest)
      // A key that stands in the address is asked for with each event.
      url.search = manifest.search
      await remote.fetch(url.href, {}, EVENT_BYTES_MAX, async fetched => {
        if (fetched.is === 'body') await read(fetched.body)
      })
    },
  }
}

function folderPlace(folder: string): EventPlace {
  async function read(name: string, use: (body: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> {
    // A link could lead into the data folder.
    await using file = await open(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW).catch(missing(name))
    await use(file.createReadStream({ autoClose: false }))
  }
  return {
    async manifest(known, use) {
      const { mtimeMs, size, ino } = await lstat(join(folder, 'manifest.json')).catch(missing('manifest.json'))
      const lastModified = `${mtimeMs} ${size} ${ino}`
      if (known.lastModified === lastModified) return { is: 'unchanged' }
      await read('manifest.json', body => use(bounded(body, MANIFEST_BYTES_MAX)))
      return { is: 'came', lastModified }
    },
    event: (uuid, use) => read(`${uuid}.json`, use),
  }
}

function missing(name: string): (error: unknown) => never {
  return error => {
    const why = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
    throw new NotThereError(`Cannot read MISP feed: "${name}" must be a file that can be read, found ${why}`)
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(Uint8Array.from(piece))
  return Buffer.concat(pieces).toString('utf8')
}

async function* bounded(body: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bytesMax) {
      const message = `Cannot read MISP feed: a file of it must have at most ${bytesMax} bytes, and has more`
      throw new ProblemError({ code: 'invalid', message })
    }
    yield chunk
  }
}
