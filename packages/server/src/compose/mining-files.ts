/** The miner of similar files, wired: what files are like comes from the ledger, what is known of them from the book. */
import { encodeHex } from '@tocsin/core/base'
import { subjectKey, subjectText } from '@tocsin/core/subject'
import { DigestReader } from '../ledger/sqlite/digests.ts'
import { FilePrevalence, type Prevalence, SITES_MAX } from '../mining/files/prevalence.ts'
import { openSimilarFiles } from '../mining/files/similar-files.ts'
import type { BookFollower } from '../mining/reader.ts'
import type { Audience, MinerParts, RunningMiner } from './mining-miners.ts'

/** Searches of one slice: some milliseconds where few files are known, 30 with a million. */
const SEARCHES = 4

/** From so many sites on anyone may know how many they are; below, each of them would know too much of the others. */
const COUNTED_MIN = 3

/** See {@link MINERS}. */
export function mineFiles({ findings, clock, ledger, entryOf, sha256 }: MinerParts): RunningMiner {
  const digests = new DigestReader(ledger)
  const prevalence = new FilePrevalence()
  const parts = { findings, clock, entryOf: (key: Uint8Array) => entryOf('file', key) }
  let similar = openSimilarFiles(parts)
  /** Where the reading of what the ledger describes goes on; `undefined` when all of it is read. */
  let next: number | undefined = 0
  let isFollowing = false

  const readAgain = (key: Uint8Array) => {
    const file = digests.fileOf(key)
    if (file !== undefined) similar.digest(file.key, file.tlsh)
  }
  const follower: BookFollower = {
    types: ['file'],
    // All is said anew now, so it begins with nothing said.
    forget() {
      similar = openSimilarFiles(parts)
      next = 0
      isFollowing = false
    },
    entry(type, key, value, entry) {
      // Whoever described a file may have taken that back. At first, all is read once the book is.
      if (isFollowing) readAgain(key)
      similar.entry(type, key, value, entry)
    },
  }
  return {
    follower,
    hears: {
      described: readAgain,
      seen: ({ file, site, at }) => prevalence.seen(file, site, at),
    },
    turn(now) {
      isFollowing = true
      similar.turn(now)
    },
    work() {
      if (next === undefined) return similar.work(SEARCHES)
      const page = digests.page(next)
      for (const { key, tlsh } of page.files) similar.digest(key, tlsh)
      next = page.next
      return true
    },
    isWhole: () => next === undefined && similar.counts.waiting === 0,
    numbers: () => ({ ...similar.counts, prevalent: prevalence.size }),
    notes(subject, audience) {
      if (subject.type !== 'file') return []
      const key = subjectKey(subject, sha256)
      const like = similar.why(key)
      const seen = prevalence.of(encodeHex(key))
      return [
        ...(like === undefined
          ? []
          : [`like ${subjectText(like.neighbour)}, which is known to be bad, at a TLSH distance of ${like.distance}`]),
        ...(seen === undefined ? [] : [prevalenceNote(seen, audience)]),
      ]
    },
  }
}

function prevalenceNote({ sites, firstSeenAt }: Prevalence, audience: Audience): string {
  const since = new Date(firstSeenAt).toISOString()
  if (audience === 'analyst') return `reported by ${sites} ${sites === 1 ? 'site' : 'sites'} since ${since}`
  const count = sites < COUNTED_MIN ? 'few' : String(sites)
  return `reported by ${count} sites${sites < SITES_MAX ? '' : ' and more'} since ${since.slice(0, 10)}`
}
