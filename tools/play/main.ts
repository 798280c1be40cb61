/** `npm run play`: a cloud, two edges and a client in one terminal, and what happens to them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { Resolver } from 'node:dns/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TocsinClient } from '@tocsin/client'
import { Meddler, type Meddling } from './meddler.ts'
import { ask, enter, type Player, scene, show, tell, until } from './stage.ts'

const HELP = `npm run play

Starts a cloud, two edges and a client on this machine, on ports of their own and in a temporary folder. A threat is reported at
one edge and refused by the other; then the cloud is unplugged, an edge is killed, and somebody on the way tampers with what
it fetches. Takes about a minute; ends by itself, with exit code 1 where something did not happen as it should.
`

/** Seconds after which an edge that hears nothing says that its answers are stale. */
const STALE_AFTER = 2

interface EdgeState {
  readonly state: string
  readonly ageSeconds: number
  readonly head: { readonly sequence: number; readonly stateHash: Readonly<Record<string, string>> }
  readonly upstreams: readonly { readonly problem?: string }[]
}

async function play(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-play-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  await using opened = new AsyncDisposableStack()

  scene('A cloud, two edges, a client')
  const cloudData = join(folder, 'cloud')
  let cloud = await enter({ name: 'the cloud', command: 'up', data: cloudData, args: [] })
  opened.defer(() => cloud.end('SIGTERM'))
  tell(`the cloud is at ${cloud.http}, with the starter set of public lists`)
  const meddler = opened.use(await Meddler.before(cloud.http))
  const edgeAt = async (name: string, upstream: string, ...more: string[]) =>
    await enter({
      name: `edge ${name}`,
      command: 'edge',
      data: join(folder, name),
      args: ['--upstream', upstream, '--stale-after-seconds', String(STALE_AFTER), ...more],
    })
  const a = opened.use(await edgeAt('a', cloud.http, '--enrol', await enrolment(cloud, 'edge-a')))
  let b = await edgeAt('b', meddler.http, '--enrol', await enrolment(cloud, 'edge-b'))
  opened.defer(() => b.end('SIGTERM'))
  tell(`edge A is at ${a.http}, edge B at ${b.http}; each enrolled with a token that is worth nothing any more`)
  const client = () => new TocsinClient({ server: b.http })

  scene('One sees it, all refuse it')
  const bad = '198.18.7.9'
  show(`the client asks edge B: ${bad} is ${(await client().check(`ip:${bad}`)).verdict}, and not listed in DNS`)
  await expectListed(b, bad, false)
  const reportedAt = performance.now()
  await report(a, bad)
  const acknowledged = performance.now()
  await until('edge A to refuse it', () => listed(a, bad))
  show(`reported at edge A, on disk there after ${ms(reportedAt, acknowledged)}, refused by A after ${ms(reportedAt)}`)
  await until('edge B to refuse it', () => listed(b, bad))
  show(`refused at the DNS door of edge B ${ms(reportedAt)} after the report`)
  const { verdict, reason } = await client().check(`ip:${bad}`)
  tell(`the client is told: ${verdict}, ${reason}`)

  scene('The cloud is unplugged')
  await cloud.end('SIGKILL')
  const cutAt = performance.now()
  await expectListed(b, bad, true)
  show('edge B answers as before')
  const stale = await until('stale answers', async () => {
    const answer = await client().check(`ip:${bad}`)
    return answer.state === 'stale' ? answer : undefined
  })
  const after = ((performance.now() - cutAt) / 1000).toFixed(1)
  show(`after ${after} s (${STALE_AFTER} s are stated) it says: ${stale.state}, still ${stale.action}`)
  const meanwhile = '198.18.7.10'
  await report(a, meanwhile)
  await until('edge A to refuse it', () => listed(a, meanwhile))
  show(`a report at edge A is on its disk; A refuses ${meanwhile}, B cannot know it yet`)
  await expectListed(b, meanwhile, false)

  scene('The cloud is back')
  cloud = await enter({ name: 'the cloud', command: 'up', data: cloudData, http: new URL(cloud.http).host, args: [] })
  const backAt = performance.now()
  await until('edge B to refuse it', () => listed(b, meanwhile))
  show(`${meanwhile} is refused by edge B ${ms(backAt)} after the cloud was ready: nothing was lost`)

  scene('An edge is killed in the middle of a delta')
  await meddler.meddle('stalls')
  await ask(
    cloud,
    '/v1/evidence',
    addresses(1000).map(address => detected(address)),
  )
  await until('half a delta', async () => (meddler.stalled > 0 ? true : undefined))
  await b.end('SIGKILL')
  await meddler.meddle('passes on')
  b = await edgeAt('b', meddler.http)
  const whole = await until('the same state', () => sameState(cloud, b))
  show(
    `started again, edge B is where the cloud is: sequence ${whole.sequence}, state of addresses ${whole.ip.slice(0, 16)}…`,
  )

  for (const [meddling, title, address] of MEDDLING) {
    scene(title)
    await meddler.meddle(meddling)
    await report(cloud, address)
    const problem = await until(
      `a refusal while somebody ${meddling}`,
      async () => (await stateOf(b)).upstreams[0]?.problem,
    )
    show(`edge B refuses: ${problem}`)
    await expectListed(b, bad, true)
    await expectListed(b, address, false)
    tell(`it stays as it was, and refuses ${bad} as before`)
    await meddler.meddle('passes on')
    await until('edge B to follow again', () => listed(b, address))
    show('nobody meddles any more: edge B follows again')
  }
  process.stdout.write('\nThat was all.\n')
}

