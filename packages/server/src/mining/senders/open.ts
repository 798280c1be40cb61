/** The miner of senders as the composition opens it: pictures, a file they are kept in, and a clock. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { ProblemError } from '@tocsin/core/base'
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import { SIGHTING_AGE_HOURS_MAX, SIGHTING_SKEW_MS, type Sighting, type SightingSite } from '@tocsin/core/wire'
import { type PicturesOptions, type SenderNumbers, SenderPictures } from './pictures.ts'
import { RecentIds } from './recent-ids.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'

/** What the miner is handed. */
export interface SendersOptions extends PicturesOptions {
  readonly clock: () => Instant
  /** A file of its own in the data folder; `.new` beside it is taken too. */
  readonly statePath: string
  /** Told what went wrong with the file, in a sentence. */
  readonly log?: (trouble: string, error: unknown) => void
}

/** The miner. */
export interface Senders extends Disposable {
  /** Takes a sighting that was admitted. Neither throws nor waits; one that is out of time or known is left out. */
  observe(sighting: Sighting, site: SightingSite): void
  /** To be called every 15 seconds: judges what came, says what follows, now and then keeps the state. */
  tick(): void
  numbers(): SenderNumbers & { readonly repeated: number; readonly outOfTime: number }
}

/** Milliseconds between two times that the state is kept: what was counted since is lost by a crash. */
const KEEP_MS = 600_000

/** The owner's alone: who sends mail to whom is nobody else's. */
const OWNER_ONLY = 0o600

/** Opens the miner. A file that is broken is told of, kept beside as `.broken`, and begun anew; none is a beginning. */
export function openSenders(options: SendersOptions): Senders {
  const { clock, statePath, log = () => undefined } = options
  const pictures = load(options, log)
  const ids = new RecentIds()
  const aside = `${statePath}.new`
  let repeated = 0
  let outOfTime = 0
  let keptAt = clock()
  let isKeeping = false
  let isClosed = false

  async function keep(): Promise<void> {
    const bytes = writeSnapshot(pictures, clock())
    const file = await open(aside, 'w', OWNER_ONLY)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    // At once, so that it cannot come after the last state of a node that ends.
    if (!isClosed) renameSync(aside, statePath)
  }

  return {
    observe(sighting, site) {
      const now = clock()
      if (sighting.hour > now + SIGHTING_SKEW_MS || sighting.hour < now - (SIGHTING_AGE_HOURS_MAX + 1) * HOUR_MS) {
        outOfTime += 1
        return
      }
      if (sighting.id !== undefined && !ids.take(site.organisation, sighting.id)) {
        repeated += 1
        return
      }
      pictures.observe(sighting, site, now)
    },
    tick() {
      const now = clock()
      pictures.tick(now)
      if (isKeeping || now - keptAt < KEEP_MS) return
      keptAt = now
      isKeeping = true
      keep()
        .catch((error: unknown) => log(`Cannot keep the state of the senders in "${statePath}"`, error))
        .finally(() => {
          isKeeping = false
        })
    },
    numbers: () => ({ ...pictures.numbers(), repeated, outOfTime }),
    [Symbol.dispose]() {
      if (isClosed) return
      isClosed = true
      const last = `${statePath}.last`
      try {
        writeWhole(last, writeSnapshot(pictures, clock()))
        renameSync(last, statePath)
        rmSync(aside, { force: true })
      } catch (error) {
        log(`Cannot keep the state of the senders in "${statePath}"`, error)
      }
    },
  }
}

function load(options: SendersOptions, log: NonNullable<SendersOptions['log']>): SenderPictures {
  const { statePath } = options
  const pictures = new SenderPictures(options)
  let trouble: unknown
  try {
    const read = readSnapshot(readFileSync(statePath), pictures)
    if (read.ok) return pictures
    trouble = new ProblemError(read.problem)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return pictures
    trouble = error
  }
  log(
    `Cannot use the state of the senders in "${statePath}": it is kept as "${statePath}.broken" and begun anew`,
    trouble,
  )
  try {
    renameSync(statePath, `${statePath}.broken`)
  } catch (error) {
    log(`Cannot keep the broken state of the senders as "${statePath}.broken"`, error)
  }
  return new SenderPictures(options)
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w', OWNER_ONLY)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
