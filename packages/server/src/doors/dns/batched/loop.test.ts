import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { constants } from 'node:os'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { DnsCounts, readCounts } from '../counters.ts'
import { BATCH } from './datagrams.ts'
import { type Libc, loadLibc } from './libc.ts'
import { type LoopParts, SIGNAL, serveBatches } from './loop.ts'
import { openSocket, SOCKADDR_BYTES } from './socket.ts'

const { EAGAIN, EINTR, ECONNREFUSED, EPERM, ENOBUFS, EBADF } = constants.errno
const NAME_AT = { pointer: 0, length: 8, iovec: 16, iovecs: 24, flags: 48, messageLength: 56 } as const
const HEADER_BYTES = 64

/** What a call does: takes or gives so many at most, or fails with the error of that number, negated. */
type Outcome = number

/**
 * The calls over the memory that the loop lays out, read and written by address as the kernel does. Each batch is so many
 * packets, numbered through; each sending takes the next outcome, and all that is asked where there is none left.
 */
class Table implements Libc {
  /** Numbers of the answers that left, and to which port. */
  readonly sent: { readonly number: number; readonly port: number }[] = []
  /** The first number of each sending that failed, by error. */
  readonly failed: { readonly number: number; readonly errno: number }[] = []
  readonly asked: number[] = []
  readonly #memories: { readonly at: bigint; readonly bytes: Uint8Array }[] = []
  readonly #batches: Outcome[]
  readonly #outcomes: Outcome[]
  readonly #atEnd: () => void
  #next = 0
  #errno = 0

  constructor(batches: readonly Outcome[], outcomes: readonly Outcome[], atEnd: () => void) {
    this.#batches = [...batches]
    this.#outcomes = [...outcomes]
    this.#atEnd = atEnd
  }

  socket = (): number => 3
  bind = (): number => 0
  setsockopt = (): number => 0
  close = (): number => 0
  errno = (): number => this.#errno

