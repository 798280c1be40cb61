/** Made-up lists that look like real ones: the same on every machine, so that figures can be compared. */
import { formatAddress } from '@tocsin/core/subject'

/** What a list is of. */
export type ListKind = 'ip' | 'domain' | 'hash'

/** The subjects of a list and as many as are wanted that are not on it, both from the same spread. */
export interface Subjects {
  readonly listed: readonly string[]
  readonly unlisted: readonly string[]
}

const SEED = 20_261_122
const TLDS = ['com', 'net', 'org', 'ru', 'cn', 'info', 'top', 'xyz', 'de', 'com.br', 'co.uk', 'site'] as const
const SYLLABLES = ['ba', 'ce', 'di', 'fo', 'gu', 'lan', 'mer', 'nik', 'pol', 'ras', 'sun', 'tek', 'vi', 'web', 'zon']

/** Numbers from 0 to 1 by Mulberry32 (Tommy Ettinger, public domain): fast, and good enough to spread addresses. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Addresses in decimal, names, or SHA-256 in hexadecimal: so many on the list, and so many that are not. */
export function subjects(kind: ListKind, listed: number, unlisted: number): Subjects {
  const random = randomNumbers(SEED)
  const next = { ip: addresses(random), domain: names(random), hash: digests(random) }[kind]
  const all = new Set<string>()
  while (all.size < listed + unlisted) all.add(next())
  const texts = [...all]
  return { listed: texts.slice(0, listed), unlisted: texts.slice(listed) }
}

/** As on lists of attackers: some thousand blocks have most of the addresses, and in them some /24 have most. */
function addresses(random: () => number): () => string {
  const blocks = Array.from(
    { length: 4000 },
    () => ((1 + Math.floor(random() * 222)) << 8) | Math.floor(random() * 256),
  )
  const taken = blocks.filter(block => ![10, 127].includes(block >> 8) && !SPECIAL.has(block))
  const bytes = new Uint8Array(4)
  return () => {
    const block = taken[Math.floor(taken.length * random() ** 2)]!
    bytes[0] = block >> 8
    bytes[1] = block & 255
    bytes[2] = Math.floor(256 * random() ** 1.5) ^ (block & 255)
    bytes[3] = Math.floor(256 * random())
    return formatAddress(bytes)
  }
}

/** Blocks that hold what cannot be listed: private, link-local, and those of which a part is set aside. */
const SPECIAL = new Set([
  ...Array.from({ length: 16 }, (_, low) => (172 << 8) | (16 + low)),
  (192 << 8) | 168,
  (169 << 8) | 254,
  192 << 8,
])

function names(random: () => number): () => string {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!
  return () => {
    const word = `${pick(SYLLABLES)}${pick(SYLLABLES)}${Math.floor(random() * 2e9).toString(36)}`
    const name = `${word}.${pick(TLDS)}`
    return random() < 0.2 ? `${pick(SYLLABLES)}.${name}` : name
  }
}

function digests(random: () => number): () => string {
  return () => {
    let text = ''
    for (let word = 0; word < 8; word++)
      text += Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0')
    return text
  }
}
