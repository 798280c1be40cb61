import { InvalidArgumentError } from 'commander'
import { type CommandSpec, EXIT } from './command.ts'
import { printJson, printLine } from './print.ts'

interface RotateOptions {
  readonly days: number
  readonly json?: true
}

const DAY_MS = 86_400_000
const DAYS = 30
const DAYS_MAX = 3650

/** `tocsin keys rotate-signing`. */
export const rotateSigning: CommandSpec<RotateOptions> = {
  name: 'keys rotate-signing',
  summary: 'Make the key that signs the book from a later day on; until then the present one vouches for it.',
  settings: ['data'],
  notes: [
    'Run it where the data folder is; a node that runs takes note within a minute. Edges follow by themselves as long as they',
    'ask at least once before the new key signs; who was away for all that time has to be enrolled again.',
  ].join('\n'),
  examples: ['keys rotate-signing', 'keys rotate-signing --days 7'],
  declare(command) {
    command.option('--days <N>', `days until the new key signs (default: ${DAYS})`, daysOf, DAYS)
    command.option('--json', 'print JSON')
  },
  async run({ config, world, options }) {
    const { rotateKeyOf } = await import('../compose/distribution.ts')
    const now = world.clock()
    const { current, next, from } = rotateKeyOf(config.data, now, now + options.days * DAY_MS)
    const until = new Date(from).toISOString()
    if (options.json === true) printJson(world.output, { current, next, from: until })
    else printLine(world.output, `${next.keyId} signs from ${until} on; until then ${current.keyId} vouches for it`)
    return EXIT.allowed
  },
}

function daysOf(text: string): number {
  const days = Number(text)
  if (Number.isInteger(days) && days >= 1 && days <= DAYS_MAX) return days
  throw new InvalidArgumentError(`It must be a whole number of 1–${DAYS_MAX}.`)
}
