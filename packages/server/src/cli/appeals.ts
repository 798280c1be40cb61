import { ProblemError, unwrap } from '@tocsin/core/base'
import { guessSubject, subjectText } from '@tocsin/core/subject'
import { APPEAL_STATES, type AppealState, type WireAppeal, type WireAppealCase } from '@tocsin/core/wire'
import { Option } from 'commander'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { printJson, printLine } from './print.ts'
import { remoteNode } from './reach.ts'
import type { Output } from './surroundings.ts'

interface AppealOptions {
  readonly reason?: string
  readonly contact?: string
  readonly json?: true
}

/** `tocsin appeal`. */
export const appeal: CommandSpec<AppealOptions> = {
  name: 'appeal',
  summary: 'Hold a listing to be wrong; an analyst looks.',
  settings: REACHING,
  examples: ['appeal mail.example.org --reason "our own mail server"', 'appeal 192.0.2.1'],
  declare(command) {
    command.argument('<subject>', 'what is listed wrongly')
    command.option('--reason <TEXT>', 'why it is harmless, at most 500 characters')
    command.option('--contact <TEXT>', 'whom to ask; stays in the node')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const { reason, contact, json } = options
    const subject = subjectText(unwrap(guessSubject(args[0]!)))
    const said = { ...(reason === undefined ? {} : { reason }), ...(contact === undefined ? {} : { contact }) }
    const opened = await remoteNode(config, world).appeals.open({ subject, ...said })
    if (json === true) printJson(world.output, opened)
    else printLine(world.output, `${opened.id}  ${subject}: ${opened.status}`)
    return EXIT.allowed
  },
}

/** `tocsin appeals list`. */
export const listAppeals: CommandSpec<{ readonly status: AppealState; readonly json?: true }> = {
  name: 'appeals list',
  summary: 'List appeals, the oldest open one first.',
  settings: REACHING,
  examples: ['appeals list', 'appeals list --status cleared'],
  declare(command) {
    command.addOption(new Option('--status <STATUS>', 'how they stand').choices(APPEAL_STATES).default('open'))
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, options }) {
    const found = await remoteNode(config, world).appeals.list(options.status)
    if (options.json === true) {
      printJson(world.output, found)
      return EXIT.allowed
    }
    for (const each of found.appeals) tell(world.output, each)
    printLine(world.output, found.open === 0 ? 'Nothing waits for an answer.' : `${found.open} wait for an answer.`)
    return EXIT.allowed
  },
}

/** `tocsin appeals status`. */
export const appealStatus: CommandSpec<{ readonly json?: true }> = {
  name: 'appeals status',
  summary: 'How an appeal stands; its id is all that is needed.',
  settings: REACHING,
  examples: ['appeals status mfrggzdfmztwq2lkmfrggzdfmy'],
  declare(command) {
    command.argument('<id>', 'as `tocsin appeal` printed it')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const found = await remoteNode(config, world).appeals.find(args[0]!)
    if (options.json === true) printJson(world.output, found)
    else tell(world.output, found)
    return EXIT.allowed
  },
}

interface AnswerOptions {
  readonly clear?: true
  readonly confirm?: true
  readonly text?: string
  readonly json?: true
}

/** `tocsin appeals answer`. */
export const answerAppeal: CommandSpec<AnswerOptions> = {
  name: 'appeals answer',
  summary: 'Answer an appeal, and all that are open for the same subject.',
  settings: REACHING,
  notes: 'The decision is yours: it is on record under your key, and acts at once.',
  examples: [
    'appeals answer mfrggzdfmztwq2lkmfrggzdfmy --clear --text "a shared mail server"',
    'appeals answer mfrggzdfmztwq2lkmfrggzdfmy --confirm',
  ],
  declare(command) {
    command.argument('<id>', 'as `tocsin appeals list` shows it')
    command.option('--clear', 'the listing is wrong')
    command.option('--confirm', 'the listing stays')
    command.option('--text <TEXT>', 'for whoever appealed, at most 500 characters')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const { clear, confirm, text, json } = options
    if ((clear === true) === (confirm === true)) {
      const message = `Cannot answer the appeal: either --clear or --confirm is needed, found ${clear === true ? 'both' : 'neither'}`
      throw new ProblemError({ code: 'invalid', message })
    }
    const decision = clear === true ? 'clear' : 'confirm'
    const answer = { decision, ...(text === undefined ? {} : { answer: text }) } as const
    const answered = await remoteNode(config, world).appeals.answer(args[0]!, answer)
    if (json === true) printJson(world.output, answered)
    else tell(world.output, answered)
    return EXIT.allowed
  },
}

function tell(output: Output, found: WireAppeal & Partial<WireAppealCase>): void {
  const { id, subject, status, openedAt, answeredAt, reason, contact, answer } = found
  const answered = answeredAt === undefined ? '' : `, answered ${answeredAt}`
  printLine(output, `${id}  ${subject}: ${status}, opened ${openedAt}${answered}`)
  for (const [name, text] of Object.entries({ reason, contact, answer })) {
    for (const line of (text ?? '').split('\n')) if (line !== '') printLine(output, `  ${name}: ${line}`)
  }
}
