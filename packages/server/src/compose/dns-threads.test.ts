import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { loadLibc } from '../doors/dns/batched/libc.ts'
import { SIGNAL } from '../doors/dns/batched/loop.ts'
import { badEntry, MemoryBook } from '../doors/dns/book.fixture.ts'
import { ask, BASE, exchangeUdp, KEY, read, TcpClient, wire } from '../doors/dns/client.fixture.ts'
import { EVERYBODY } from '../doors/dns/client-nets.ts'
import { TTL_DEFAULTS } from '../doors/dns/zones.ts'
import { RCODE, type ReadResponse, TYPE, writeQuery } from '../protocols/dns/index.ts'
import type { Timers } from '../sources/feeds/timers.ts'
import { type DnsDoors, openDnsDoors } from './dns-doors.ts'
import { SharedFreshness } from './dns-freshness.ts'
import { RESTART_MS, restartDelay, STEADY_MS, STOP_MS, type StartWorker, startDnsWorker } from './dns-thread.ts'
import type { DnsWorkerData } from './dns-worker.ts'

const NONE = { approved: [], blocked: [] }
const SETTINGS: DnsWorkerData['settings'] = {
  base: BASE,
  nameServers: [],
  ttl: TTL_DEFAULTS,
  policy: { level: 'medium', untested: 'allow', mail: { aggressiveness: undefined }, site: NONE, operator: NONE },
  needsKey: 'never',
  clients: EVERYBODY,
  responsesPerSecond: 0,
}
const NAME = `1.2.0.192.ip.${BASE}`

/** Time that passes when the test says so. */
class ManualTimers implements Timers {
  readonly #waiting = new Map<() => void, number>()

