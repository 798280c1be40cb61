import { ROLES, type Role, type WireKey } from '@tocsin/core/wire'
import { Option } from 'commander'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { trustOf } from './option-values.ts'
import { printJson, printLine, printTable } from './print.ts'
import { remoteNode } from './reach.ts'

interface AddOptions {
  readonly role: Role
  readonly trust?: number
  readonly organisation?: string
  readonly json?: true
}

/** `tocsin keys add`. */
export const addKey: CommandSpec<AddOptions> = {
  name: 'keys add',
  summary: 'Make a key and show its secret, once.',
  settings: REACHING,
  notes:
    'Each role may do all that the ones before it may: reader (look up), sensor (report), analyst (decide), admin (all).',
  examples: ['keys add mail-1 --role sensor --organisation example.org --trust 0.8', 'keys add resolver --role reader'],
  declare(command) {
    command.argument('<name>', 'letters, digits, ".", "_" and "-"; unique')
    command.addOption(new Option('--role <ROLE>', 'what it may do').choices(ROLES).makeOptionMandatory())
    command.option('--trust <0-1>', 'how far its reports count (default: 0.3, fresh)', trustOf)
    command.option('--organisation <NAME>', 'who answers for it: keys of one organisation do not confirm each other')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const { role, trust, organisation, json } = options
    const key = await remoteNode(config, world).addKey({
      name: args[0]!,
      role,
      ...(trust === undefined ? {} : { trust }),
      ...(organisation === undefined ? {} : { organisation }),
    })
    if (json === true) printJson(world.output, key)
    else {
      printTable(world.output, HEAD, [rowOf(key)])
      printLine(world.output, key.token ?? '')
      printLine(world.errors, 'This is the only time that the key is shown.')
    }
    return EXIT.allowed
  },
}

/** `tocsin keys list`. */
export const listKeys: CommandSpec<{ readonly json?: true }> = {
  name: 'keys list',
  summary: 'List all keys, without their secrets.',
  settings: REACHING,
  examples: ['keys list'],
  declare(command) {
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, options }) {
    const keys = await remoteNode(config, world).listKeys()
    if (options.json === true) printJson(world.output, { keys })
    else printTable(world.output, HEAD, keys.map(rowOf))
    return EXIT.allowed
  },
}

/** `tocsin keys revoke`. */
export const revokeKey: CommandSpec<{ readonly retract?: true }> = {
  name: 'keys revoke',
  summary: 'Make a key worthless, at once.',
  settings: REACHING,
  notes: 'What was reported with it stays, and counts on. Where the key was stolen or its holder lied, say --retract.',
  examples: ['keys revoke mail-1', 'keys revoke stolen-1 --retract'],
  declare(command) {
    command.argument('<name>', 'the name of the key')
    command.option('--retract', 'take back all that was reported with it, too')
  },
  async run({ config, world, args, options }) {
    const node = remoteNode(config, world)
    const name = args[0]!
    if (options.retract === true) {
      printLine(world.output, `${name}: revoked, ${await node.revokeAndRetract(name)} retracted`)
      return EXIT.allowed
    }
    await node.revokeKey(name)
    printLine(world.output, `${name}: revoked`)
    return EXIT.allowed
  },
}

const HEAD = ['name', 'role', 'organisation', 'trust', 'made', 'label in DNS questions']

function rowOf({ name, role, organisation, trust, createdAt, dnsLabel }: WireKey): string[] {
  return [name, role, organisation, String(trust), createdAt.slice(0, 10), dnsLabel]
}