  addressOf(memory: Uint8Array | Uint32Array | BigUint64Array): bigint {
    const at = BigInt(this.#memories.length + 1) << 33n
    this.#memories.push({ at, bytes: new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength) })
    return at
  }

  recvmmsg(_: number, headers: bigint, count: number): number {
    const outcome = this.#batches.shift()
    if (outcome === undefined) {
      this.#atEnd()
      return this.#fail(EAGAIN)
    }
    if (outcome < 0) return this.#fail(-outcome)
    assert.ok(outcome <= count)
    for (let at = 0; at < outcome; at++) this.#receive(headers + BigInt(at * HEADER_BYTES), this.#next++)
    return outcome
  }

  sendmmsg(_: number, headers: bigint, count: number): number {
    this.asked.push(count)
    const outcome = this.#outcomes.shift() ?? count
    if (outcome < 0) {
      this.failed.push({ number: this.#read(headers).number, errno: -outcome })
      return this.#fail(-outcome)
    }
    const sent = Math.min(outcome, count)
    for (let at = 0; at < sent; at++) this.sent.push(this.#read(headers + BigInt(at * HEADER_BYTES)))
    return sent
  }

  #fail(errno: number): number {
    this.#errno = errno
    return -1
  }

  /** A packet that holds its number, from a port that is the number and 1000. */
  #receive(header: bigint, number: number): void {
    const view = this.#view(header)
    const name = this.#view(view.getBigUint64(NAME_AT.pointer, true))
    assert.equal(view.getUint32(NAME_AT.length, true), SOCKADDR_BYTES[4])
    name.setUint16(2, 1000 + number)
    name.setUint32(4, 0x7f000001)
    view.setUint32(NAME_AT.length, 0, true)
    this.#view(this.#view(view.getBigUint64(NAME_AT.iovec, true)).getBigUint64(0, true)).setUint32(0, number)
    view.setUint32(NAME_AT.flags, 0, true)
    view.setUint32(NAME_AT.messageLength, 4, true)
  }

  #read(header: bigint): { number: number; port: number } {
    const view = this.#view(header)
    assert.equal(view.getUint32(NAME_AT.length, true), SOCKADDR_BYTES[4])
    assert.equal(view.getUint32(NAME_AT.iovecs, true), 1)
    const iovec = this.#view(view.getBigUint64(NAME_AT.iovec, true))
    assert.equal(iovec.getUint32(8, true), 5)
    const port = this.#view(view.getBigUint64(NAME_AT.pointer, true)).getUint16(2)
    return { number: this.#view(iovec.getBigUint64(0, true)).getUint32(0), port }
  }

  #view(address: bigint): DataView {
    const { at, bytes } = this.#memories.findLast(memory => memory.at <= address)!
    return new DataView(bytes.buffer, bytes.byteOffset + Number(address - at))
  }
}

/** Runs the loop over a table until its batches are over; each packet but every seventh is answered with 5 bytes. */
function run(batches: readonly Outcome[], outcomes: readonly Outcome[]) {
  const signals = new Int32Array(new SharedArrayBuffer(SIGNAL.words * 4))
  const table = new Table(batches, outcomes, () => Atomics.store(signals, SIGNAL.stop, 1))
  const counts = new DnsCounts()
  const answered: number[] = []
  const respond = (bytes: Uint8Array) => {
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    if (number % 7 === 6) return 0
    answered.push(number)
    return 5
  }
  const parts = { libc: table, socket: { fd: 3, family: 4 as const }, signals, counts, respond }
  serveBatches({ ...parts, begin: () => undefined, takeNews: () => undefined })
  const numbers = table.sent.map(({ number }) => number)
  assert.equal(new Set(numbers).size, numbers.length, 'an answer was sent twice')
  for (const { number, port } of table.sent) assert.equal(port, 1000 + number, 'an answer went to somebody else')
  const { unsent } = readCounts([counts.buffer]).events
  assert.equal(numbers.length + unsent, answered.length, 'an answer was neither sent nor counted')
  const dropped = answered.filter(number => !numbers.includes(number))
  return { sent: numbers, dropped, asked: table.asked, failed: table.failed }
}

describe('serveBatches() over calls that fail', () => {
  it('goes on after what was sent of a batch', () => {
    const { dropped, asked } = run([14, 14], [5, 1, 6, 12])
    assert.deepEqual([dropped, asked], [[], [12, 7, 6, 12]])
  })

  for (const [name, errno] of Object.entries({ EPERM, ECONNREFUSED, ENOBUFS })) {
    it(`drops the one answer that ${name} is about, wherever it is in the batch`, () => {
      for (let before = 0; before < 6; before++) {
        const outcomes = before === 0 ? [-errno] : [before, -errno]
        const { dropped, sent } = run([6, 3], outcomes)
        assert.deepEqual([dropped, sent.length], [[before], 7])
      }
    })
  }

  it('sends again what a signal interrupted', () => {
    assert.deepEqual(run([6], [-EINTR, 2, -EINTR, -EINTR]).dropped, [])
  })

  it('drops the rest of a batch for which there is no room, with one call, and answers the next batch', () => {
    const { dropped, asked } = run([BATCH, 5], [10, -EAGAIN])
    assert.deepEqual(asked, [55, 45, 5])
    assert.equal(dropped.length, 45)
    assert.ok(dropped.every(number => number < BATCH))
  })

  it('drops answers of which nothing was sent and nothing said, rather than to turn for ever', () => {
    assert.deepEqual(run([3], [0, 1, 0]).dropped, [0, 2])
  })

  it('goes on where receiving fails for a while, and throws where it fails for good', () => {
    assert.equal(run([2, -EINTR, -EAGAIN, -ECONNREFUSED, -ENOBUFS, 3], []).sent.length, 5)
    assert.throws(() => run([2, -EBADF, 3], []), { code: 'EBADF', syscall: 'recvmmsg' })
  })

  it('sends or counts every answer once, whatever happens in whatever order', () => {
    const random = randomFrom(20_261_122)
    const errors = [EAGAIN, EINTR, ECONNREFUSED, EPERM, ENOBUFS]
    for (let round = 0; round < 300; round++) {
      const batches = Array.from({ length: 1 + random(5) }, () => (random(8) === 0 ? -EINTR : 1 + random(BATCH)))
      const outcomes = Array.from({ length: random(40) }, () =>
        random(2) === 0 ? random(BATCH) : -errors[random(errors.length)]!,
      )
      const { dropped, failed } = run(batches, outcomes)
      // Of what failed, only what a signal interrupted may have left after all.
      for (const { number, errno } of failed) assert.ok(errno === EINTR || dropped.includes(number))
    }
  })
})

/** Numbers below a bound, the same for a seed (a linear congruential generator, Numerical Recipes). */
function randomFrom(seed: number): (bound: number) => number {
  let state = seed
  return bound => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>(resolve => void socket.close(() => resolve()))
  return port
}

const libc = await loadLibc()
const skip = 'missing' in libc ? libc.missing : false

describe('serveBatches() over a real socket', { skip }, () => {
  it('answers all of a batch but those whom the system does not let it send to', async () => {
    const calls = libc as Libc
    const signals = new Int32Array(new SharedArrayBuffer(SIGNAL.words * 4))
    const port = await freePort()
    using socket = openSocket(calls, { host: '127.0.0.1', port, ipv6Only: false, shared: false })
    const client = createSocket('udp4').bind(0, '127.0.0.1')
    await once(client, 'listening')
    const received: number[] = []
    client.on('message', message => received.push(message[0]!))
    for (let number = 0; number < 40; number++) {
      await new Promise(sent => client.send(Uint8Array.of(number), port, '127.0.0.1', sent))
    }
    const memories: Uint8Array[] = []
    const asked: number[] = []
    const counts = new DnsCounts()
    const forbidden = [0, 1, 7, 20, 39]
    const wrapped: Libc = {
      ...calls,
      addressOf(memory) {
        if (memory instanceof Uint8Array) memories.push(memory)
        return calls.addressOf(memory)
      },
      recvmmsg(...call) {
        const count = calls.recvmmsg(...call)
        // The second memory is that of the names; nobody may send to all hosts without having asked the system.
        for (const at of forbidden) memories[1]!.fill(255, at * 32 + 4, at * 32 + 8)
        Atomics.store(signals, SIGNAL.stop, 1)
        return count
      },
      sendmmsg(fd, headers, count, flags) {
        const sent = calls.sendmmsg(fd, headers, count, flags)
        asked.push(sent)
        return sent
      },
    }
    const parts: LoopParts = {
      libc: wrapped,
      socket,
      signals,
      counts,
      respond: (_, length) => length,
      begin: () => undefined,
      takeNews: () => undefined,
    }
    serveBatches(parts)
    while (received.length < 35) await setImmediate()
    client.close()
    assert.deepEqual(
      received,
      Array.from({ length: 40 }, (_, number) => number).filter(number => !forbidden.includes(number)),
    )
    assert.equal(readCounts([counts.buffer]).events.unsent, forbidden.length)
    assert.deepEqual(asked, [-1, -1, 5, -1, 12, -1, 18, -1])
  })
})
