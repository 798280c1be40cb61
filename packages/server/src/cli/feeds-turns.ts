/** `tocsin feeds run`, `status` and `diff`: what a feed's turns do. */
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { printDiff, printStatus, printTurns } from './feeds-print.ts'
import { printJson } from './print.ts'
import { remoteNode } from './reach.ts'

interface JsonOption {
  readonly json?: true
}

/** `tocsin feeds run`. */
export const runFeed: CommandSpec<JsonOption> = {
  name: 'feeds run',
  summary: 'Take a turn of a feed now, and wait for its end.',
  settings: REACHING,
  notes: 'Exits with 0 where the feed is followed or has not changed, with 2 where it failed or is held back.',
  examples: ['feeds run my-list'],
  declare(command) {
    command.argument('<name>', 'the name of the feed')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const turn = await remoteNode(config, world).feeds.run(args[0]!)
    if (options.json === true) printJson(world.output, turn)
    else printTurns(world.output, [turn])
    return turn.outcome === 'followed' || turn.outcome === 'unchanged' ? EXIT.allowed : EXIT.error
  },
}

/** `tocsin feeds status`. */
export const feedStatus: CommandSpec<JsonOption> = {
  name: 'feeds status',
  summary: 'Show all about a feed: its turns, what it could not take, and how it compares with others.',
  settings: REACHING,
  examples: ['feeds status my-list', 'feeds status my-list --json'],
  declare(command) {
    command.argument('<name>', 'the name of the feed')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const status = await remoteNode(config, world).feeds.status(args[0]!)
    if (options.json === true) printJson(world.output, status)
    else printStatus(world.output, status)
    return EXIT.allowed
  },
}

/** `tocsin feeds diff`. */
export const diffFeed: CommandSpec<JsonOption> = {
  name: 'feeds diff',
  summary: 'Fetch a feed and show what its next turn would do, without doing it.',
  settings: REACHING,
  examples: ['feeds diff my-list'],
  declare(command) {
    command.argument('<name>', 'the name of the feed')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const diff = await remoteNode(config, world).feeds.diff(args[0]!)
    if (options.json === true) printJson(world.output, diff)
    else printDiff(world.output, diff)
    return EXIT.allowed
  },
}
