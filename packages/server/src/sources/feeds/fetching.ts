/** Gets what is at a feed's address: over HTTP, from a file, from a folder, or from the program's own package. */
import { hash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProblemError } from '@tocsin/core/base'
import type { Incoming } from './copies.ts'
import { bringMisp, type MispParts } from './misp-fetching.ts'
import { isMispFeed } from './misp-manifest.ts'
import { Remote } from './remote.ts'
import { type FeedSettings, isRemote } from './settings.ts'
import type { Arrival, FeedPlace, Known } from './state.ts'

/** Files of a folder that is one feed, at most. */
const FILES_MAX = 10_000

/** What the kernel shows as files: the environment of the process with its secrets, devices without an end. */
const PSEUDO = /^\/(?:proc|sys|dev)(?:\/|$)/

/** Where `packaged:` lists are. */
const PACKAGED = fileURLToPath(new URL('../../../starter/', import.meta.url))

/** What fetching needs of its surroundings. */
export interface FetchParts extends MispParts {
  /** The node's own folder: keys and books in it are no feeds. */
  readonly dataFolder: string
}

/** Brings what is at the address in, unless it is as known. Rejects with a `ProblemError` that holds no secret. */
export async function bring(
  settings: FeedSettings,
  known: FeedPlace,
  incoming: Incoming,
  parts: FetchParts,
  signal: AbortSignal,
): Promise<Arrival> {
  const isMisp = isMispFeed(settings)
  if (isMisp && isRemote(settings)) return await bringMisp(settings, known, incoming, parts, signal, undefined)
  if (isRemote(settings)) return await bringRemote(settings, known, incoming, parts, signal)
  const path = await localPath(settings.address, parts.dataFolder)
  if (isMisp) {
    const folder = (await stat(path)).isDirectory() ? path : dirname(path)
    return await bringMisp(settings, known, incoming, parts, signal, folder)
  }
  const files = await filesAt(path)
  const stamp = await stampOf(files)
  if (stamp === known.lastModified) return { is: 'unchanged' }
  for (const file of files) {
    signal.throwIfAborted()
    // Without following a link: what was a file a moment ago may be one by now, and lead into the data folder.
    await using opened = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(unreadableAt(file))
    await incoming.add(basename(file), opened.createReadStream({ autoClose: false }), settings.bytesMax)
  }
  if ((await stampOf(await filesAt(path))) !== stamp) {
    throw new ProblemError({ code: 'unavailable', message: `Cannot read feed: "${path}" was changed meanwhile` })
  }
  return { is: 'came', lastModified: stamp }
}

async function bringRemote(
  settings: FeedSettings,
  known: Known,
  incoming: Incoming,
  parts: FetchParts,
  signal: AbortSignal,
): Promise<Arrival> {
  const { address, bytesMax } = settings
  const remote = new Remote(settings, parts, signal)
  return await remote.fetch(remote.url, known, bytesMax, async fetched => {
    if (fetched.is === 'unchanged') return fetched
    const { body, etag, lastModified, freshSeconds } = fetched
    await incoming.add(lastPart(address), body, bytesMax)
    return { is: 'came', etag, lastModified, freshSeconds }
  })
}

/** The last part of a URL's path: what the file is called there. */
function lastPart(address: string): string {
  return basename(URL.parse(address)?.pathname ?? '')
}

async function localPath(address: string, dataFolder: string): Promise<string> {
  const packaged = /^packaged:(.+)$/.exec(address)?.[1]
  if (packaged !== undefined) return join(PACKAGED, packaged)
  try {
    const path = await realpath(address.startsWith('file:') ? fileURLToPath(address) : resolve(address))
    const own = await realpath(dataFolder)
    if (PSEUDO.test(path)) throw notAFile(address)
    if (path !== own && !path.startsWith(own + sep)) return path
  } catch (error) {
    throw error instanceof ProblemError ? error : unreadable(address, error)
  }
  const message = `Cannot read feed: "${address}" must lie outside of the node's data folder, which holds its keys`
  throw new ProblemError({ code: 'invalid', message })
}

/** The file itself, or the files of a folder by name; what begins with a dot, links and folders are left out. */
async function filesAt(path: string): Promise<readonly string[]> {
  try {
    const found = await stat(path)
    if (found.isFile()) return [path]
    if (!found.isDirectory()) throw notAFile(path)
    const files: string[] = []
    for (const name of (await readdir(path)).toSorted()) {
      if (!name.startsWith('.') && (await lstat(join(path, name))).isFile()) files.push(join(path, name))
    }
    if (files.length > FILES_MAX) throw tooManyFiles(path, files.length)
    return files
  } catch (error) {
    throw error instanceof ProblemError ? error : unreadable(path, error)
  }
}

/** A word that changes when a file is written, comes or goes. */
async function stampOf(files: readonly string[]): Promise<string> {
  const stamps: string[] = []
  for (const file of files) {
    const { mtimeMs, size, ino } = await stat(file)
    stamps.push(`${basename(file)} ${mtimeMs} ${size} ${ino}`)
  }
  return hash('sha256', stamps.join('\n'))
}

function unreadableAt(path: string): (error: unknown) => never {
  return error => {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, error: unknown): ProblemError {
  const why = error instanceof Error ? error.message : String(error)
  return new ProblemError({ code: 'unavailable', message: `Cannot read feed "${path}": ${why}` }, { cause: error })
}

function notAFile(path: string): ProblemError {
  return new ProblemError({ code: 'invalid', message: `Cannot read feed: "${path}" must be a file or a folder` })
}

function tooManyFiles(path: string, count: number): ProblemError {
  const message = `Cannot read feed: "${path}" must hold at most ${FILES_MAX} files, found ${count}`
  return new ProblemError({ code: 'invalid', message })
}
