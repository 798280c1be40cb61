import { SETTING_PATHS } from '../config/index.ts'
import { type CommandSpec, EXIT } from './command.ts'
import { printLine } from './print.ts'

/** Settings of commands, and of edges. */
const NOT_OF_NODES: ReadonlySet<string> = new Set([
  'server',
  'key',
  'upstream',
  'gateway',
  'ohttp.relay.listen',
  'ohttp.relay.requestsPerSecond',
  'upstreamOrder',
  'enrol',
  'feedback.mode',
  'feedback.bytesMax',
  'feedback.submit',
  'feedback.ownDomains',
  'feedback.ownNetworks',
  'types',
  'staleAfterSeconds',
  'relay.bytesMax',
  'ask.unmirrored',
  'ask.listedSeconds',
  'ask.unlistedSeconds',
  'ask.entriesMax',
])

/** `tocsin up`. */
export const up: CommandSpec = {
  name: 'up',
  summary: 'Run a node: everything in one process.',
  settings: SETTING_PATHS.filter(path => !NOT_OF_NODES.has(path)),
  notes: [
    'Prints one line on standard output when it is ready, with every address; the log goes to standard error.',
    'SIGTERM or SIGINT lets it finish what it has begun and stop; a second one ends it at once.',
  ].join('\n'),
  examples: [
    'up',
    'up --data /var/lib/tocsin --dns 0.0.0.0:53 --dns-base rep.example.org',
    'up --http 127.0.0.1:0 --dns off',
  ],
  declare() {
    // Its flags are settings, all of them.
  },
  async run({ config, world }) {
    const asked = world.untilAsked()
    await using node = await world.start(config)
    const http = node.httpUrl === '' ? [] : [`API and dashboard ${node.httpUrl}`]
    const dns = node.dnsAddress === '' ? [] : [`DNS ${node.dnsAddress} (UDP and TCP)`]
    printLine(world.output, `tocsin ready: ${[...http, ...dns].join(', ') || 'no listener'}`)
    await asked
    return EXIT.allowed
  },
}
