/** What the load generators ask: one in ten is on the list. */
import { writeFileSync } from 'node:fs'
import { decodeHex, encodeBase32 } from '@tocsin/core/base'
import { type ListKind, randomNumbers, type Subjects } from './lists.ts'

/** The zones of both servers lie under it. */
export const BASE = 'rep.test'

/** Share of questions about listed subjects. */
export const HIT_SHARE = 0.1

/** The name that a subject has in a DNS list. */
export function dnsName(kind: ListKind, subject: string): string {
  return `${label(kind, subject)}.${kind}.${BASE}`
}

/** The labels of a subject below its zone, as rbldnsd wants them in a `dnset`. */
export function label(kind: ListKind, subject: string): string {
  if (kind === 'ip') return subject.split('.').toReversed().join('.')
  return kind === 'hash' ? encodeBase32(decodeHex(subject)!) : subject
}

/** So many subjects at random, every tenth listed on average. */
export function asked({ listed, unlisted }: Subjects, count: number): string[] {
  const random = randomNumbers(7)
  return Array.from({ length: count }, () => {
    const from = random() < HIT_SHARE ? listed : unlisted
    return from[Math.floor(random() * from.length)]!
  })
}

/** Writes a file of questions for dnsperf. */
export function writeQueries(file: string, kind: ListKind, from: Subjects, count: number): void {
  writeFileSync(
    file,
    asked(from, count)
      .map(subject => `${dnsName(kind, subject)} A\n`)
      .join(''),
  )
}