  after(milliseconds: number, run: () => void): Disposable {
    this.#waiting.set(run, milliseconds)
    return { [Symbol.dispose]: () => void this.#waiting.delete(run) }
  }

  waits(): number[] {
    return [...this.#waiting.values()]
  }

  fire(): void {
    const all = [...this.#waiting.keys()]
    this.#waiting.clear()
    for (const run of all) run()
  }
}

/** A thread that was made, and how to wreck it. */
interface Made {
  readonly worker: Worker
  readonly data: DnsWorkerData
}

/** A thread of other code, which says that it listens and then does what it does. */
const listensAnd = (code: string): StartWorker => {
  const entry = `require('node:worker_threads').parentPort.postMessage({ listening: true }); ${code}`
  return data => new Worker(entry, { eval: true, workerData: data })
}
const throwsAtOnce: StartWorker = () => new Worker('throw new Error("wrecked")', { eval: true })

/** A door over real threads, each made by the next of `makers`, and by the last of them from then on. */
async function start(workers: number, ...makers: StartWorker[]) {
  const book = new MemoryBook()
  book.publish({ 'ip:192.0.2.1': badEntry('spam') })
  const timers = new ManualTimers()
  const made: Made[] = []
  const alive = new Set<Worker>()
  const errors: string[] = []
  let heard = () => {}
  let now = 1_782_777_600_000
  const doors = await openDnsDoors({
    settings: SETTINGS,
    listen: [{ host: '127.0.0.1', port: 0 }],
    workers,
    memory: book.memory,
    labels: [KEY],
    freshness: new SharedFreshness(),
    clock: () => now,
    timers,
    startWorker(data) {
      const make = makers.length > 1 ? makers.shift()! : (makers[0] ?? startDnsWorker)
      const worker = make(data)
      made.push({ worker, data })
      alive.add(worker)
      worker.on('exit', () => alive.delete(worker))
      return worker
    },
    onError(error) {
      errors.push(String(error))
      heard()
    },
    onFallback: why => assert.fail(why),
  })
  /** Resolves when it has been told so many times that a thread has ended. */
  const endings = async (count: number) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    heard = () => errors.filter(error => error.includes('has ended: the next one')).length >= count && resolve()
    heard()
    await promise
  }
  const pass = (milliseconds: number) => void (now += milliseconds)
  const dispose = async () => {
    await doors[Symbol.asyncDispose]()
    assert.deepEqual([alive.size, timers.waits()], [0, []])
  }
  return {
    doors,
    book,
    timers,
    made,
    alive,
    errors,
    endings,
    pass,
    place: doors.address,
    [Symbol.asyncDispose]: dispose,
  }
}

/** Whether a packet to a port is refused, as it is where nobody has it. */
async function isRefused(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const outcome = Promise.race([once(socket, 'error').then(() => true), once(socket, 'message').then(() => false)])
  socket.send(writeQuery({ id: 1, name: wire(NAME), type: TYPE.A }))
  const refused = await outcome
  socket.close()
  return refused
}

function assertListed({ rcode, answer }: ReadResponse): void {
  assert.ok(rcode === RCODE.NOERROR && answer.some(({ data }) => data === '127.0.0.2'))
}

const countsOf = (doors: DnsDoors) => doors.counters().queries
const libc = await loadLibc()
const skip = 'missing' in libc ? libc.missing : false

/** Ways to die after having listened, and what is told of them beside the end. */
const DEATHS: readonly (readonly [string, StartWorker, (made: Made) => void, RegExp | undefined])[] = [
  ['is terminated, and so closes nothing', startDnsWorker, ({ worker }) => void worker.terminate(), undefined],
  [
    'fails in the loop',
    startDnsWorker,
    ({ worker, data }) => {
      worker.postMessage({ labels: 7 })
      Atomics.store(new Int32Array(data.signals), SIGNAL.news, 1)
    },
    /is not iterable/,
  ],
  ['throws', listensAnd('throw new Error("wrecked")'), () => {}, /wrecked/],
  ['exits', listensAnd('process.exit(3)'), () => {}, undefined],
]

describe('a thread of the DNS door', { skip, timeout: 60_000 }, () => {
  for (const [how, first, wreck, cause] of DEATHS) {
    it(`that ${how} gives its port free, is told of and replaced; its counts and all news stay`, async () => {
      await using started = await start(1, first, startDnsWorker)
      const { doors, timers, errors, place } = started
      const before = first === startDnsWorker ? 1 : 0
      if (before > 0) assertListed(await ask(place, NAME))
      wreck(started.made[0]!)
      await started.endings(1)
      const ended = `Error: A thread that answers DNS by UDP at 127.0.0.1:${place.port} has ended: the next one starts in 1000 ms`
      assert.equal(errors.at(-1), ended)
      assert.equal(errors.length, cause === undefined ? 1 : 2)
      if (cause !== undefined) assert.match(errors[0]!, cause)

      assert.ok(await isRefused(place.port))
      const client = await TcpClient.connect(place)
      client.send(writeQuery({ id: 2, name: wire(NAME), type: TYPE.A }))
      assertListed(read(await client.receive()))
      client.socket.destroy()
      started.book.publish({ 'ip:203.0.113.9': badEntry('spam') })
      doors.adoptMemory(started.book.memory)
      assert.equal(countsOf(doors), before + 1)

      timers.fire()
      assertListed(await ask(place, `9.113.0.203.ip.${BASE}`))
      assert.equal(countsOf(doors), before + 2)
      assert.deepEqual([started.made.length, timers.waits()], [2, []])
    })
  }

  it('leaves its clients to the other threads of the port until it is replaced', async () => {
    await using started = await start(3)
    const { doors, place } = started
    const askMany = async () => {
      for (let client = 0; client < 60; client++) assertListed(await ask(place, NAME))
    }
    await askMany()
    void started.made[1]!.worker.terminate()
    await started.endings(1)
    await askMany()
    started.timers.fire()
    await askMany()
    assert.equal(countsOf(doors), 180)
    assert.equal(started.alive.size, 3)
  })

  it('hears what is published while it starts', async () => {
    await using started = await start(1)
    void started.made[0]!.worker.terminate()
    await started.endings(1)
    started.timers.fire()
    await Promise.resolve()
    const query = exchangeUdp(started.place, writeQuery({ id: 1, name: wire(`9.113.0.203.ip.${BASE}`), type: TYPE.A }))
    started.book.publish({ 'ip:203.0.113.9': badEntry('spam') })
    started.doors.adoptMemory(started.book.memory)
    assertListed(read(await query))
  })

  it('knows what the site has blocked when it takes the place of another', async () => {
    await using started = await start(1)
    started.doors.acceptSiteBlocks(['ip:203.0.113.9'])
    void started.made[0]!.worker.terminate()
    await started.endings(1)
    started.timers.fire()
    assertListed(await ask(started.place, `9.113.0.203.ip.${BASE}`))
    started.doors.changeSiteBlocks({ added: ['ip:203.0.113.10'], removed: [] })
    while (started.timers.waits().length > 0) started.timers.fire()
    assert.equal((await ask(started.place, `8.113.0.203.ip.${BASE}`)).rcode, RCODE.NXDOMAIN)
  })

  it('that dies at once is started less and less often, once for each wait, until it stays', async () => {
    const exits = listensAnd('process.exit(3)')
    await using started = await start(1, exits, throwsAtOnce, exits, throwsAtOnce, exits, throwsAtOnce, startDnsWorker)
    const waits: number[] = []
    for (let death = 1; death <= 6; death++) {
      await started.endings(death)
      assert.equal(started.made.length, death)
      waits.push(...started.timers.waits())
      started.timers.fire()
    }
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 16_000])
    assertListed(await ask(started.place, NAME))
    assert.equal(started.errors.filter(error => error.includes('wrecked')).length, 3)

    started.pass(STEADY_MS)
    void started.made[6]!.worker.terminate()
    await started.endings(7)
    assert.deepEqual(started.timers.waits(), [RESTART_MS.first])
  })

  it('is tried again where its port was taken meanwhile', async () => {
    await using started = await start(1)
    void started.made[0]!.worker.terminate()
    await started.endings(1)
    const taken = createSocket('udp4').bind(started.place.port, '127.0.0.1')
    await once(taken, 'listening')
    started.timers.fire()
    await started.endings(2)
    assert.match(started.errors[1]!, /EADDRINUSE/)
    assert.deepEqual([started.made.length, started.timers.waits()], [1, [2000]])
    taken.close()
    await once(taken, 'close')
    started.timers.fire()
    assertListed(await ask(started.place, NAME))
  })

  it('is not started any more once the door is closed', async () => {
    const started = await start(2)
    void started.made[0]!.worker.terminate()
    await started.endings(1)
    await started[Symbol.asyncDispose]()
    assert.equal(started.made.length, 2)
    assert.ok(await isRefused(started.place.port))
  })

  it('ends though the door is closed while it starts', async () => {
    const started = await start(1)
    void started.made[0]!.worker.terminate()
    await started.endings(1)
    started.timers.fire()
    while (started.made.length === 1) await setImmediate()
    await started[Symbol.asyncDispose]()
    assert.equal(started.errors.length, 1)
    assert.ok(await isRefused(started.place.port))
  })

  it('that does not stop is terminated', async () => {
    const started = await start(1, listensAnd('for (;;);'))
    const closed = started[Symbol.asyncDispose]()
    while (started.timers.waits().length === 0) await setImmediate()
    assert.deepEqual(started.timers.waits(), [STOP_MS])
    started.timers.fire()
    await closed
    assert.deepEqual(started.errors, [])
  })

  it('that cannot listen at first ends those beside it, and is not tried again', async () => {
    const threads: Worker[] = []
    const keep: StartWorker = data => {
      threads.push(startDnsWorker(data))
      return threads[0]!
    }
    await assert.rejects(start(2, keep, throwsAtOnce), /wrecked/)
    assert.equal(threads.length, 1)
    assert.equal(threads[0]!.threadId, -1)
  })
})

describe('restartDelay()', () => {
  it('doubles up to its bound, and begins again after a thread that lived', () => {
    assert.equal(restartDelay(0, 0), 1000)
    assert.equal(restartDelay(1000, STEADY_MS - 1), 2000)
    assert.equal(restartDelay(16_000, 0), 16_000)
    assert.equal(restartDelay(16_000, STEADY_MS), 1000)
    // A clock that was set back.
    assert.equal(restartDelay(1000, -5), 2000)
  })
})
