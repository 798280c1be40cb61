import { netRange, type Subject, subjectText } from '@tocsin/core/subject'
import { quote, refused } from './content.ts'
import type { Content } from './format.ts'

/**
 * The widest networks that a list may name, by address length in bytes: a /8 is the largest block that was ever given to
 * one holder in IPv4, a /16 in IPv6. Wider is a mistake or an attack: 0.0.0.0/0 lists the world.
 */
const WIDEST: Readonly<Record<number, number>> = { 4: 8, 16: 16 }

/** Why a network is too wide to be meant; `undefined` for one that is not, and for all that is no network. */
export function netProblem(subject: Subject): Content | undefined {
  if (subject.type !== 'net') return undefined
  const { address, prefixLength } = netRange(subject)
  const widest = WIDEST[address.length]!
  if (prefixLength >= widest) return undefined
  return refused('too-broad', `a network must be /${widest} or narrower, found ${quote(subjectText(subject))}`)
}
