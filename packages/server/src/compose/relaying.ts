/** What an edge offers to nodes behind it: a relay of its upstream's book, kept in the data folder. */
import { join } from 'node:path'
import type { Instant } from '@tocsin/core/evidence'
import type { Head } from '../book/book.ts'
import type { Later } from '../upstream/following.ts'
import { type Heads, signedAt } from '../upstream/heads.ts'
import { RelayDownloads } from '../upstream/relay/downloads.ts'
import { RelayFiles } from '../upstream/relay/files.ts'
import { KeptPlaceFile } from '../upstream/relay/kept-place.ts'
import { Relay } from '../upstream/relay/relay.ts'
import type { Servers } from '../upstream/servers.ts'

/** What a relay is opened with. */
export interface RelayingOptions {
  readonly dataFolder: string
  /** Of the files that are kept. */
  readonly bytesMax: number
  readonly servers: Servers
  /** When the mirror was last known to be where its upstream is; `undefined` before the first time. */
  readonly confirmedAt: () => Instant | undefined
  readonly clock: () => Instant
  readonly later: Later
  readonly heads: Pick<Heads, 'again'>
  /** Where the mirror is. */
  readonly own: Head
}

/** A relay with what it has to close. */
export interface RunningRelay extends AsyncDisposable {
  readonly relay: Relay
  /** When the head was signed that is offered from the start, since an earlier run was there; `undefined` where none is. */
  readonly resumedAt: Instant | undefined
}

/** Files are relayed from here; what is on its way lies beside them, so that a rename brings it over. */
const RELAY_FOLDER = 'relay'
const RELAY_INCOMING_FOLDER = 'relay-incoming'

/** Where the relay was. */
const RELAY_PLACE_FILE = 'relay-head.json'

/** Opens the relay; it offers nothing until it is told of a head, but for the one that an earlier run was at. */
export function openRelay({ dataFolder, bytesMax, ...options }: RelayingOptions): RunningRelay {
  const { servers, clock, later, confirmedAt, heads, own } = options
  const files = new RelayFiles(join(dataFolder, RELAY_FOLDER), bytesMax)
  const downloads = new RelayDownloads({ folder: join(dataFolder, RELAY_INCOMING_FOLDER), files, servers })
  const place = new KeptPlaceFile(join(dataFolder, RELAY_PLACE_FILE), later)
  const kept = place.read()
  const believed = kept === undefined ? undefined : heads.again(kept.signed, own)
  const resumedAt = believed === undefined ? undefined : signedAt(believed.head)
  // Where the clock was set back, too, nobody can say that it is less.
  const ageSeconds = () => Math.floor(Math.abs(clock() - (confirmedAt() ?? resumedAt ?? clock())) / 1000)
  const relay = new Relay({ servers, files, downloads, ageSeconds, later, keep: each => place.keep(each) })
  if (kept !== undefined && believed !== undefined) relay.resume(believed, kept.taken)
  return {
    relay,
    resumedAt,
    async [Symbol.asyncDispose]() {
      downloads[Symbol.dispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}
