import { ENROLLED_ROLES, type EnrolledRole, type WireEnrolment } from '@tocsin/core/wire'
import { Option } from 'commander'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { secondsOf, trustOf } from './option-values.ts'
import { printJson, printLine, printTable } from './print.ts'
import { remoteNode } from './reach.ts'

interface EnrolOptions {
  readonly role: EnrolledRole
  readonly trust?: number
  readonly organisation?: string
  readonly expires?: number
  readonly json?: true
}

/** `tocsin keys enrol`. */
export const enrolEdge: CommandSpec<EnrolOptions> = {
  name: 'keys enrol',
  summary: 'Make a one-time token by which an edge gets a key.',
  settings: REACHING,
  notes: [
    'The edge makes its key itself; the token is good for one edge, until it expires. It holds the public key by which this node',
    'signs, so the edge believes nobody else. Hand it over as you would a password: whoever has it first is the edge.',
  ].join('\n'),
  examples: ['keys enrol branch-1', 'keys enrol branch-2 --role reader --organisation example.org --expires 7d'],
  declare(command) {
    command.argument('<name>', 'of the key that the edge will have: letters, digits, ".", "_" and "-"; unique')
    const role = new Option('--role <ROLE>', 'what the edge may do: look up, or report as well')
    command.addOption(role.choices(ENROLLED_ROLES).default('sensor'))
    command.option('--trust <0-1>', 'how far its reports count (default: 0.3, fresh)', trustOf)
    command.option('--organisation <NAME>', 'who answers for it: keys of one organisation do not confirm each other')
    command.option('--expires <TIME>', 'for how long the token is good, 1m to 30d (default: 24h)', secondsOf)
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const { role, trust, organisation, expires, json } = options
    const enrolment = await remoteNode(config, world).openEnrolment({
      name: args[0]!,
      role,
      ...(trust === undefined ? {} : { trust }),
      ...(organisation === undefined ? {} : { organisation }),
      ...(expires === undefined ? {} : { expiresInSeconds: expires }),
    })
    if (json === true) printJson(world.output, enrolment)
    else {
      printTable(world.output, HEAD, [rowOf(enrolment)])
      printLine(world.output, enrolment.token ?? '')
      printLine(world.errors, 'This is the only time that the token is shown.')
    }
    return EXIT.allowed
  },
}

/** `tocsin keys enrolments`. */
export const listEnrolments: CommandSpec<{ readonly json?: true }> = {
  name: 'keys enrolments',
  summary: 'List the enrolments that wait for their edges, without their secrets.',
  settings: REACHING,
  examples: ['keys enrolments'],
  declare(command) {
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, options }) {
    const enrolments = await remoteNode(config, world).listEnrolments()
    if (options.json === true) printJson(world.output, { enrolments })
    else printTable(world.output, HEAD, enrolments.map(rowOf))
    return EXIT.allowed
  },
}

/** `tocsin keys cancel`. */
export const cancelEnrolment: CommandSpec = {
  name: 'keys cancel',
  summary: 'Make the token of an open enrolment worthless.',
  settings: REACHING,
  notes: 'For an edge that has enrolled already, revoke its key: tocsin keys revoke NAME.',
  examples: ['keys cancel branch-1'],
  declare(command) {
    command.argument('<name>', 'the name of the enrolment')
  },
  async run({ config, world, args }) {
    const name = args[0]!
    await remoteNode(config, world).cancelEnrolment(name)
    printLine(world.output, `${name}: cancelled`)
    return EXIT.allowed
  },
}

const HEAD = ['name', 'role', 'organisation', 'trust', 'expires']

function rowOf({ name, role, organisation, trust, expiresAt }: WireEnrolment): string[] {
  return [name, role, organisation, String(trust), expiresAt]
}
