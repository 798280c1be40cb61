/** `tocsin feeds …`: what a node is fed with. */
import type { WireFeeds } from '@tocsin/core/wire'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { noteWhen } from './feeds-print.ts'
import { type Cell, printJson, printLine, printTable } from './print.ts'
import { remoteNode } from './reach.ts'

interface JsonOption {
  readonly json?: true
}

const JSON_OPTION = ['--json', 'print JSON as the API answers it'] as const

const COLOURS: Readonly<Record<string, NonNullable<Cell['colour']>>> = {
  good: 'green',
  stale: 'red',
  held: 'yellow',
  failing: 'yellow',
  disabled: 'dim',
  waiting: 'dim',
}

/** `tocsin feeds list`. */
export const listFeeds: CommandSpec<JsonOption> = {
  name: 'feeds list',
  summary: 'List the configured feeds and how they are.',
  settings: REACHING,
  examples: ['feeds list'],
  declare(command) {
    command.option(...JSON_OPTION)
  },
  async run({ config, world, options }) {
    const feeds = await remoteNode(config, world).feeds.list()
    if (options.json === true) printJson(world.output, { feeds })
    else if (feeds.length === 0)
      printLine(world.output, 'No feeds yet: npx tocsin feeds catalogue shows well-known ones.')
    else printTable(world.output, HEAD, feeds.map(rowOf))
    return EXIT.allowed
  },
}

/** `tocsin feeds catalogue`. */
export const feedCatalogue: CommandSpec<JsonOption> = {
  name: 'feeds catalogue',
  summary: 'List well-known public feeds that can be enabled by name, with their terms.',
  settings: REACHING,
  examples: ['feeds catalogue', 'feeds enable urlhaus-text'],
  declare(command) {
    command.option(...JSON_OPTION)
  },
  async run({ config, world, options }) {
    const feeds = await remoteNode(config, world).feeds.catalogue()
    if (options.json === true) printJson(world.output, { feeds })
    else {
      const rows = feeds.map(({ name, about, settings, asks, configured }) => [
        { text: name, colour: configured ? ('green' as const) : ('bold' as const) },
        settings.licence ?? '-',
        { text: asks ?? '', colour: 'yellow' as const },
        about,
      ])
      printTable(world.output, ['name', 'licence', 'asks for', 'what it is good for'], rows)
    }
    return EXIT.allowed
  },
}

/** `tocsin feeds enable` and `tocsin feeds disable`. */
export const enableFeed: CommandSpec<JsonOption & { readonly acceptTerms?: true }> = {
  name: 'feeds enable',
  summary: 'Switch a feed on; one that is not configured is taken from the catalogue.',
  settings: REACHING,
  examples: ['feeds enable spamhaus-drop', 'feeds enable openphish --accept-terms'],
  declare(command) {
    command.argument('<name>', 'the name of the feed')
    command.option('--accept-terms', 'that you have read its terms, where the catalogue asks for it')
    command.option(...JSON_OPTION)
  },
  async run({ config, world, args, options }) {
    const wanted = { enabled: true, ...(options.acceptTerms === true ? { acceptTerms: true } : {}) }
    const status = await remoteNode(config, world).feeds.enable(args[0]!, wanted)
    if (options.json === true) printJson(world.output, status)
    else printLine(world.output, `${args[0]}: enabled, its next turn is ${noteWhen(status.nextAt, world.clock())}`)
    return EXIT.allowed
  },
}

/** See {@link enableFeed}. */
export const disableFeed: CommandSpec<JsonOption> = {
  name: 'feeds disable',
  summary: 'Switch a feed off; what it said stays in force until it is removed.',
  settings: REACHING,
  examples: ['feeds disable openphish'],
  declare(command) {
    command.argument('<name>', 'the name of the feed')
    command.option(...JSON_OPTION)
  },
  async run({ config, world, args, options }) {
    const status = await remoteNode(config, world).feeds.enable(args[0]!, { enabled: false })
    if (options.json === true) printJson(world.output, status)
    else printLine(world.output, `${args[0]}: disabled`)
    return EXIT.allowed
  },
}

/** `tocsin feeds remove`. */
export const removeFeed: CommandSpec<JsonOption & { readonly yes?: true }> = {
  name: 'feeds remove',
  summary: 'Remove a feed: all that it said is taken back, and its copies are deleted.',
  settings: REACHING,
  examples: ['feeds remove my-list --yes'],
  declare(command) {
    command.argument('<name>', 'the name of the feed')
    command.option('--yes', 'that you mean it; without it, only says what would go')
    command.option(...JSON_OPTION)
  },
  async run({ config, world, args, options }) {
    const { feeds } = remoteNode(config, world)
    const name = args[0]!
    if (options.yes !== true) {
      const { entries } = await feeds.status(name)
      printLine(world.errors, `Nothing removed: ${name} has ${entries} entries, which --yes takes back.`)
      return EXIT.error
    }
    const retracted = await feeds.remove(name)
    if (options.json === true) printJson(world.output, { retracted })
    else printLine(world.output, `${name}: removed, ${retracted} records taken back`)
    return EXIT.allowed
  },
}

/** `tocsin feeds agree`. */
export const agreeFeed: CommandSpec<JsonOption> = {
  name: 'feeds agree',
  summary: 'Agree to a copy that was held back as too short, too long or empty; the next turn follows it.',
  settings: REACHING,
  examples: ['feeds agree my-list', 'feeds run my-list'],
  declare(command) {
    command.argument('<name>', 'the name of the feed')
    command.option(...JSON_OPTION)
  },
  async run({ config, world, args, options }) {
    const status = await remoteNode(config, world).feeds.agree(args[0]!)
    if (options.json === true) printJson(world.output, status)
    else
      printLine(world.output, `${args[0]}: the next turn follows a copy of about ${status.held?.entries ?? 0} entries`)
    return EXIT.allowed
  },
}

const HEAD = ['name', 'state', 'entries', 'trust', 'checked', 'next', 'address or trouble']

function rowOf(feed: WireFeeds['feeds'][number]): (Cell | string)[] {
  const { name, state, entries, trust, checkedAt, nextAt, address, error } = feed
  const colour = COLOURS[state]
  return [
    { text: name, colour: 'bold' },
    colour === undefined ? state : { text: state, colour },
    String(entries),
    String(trust),
    checkedAt?.slice(0, 16) ?? '-',
    nextAt?.slice(0, 16) ?? '-',
    error === undefined ? address : { text: error, colour: 'yellow' },
  ]
}
