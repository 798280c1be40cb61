/** What one line of a data file says, for each table. Pure: text in, a row or the reason why not out. */
import { fail, ok, type Result } from '@tocsin/core/base'
import { netRange, parseAddress, parseSubjectOf } from '@tocsin/core/subject'
import type { TableName } from './enrichment.ts'
import type { RangeValue } from './range-table.ts'

/** A range of addresses with what it says. */
export interface RangeRow {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
  readonly value: RangeValue
}

/** A name and its place in a list, from 1. */
export interface RankRow {
  readonly name: string
  readonly rank: number
}

/** Characters of the name of a network, at most; longer ones are cut. */
const NAME_MAX = 120
const WORD = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** The table whose form a line has; `undefined` for none of them. */
export function tableOfLine(line: string): TableName | undefined {
  if (/^[\da-f.:]+,[\da-f.:]+,\d+(?:,|$)/i.test(line)) return 'asn'
  if (/^[\da-f.:]+,[\da-f.:]+,"?[a-z]{2}"?$/i.test(line)) return 'country'
  if (/^[\da-f.:]+(?:\/\d+)?\t[^\t]+\t[^\t]+$/i.test(line)) return 'ranges'
  return /^\d+,[^,]+\.[^,]+$/.test(line) ? 'popularity' : undefined
}

/** `1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."`, the last address included. */
export function asnRow(line: string): Result<RangeRow> {
  const [from = '', to = '', number = '', ...rest] = line.split(',')
  if (!/^\d{1,10}$/.test(number) || Number(number) < 1 || Number(number) > 0xffffffff) {
    return refused(`its third field must be an AS number from 1 to 4294967295, found ${quote(number)}`)
  }
  const name = unquoted(rest.join(','))
  if (/\p{Cc}/u.test(name)) return refused(`the name must have no control characters, found ${quote(name)}`)
  return rangeRow(from, to, { number: Number(number), text: name.slice(0, NAME_MAX) })
}

/** `1.0.0.0,1.0.0.255,AU`, the last address included. */
export function countryRow(line: string): Result<RangeRow> {
  const [from = '', to = '', country = '', ...rest] = line.split(',')
  const code = unquoted(country).toUpperCase()
  if (rest.length > 0 || !/^[A-Z]{2}$/.test(code)) {
    return refused(`its third and last field must be a country of two letters, found ${quote(country)}`)
  }
  return rangeRow(from, to, { number: 0, text: code })
}

/** `192.0.2.0/24 TAB list TAB class`. */
export function classRow(line: string): Result<RangeRow> {
  const [range = '', list = '', name = '', ...rest] = line.split('\t')
  if (rest.length > 0 || !WORD.test(list) || !WORD.test(name)) {
    return refused('it must be a network, a list and a class between tabs, the last two of a-z, 0-9, ".", "_", "-"')
  }
  const subject = parseSubjectOf(range.includes('/') ? 'net' : 'ip', range)
  if (!subject.ok) return subject
  const { address, prefixLength } = netRange(subject.value)
  const first = numberOf(address)
  const last = first | (2n ** BigInt(8 * address.length - prefixLength) - 1n)
  return ok({ family: address.length === 4 ? 4 : 6, first, last, value: { number: 0, text: `${list}\t${name}` } })
}

/** `1,example.com`. */
export function rankRow(line: string): Result<RankRow> {
  const [place = '', host = '', ...rest] = line.split(',')
  const rank = Number(place)
  if (rest.length > 0 || !/^\d{1,9}$/.test(place) || rank < 1) {
    return refused(`it must be a place from 1 and a domain, found ${quote(line)}`)
  }
  const subject = parseSubjectOf('domain', host)
  return subject.ok ? ok({ name: subject.value.value, rank }) : subject
}

function rangeRow(from: string, to: string, value: RangeValue): Result<RangeRow> {
  const first = parseAddress(from)
  if (!first.ok) return first
  const last = parseAddress(to)
  if (!last.ok) return last
  const range = { first: numberOf(first.value), last: numberOf(last.value) }
  if (first.value.length !== last.value.length || range.first > range.last) {
    return refused(`a range must end at or after its start, found ${quote(`${from},${to}`)}`)
  }
  return ok({ family: first.value.length === 4 ? 4 : 6, ...range, value })
}

function numberOf(address: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(address).toString('hex')}`)
}

function unquoted(field: string): string {
  return field.length >= 2 && field.startsWith('"') && field.endsWith('"')
    ? field.slice(1, -1).replaceAll('""', '"').trim()
    : field.trim()
}

function refused(why: string): Result<never> {
  return fail('invalid', why)
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
