import type { WireSourceTrust, WireTrust } from '@tocsin/core/wire'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { trustOf } from './option-values.ts'
import { type Cell, printJson, printLine, printTable } from './print.ts'
import { remoteNode } from './reach.ts'
import type { Output } from './surroundings.ts'

interface JsonOption {
  readonly json?: true
}

/** `tocsin trust`. */
export const showTrust: CommandSpec<JsonOption> = {
  name: 'trust',
  summary: 'Whom the node trusts how far, and why.',
  settings: REACHING,
  notes:
    'A key earns trust by what it says first and others confirm, and loses it by what is cleared or taken back. A list\n' +
    'that the operator chose learns downwards alone; where the counts point otherwise, that is advice.',
  examples: ['trust', 'trust epoch --dry-run', 'trust pin mail-1 0.8', 'trust unpin mail-1'],
  declare(command) {
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, options }) {
    show(world.output, await remoteNode(config, world).trust.list(), options)
    return EXIT.allowed
  },
}

/** `tocsin trust epoch`. */
export const makeTrustEpoch: CommandSpec<JsonOption & { readonly apply?: true }> = {
  name: 'trust epoch',
  summary: 'Tell what the next epoch of trust would be, or make it.',
  settings: REACHING,
  notes: 'The node makes one a day by itself.',
  examples: ['trust epoch --dry-run', 'trust epoch --apply'],
  declare(command) {
    command.option('--dry-run', 'change nothing (default)')
    command.option('--apply', 'put it in force now')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, options }) {
    const isApplied = options.apply === true
    show(world.output, await remoteNode(config, world).trust.epoch(isApplied), options)
    return EXIT.allowed
  },
}

/** `tocsin trust pin`. */
export const pinTrust: CommandSpec<JsonOption> = {
  name: 'trust pin',
  summary: 'Hold a source at a trust, whatever it earns or loses.',
  settings: REACHING,
  examples: ['trust pin mail-1 0.8', 'trust pin blocklist-x 0.5'],
  declare(command) {
    command.argument('<source>', 'its name, or that of its key')
    command.argument('<trust>', 'from 0 to 1', trustOf)
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const [source, trust] = args as readonly [string, string]
    const table = await remoteNode(config, world).trust.pin(source, Number(trust))
    if (options.json === true) printJson(world.output, table)
    else printLine(world.output, `${source}: held at ${trust}`)
    return EXIT.allowed
  },
}

/** `tocsin trust unpin`. */
export const unpinTrust: CommandSpec<JsonOption> = {
  name: 'trust unpin',
  summary: 'Let a source learn again, from where the operator put it.',
  settings: REACHING,
  examples: ['trust unpin mail-1'],
  declare(command) {
    command.argument('<source>', 'its name, or that of its key')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const table = await remoteNode(config, world).trust.unpin(args[0]!)
    if (options.json === true) printJson(world.output, table)
    else printLine(world.output, `${args[0]}: learns again`)
    return EXIT.allowed
  },
}

const HEAD = ['source', 'start', 'now', 'confirmed', 'contradicted', 'revoked', 'open', 'days', 'by', 'why']

const WHY: Readonly<Record<WireSourceTrust['why'], string>> = {
  pinned: 'held by the operator',
  fixed: 'does not learn',
  unseen: 'nothing to judge by',
  steady: 'as it began',
  earned: 'was right first',
  waiting: 'good, and seen too little: 30 confirmed on 14 days by 2 organisations make it trusted',
  lost: 'was wrong too often',
  recovering: 'comes back to where it began',
}

function show(output: Output, table: WireTrust, { json }: JsonOption): void {
  if (json === true) {
    printJson(output, table)
    return
  }
  const { epoch, at, applied, sources } = table
  const state = applied ? 'in force' : 'not in force: this would be the next one'
  printLine(output, `epoch ${epoch}${at === undefined ? '' : ` of ${at}`}, ${state}`)
  if (sources.length === 0) printLine(output, 'No source has said anything yet.')
  else printTable(output, HEAD, sources.map(rowOf))
}

function rowOf(source: WireSourceTrust): (Cell | string)[] {
  const { name, start, before, now, advice, counts, why } = source
  const { confirmed, contradicted, revoked, open, days, confirmers } = counts
  const moved = now > before ? 'green' : now < before ? 'red' : undefined
  const step: Cell = moved === undefined ? { text: now.toFixed(2) } : { text: `${before} → ${now}`, colour: moved }
  const figures = [confirmed, contradicted, revoked, open, days, confirmers].map(String)
  const hint = advice === now ? '' : `; counts alone say ${advice}`
  return [name, start.toFixed(2), step, ...figures, `${WHY[why]}${hint}`]
}
