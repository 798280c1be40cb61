/** Ranges of senders: each /24 and each /64 that has a member, with the chain of its members. */
import { type Columns, NONE } from './columns.ts'

/** A range: its number among the ranges does not change while it has members. */
export interface Net {
  /** The upper 24 bits of an IPv4 address, or the upper 8 bytes of an IPv6 address in hexadecimal. */
  readonly key: number | string
  /** Any address of it, by which its network is known. */
  readonly address: Uint8Array
  readonly asn: number | undefined
  /** The first member, or `NONE`. */
  head: number
  members: number
  /** What it adds to the name of its network: messages and bad ones. */
  given: readonly [messages: number, bad: number]
}

/** The key of the range that holds an address of 4 or 16 bytes. */
export function netKeyOf(address: Uint8Array): number | string {
  const [a = 0, b = 0, c = 0] = address
  if (address.length === 4) return a * 65_536 + b * 256 + c
  return Buffer.from(address.subarray(0, 8)).toString('hex')
}

/** All ranges with members. Those without are gone at once, so there are never more than senders. */
export class Nets {
  readonly #asnOf: (address: Uint8Array) => number | undefined
  readonly #byKey = new Map<number | string, number>()
  readonly #all: (Net | undefined)[] = []
  readonly #free: number[] = []
  /** What is known of each network: messages and bad ones, by number of the autonomous system. */
  readonly #asns = new Map<number, { messages: number; bad: number }>()

  constructor(asnOf: (address: Uint8Array) => number | undefined) {
    this.#asnOf = asnOf
  }

  get size(): number {
    return this.#byKey.size
  }

  /** A range by its number; `undefined` where it is gone. */
  at(number: number): Net | undefined {
    return this.#all[number]
  }

  /** The number of a range by its key. */
  find(key: number | string): number | undefined {
    return this.#byKey.get(key)
  }

  /** Chains a sender to the range of its address. */
  join(columns: Columns, sender: number, address: Uint8Array): Net {
    const key = netKeyOf(address)
    const number = this.#byKey.get(key) ?? this.#make(key, address)
    const net = this.#all[number] as Net
    columns.net[sender] = number
    columns.previous[sender] = NONE
    columns.next[sender] = net.head
    if (net.head !== NONE) columns.previous[net.head] = sender
    net.head = sender
    net.members += 1
    return net
  }

  /** Takes a sender out of its range. */
  leave(columns: Columns, sender: number): void {
    const number = columns.net[sender] as number
    const net = this.#all[number] as Net
    const next = columns.next[sender] as number
    const previous = columns.previous[sender] as number
    if (next !== NONE) columns.previous[next] = previous
    if (previous === NONE) net.head = next
    else columns.next[previous] = next
    net.members -= 1
    if (net.members > 0) return
    this.give(net, 0, 0)
    this.#byKey.delete(net.key)
    this.#all[number] = undefined
    this.#free.push(number)
  }

  /** Sets what a range adds to the name of its network. */
  give(net: Net, messages: number, bad: number): void {
    if (net.asn === undefined) return
    const asn = this.#asns.get(net.asn) ?? { messages: 0, bad: 0 }
    asn.messages = Math.max(0, asn.messages + messages - net.given[0])
    asn.bad = Math.max(0, asn.bad + bad - net.given[1])
    net.given = [messages, bad]
    this.#asns.set(net.asn, asn)
  }

  /** What the other ranges of its network say: messages and bad ones. */
  aroundOf(net: Net): { readonly messages: number; readonly bad: number } {
    const asn = net.asn === undefined ? undefined : this.#asns.get(net.asn)
    if (asn === undefined) return { messages: 0, bad: 0 }
    const messages = Math.max(0, asn.messages - net.given[0])
    return { messages, bad: Math.min(messages, Math.max(0, asn.bad - net.given[1])) }
  }

  /** The numbers of all ranges. */
  numbers(): Iterable<number> {
    return this.#byKey.values()
  }

  #make(key: number | string, address: Uint8Array): number {
    const number = this.#free.pop() ?? this.#all.length
    this.#all[number] = { key, address, asn: this.#asnOf(address), head: NONE, members: 0, given: [0, 0] }
    this.#byKey.set(key, number)
    return number
  }
}
