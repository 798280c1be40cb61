import { type CommandSpec, EXIT } from './command.ts'
import { printLine } from './print.ts'

/** `tocsin relay`. */
export const relay: CommandSpec = {
  name: 'relay',
  summary: 'Run a relay: forward sealed lookups to one gateway, so that it cannot tell who asks.',
  settings: ['gateway', 'ohttp.relay.listen', 'ohttp.relay.requestsPerSecond', 'log.level'],
  notes: [
    'A relay is of use where somebody else runs it than the gateway: it sees who asks, the gateway sees what is asked.',
    'It forwards sealed bytes and no header of the client, writes no address anywhere, and hands out no keys: clients pin',
    'those of the gateway or fetch them there (GET /v1/ohttp/keys). Put a proxy with TLS in front of it; its log is yours.',
    'Prints one line on standard output when it is ready; the log goes to standard error.',
  ].join('\n'),
  examples: [
    'relay --gateway https://cloud.example.org/v1/ohttp/gateway',
    'relay --gateway https://cloud.example.org/v1/ohttp/gateway --ohttp-relay 0.0.0.0:7090',
  ],
  declare() {
    // Its flags are settings, all of them.
  },
  async run({ config, world }) {
    const asked = world.untilAsked()
    await using running = await world.startRelay(config)
    printLine(world.output, `tocsin relay ready: ${running.url}`)
    await asked
    return EXIT.allowed
  },
}
