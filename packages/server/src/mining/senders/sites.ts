/** Sites as the pictures know them: a number that says nothing, trusted or not. */

import { TRUSTED_STEP } from '@tocsin/core/scoring'
import type { SightingSite } from '@tocsin/core/wire'

/** No site: a slot that is free. */
export const NO_SITE = 0

/** All sites below the step of trust, which count as one. */
export const UNTRUSTED = 1

/** Trusted sites beyond those that have a slot of their own are three groups, each of which counts as one. */
export const GROUPS = 3

const FIRST_GROUP = 2

/** The number of a site: {@link UNTRUSTED}, or a hash (32 bits, FNV-1a) of its organisation. */
export function siteNumber({ organisation, trustStep }: SightingSite): number {
  if (trustStep < TRUSTED_STEP) return UNTRUSTED
  let hash = 0x811c9dc5
  for (let at = 0; at < organisation.length; at++) {
    hash = Math.imul(hash ^ organisation.charCodeAt(at), 0x01000193)
  }
  const number = hash >>> 0
  return number >= FIRST_GROUP + GROUPS ? number : number + 16
}

/** The group of a trusted site, 0 to 2; its number as a site is {@link groupNumber}. */
export function groupOf(site: number): number {
  return site % GROUPS
}

/** The number that stands for a group. */
export function groupNumber(group: number): number {
  return FIRST_GROUP + group
}

/** Which of 64 bits stands for a site, to count sites by: 0 to 63. */
export function siteBit(site: number): number {
  return (Math.imul(site, 0x9e3779b1) >>> 26) & 63
}

/** About how many sites have set their bits (linear counting), 0 to about 266. */
export function breadthOf(low: number, high: number): number {
  const empty = 64 - bits(low) - bits(high)
  return Math.round(-64 * Math.log(Math.max(empty, 1) / 64))
}

function bits(word: number): number {
  let count = 0
  for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) count += 1
  return count
}