const MEDDLING: readonly (readonly [Meddling, string, string])[] = [
  ['tampers', 'Somebody on the way changes a byte of a delta', '198.18.7.21'],
  ['forges', 'Somebody on the way signs the head with another key', '198.18.7.22'],
  ['replays', 'Somebody on the way tells an older head', '198.18.7.23'],
]

async function enrolment(cloud: Player, name: string): Promise<string> {
  const { token } = await ask<{ readonly token: string }>(cloud, '/v1/enrolments', { name, role: 'sensor', trust: 0.8 })
  return token
}

const detected = (address: string) => ({ subject: `ip:${address}`, kind: 'brute-force', confidence: 1 })

async function report(player: Player, address: string): Promise<void> {
  const { accepted } = await ask<{ readonly accepted: number }>(player, '/v1/evidence', [detected(address)])
  if (accepted !== 1) throw new Error(`Cannot go on: ${player.name} did not take the report about ${address}`)
}

/** `true` where a player's DNS door lists an address. */
async function listed({ dns }: Player, address: string): Promise<true | undefined> {
  const resolver = new Resolver()
  resolver.setServers([dns])
  try {
    return (await resolver.resolve4(`${address.split('.').toReversed().join('.')}.ip.play.test`)).length > 0
      ? true
      : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') return undefined
    throw error
  }
}

async function expectListed(player: Player, address: string, expected: boolean): Promise<void> {
  const found = (await listed(player, address)) === true
  if (found === expected) return
  throw new Error(`Cannot go on: ${player.name} must ${expected ? '' : 'not '}refuse ${address}`)
}

function stateOf(edge: Player): Promise<EdgeState> {
  return ask<EdgeState>(edge, '/v1/edge')
}

async function sameState(cloud: Player, edge: Player) {
  const signed = await ask<{ readonly head: string }>(cloud, '/v1/book/head')
  const told = JSON.parse(signed.head) as EdgeState['head']
  const { head } = await stateOf(edge)
  const isSame = head.sequence === told.sequence && JSON.stringify(head.stateHash) === JSON.stringify(told.stateHash)
  return isSame ? { sequence: head.sequence, ip: head.stateHash['ip']! } : undefined
}

function ms(since: number, now = performance.now()): string {
  return `${(now - since).toFixed(0)} ms`
}

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `198.19.${at >> 8}.${at & 255}`)
}

if (process.argv.includes('--help')) process.stdout.write(HELP)
else await play()
