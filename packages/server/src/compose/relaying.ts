/** What an edge offers to nodes behind it: a relay of its upstream's book, kept in the data folder. */
import { join } from 'node:path'
import type { Instant } from '@tocsin/core/evidence'
import type { Later } from '../upstream/following.ts'
import { RelayDownloads } from '../upstream/relay/downloads.ts'
import { RelayFiles } from '../upstream/relay/files.ts'
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
}

/** A relay with what it has to close. */
export interface RunningRelay extends Disposable {
  readonly relay: Relay
}

/** Files are relayed from here; what is on its way lies beside them, so that a rename brings it over. */
const RELAY_FOLDER = 'relay'
const RELAY_INCOMING_FOLDER = 'relay-incoming'

/** Opens the relay; it offers nothing until it is told of a head. */
export function openRelay({ dataFolder, bytesMax, ...options }: RelayingOptions): RunningRelay {
  const { servers, clock, later, confirmedAt } = options
  const files = new RelayFiles(join(dataFolder, RELAY_FOLDER), bytesMax)
  const downloads = new RelayDownloads({ folder: join(dataFolder, RELAY_INCOMING_FOLDER), files, servers })
  const ageSeconds = () => Math.max(0, Math.floor((clock() - (confirmedAt() ?? clock())) / 1000))
  return {
    relay: new Relay({ servers, files, downloads, ageSeconds, later }),
    [Symbol.dispose]: () => downloads[Symbol.dispose](),
  }
}
