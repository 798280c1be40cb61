import { ProblemError } from '@tocsin/core/base'
import { UNKNOWN_LIST, UNKNOWN_TYPES } from '@tocsin/core/wire'
import { Option } from 'commander'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { printJson, printLine } from './print.ts'
import { remoteNode } from './reach.ts'

interface UnknownOptions {
  readonly type?: string
  readonly limit: string
  readonly json?: true
}

/** `tocsin unknown`. */
export const listUnknown: CommandSpec<UnknownOptions> = {
  name: 'unknown',
  summary: 'List what was met and nobody knows anything of.',
  settings: REACHING,
  notes: 'First what most organisations met, then what was asked about most.',
  examples: ['unknown', 'unknown --type url --limit 20'],
  declare(command) {
    command.addOption(new Option('--type <TYPE>', 'of one type alone').choices(UNKNOWN_TYPES))
    command.option('--limit <NUMBER>', `subjects, 1 to ${UNKNOWN_LIST.most}`, String(UNKNOWN_LIST.usual))
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, options: { type, limit, json } }) {
    const question = { limit: readLimit(limit), ...(type === undefined ? {} : { type }) }
    const found = await remoteNode(config, world).unknown.list(question)
    if (json === true) {
      printJson(world.output, found)
      return EXIT.allowed
    }
    for (const { subject, count, organisations, firstSeen } of found.subjects) {
      const sites = organisations === '1' ? '1 organisation' : `${organisations} organisations`
      const times = count === 1 ? 'once' : `${count} times`
      printLine(world.output, `${subject}  met ${times} by ${sites} since ${firstSeen}`)
    }
    printLine(world.output, found.waiting === 0 ? 'Nothing is unknown.' : `${found.waiting} wait in all.`)
    return EXIT.allowed
  },
}

function readLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (limit >= 1 && limit <= UNKNOWN_LIST.most) return limit
  const message = `Cannot list the unknown: --limit must be a number of 1 to ${UNKNOWN_LIST.most}, found "${text}"`
  throw new ProblemError({ code: 'invalid', message })
}
