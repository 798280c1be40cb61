import { SETTING_PATHS } from '../config/index.ts'
import { type CommandSpec, EXIT } from './command.ts'
import { printLine } from './print.ts'

/** Settings of a node that has evidence, or of commands alone. */
const NOT_OF_EDGES: ReadonlySet<string> = new Set([
  'server',
  'starter',
  'feeds.scheduled',
  'mining',
  'rdap',
  'distribution',
  'safebrowsing',
  'ohttp.gateway',
  'ohttp.open',
  'ohttp.rotateDays',
  'gateway',
  'ohttp.relay.listen',
  'ohttp.relay.requestsPerSecond',
])

/** `tocsin edge`. */
export const edge: CommandSpec = {
  name: 'edge',
  summary: "Run an edge: a mirror of another node's book, with doors of its own.",
  settings: SETTING_PATHS.filter(path => !NOT_OF_EDGES.has(path)),
  notes: [
    'It answers with the upstream unplugged, too; --stale-after-seconds says when its answers begin to say so.',
    'A token (--enrol) brings the key of the edge and the public key by which the upstream signs, once; later starts need none.',
    'It exits where the token is refused, and goes on trying where nobody answers. TOCSIN_ENROL keeps it out of the list of processes.',
    'Without a token, the first contact pins the public key; the log tells its id.',
    'Prints one line on standard output when it is ready, with every address; the log goes to standard error.',
  ].join('\n'),
  examples: [
    'edge --upstream https://cloud.example.org --enrol tocsin-enrol_… --data /var/lib/tocsin-edge',
    'edge --upstream http://10.0.0.1:7080,http://10.0.0.2:7080 --types ip,file',
  ],
  declare() {
    // Its flags are settings, all of them.
  },
  async run({ config, world }) {
    const asked = world.untilAsked()
    await using node = await world.startEdge(config)
    const http = node.httpUrl === '' ? [] : [`API ${node.httpUrl}`]
    const dns = node.dnsAddress === '' ? [] : [`DNS ${node.dnsAddress} (UDP and TCP)`]
    printLine(world.output, `tocsin edge ready: ${[...http, ...dns].join(', ') || 'no listener'}`)
    await asked
    return EXIT.allowed
  },
}
