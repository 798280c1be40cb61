/** `tocsin feedback …`: what an edge sends upstream, to read, to hold, and to switch off. */
import { ProblemError } from '@tocsin/core/base'
import type { FeedbackMode, WireFeedback, WireFeedbackBatches } from '@tocsin/core/wire'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { limitOf } from './feedback-options.ts'
import { type Cell, printJson, printLine, printTable } from './print.ts'
import { remoteNode } from './reach.ts'
import type { Output } from './surroundings.ts'

interface JsonOption {
  readonly json?: true
}

const JSON_OPTION = ['--json', 'print JSON as the API answers it'] as const

/** `tocsin feedback`. */
export const feedbackStatus: CommandSpec<JsonOption> = {
  name: 'feedback',
  summary: 'What an edge sends upstream: how it stands.',
  settings: REACHING,
  notes: 'docs/feedback.md says what leaves, what never does, and what is not anonymous.',
  examples: ['feedback', 'feedback pending', 'feedback show', 'feedback hold', 'feedback off'],
  declare(command) {
    command.option(...JSON_OPTION)
  },
  async run({ config, world, options }) {
    show(world.output, await remoteNode(config, world).feedback.status(), options)
    return EXIT.allowed
  },
}

/** `tocsin feedback show` and `tocsin feedback pending`. */
export const showFeedback = listing('show', 'sent', 'Show what was sent or refused, byte for byte, the last first.')

/** See {@link showFeedback}. */
export const pendingFeedback = listing(
  'pending',
  'pending',
  'Show what waits to be sent, byte for byte, the next first.',
)

/** `tocsin feedback on`, `hold` and `off`. */
export const feedbackOn = switching('on', 'Send what waits and what comes.')

/** See {@link feedbackOn}. */
export const feedbackHold = switching('hold', 'Keep what comes, and send nothing.')

/** See {@link feedbackOn}. */
export const feedbackOff = switching('off', 'Collect nothing any more; what waited stays, and is not sent.')

/** `tocsin feedback discard`. */
export const discardFeedback: CommandSpec<JsonOption & { readonly yes?: true }> = {
  name: 'feedback discard',
  summary: 'Throw away all that waits.',
  settings: REACHING,
  examples: ['feedback discard --yes'],
  declare(command) {
    command.option('--yes', 'that you mean it; without it, only says what would go')
    command.option(...JSON_OPTION)
  },
  async run({ config, world, options }) {
    const { feedback } = remoteNode(config, world)
    if (options.yes !== true) {
      const { items } = (await feedback.status()).waiting
      printLine(world.errors, `Nothing discarded: --yes throws away what waits, ${counted(items, 'item')}.`)
      return EXIT.error
    }
    const discarded = await feedback.discard()
    if (options.json === true) printJson(world.output, { discarded })
    else printLine(world.output, `${counted(discarded, 'item')} discarded`)
    return EXIT.allowed
  },
}

/** `tocsin feedback submit`. */
export const submitFeedback: CommandSpec<JsonOption & { readonly all?: true }> = {
  name: 'feedback submit',
  summary: 'Agree that the text of pages is sent, of those that the network would like to see.',
  settings: REACHING,
  notes: 'Texts have no user, query or fragment; `tocsin feedback pending` lists them.',
  examples: ['feedback submit url:example.com/login', 'feedback submit --all'],
  declare(command) {
    command.argument('[page...]', 'as `tocsin feedback pending` lists it')
    command.option('--all', 'all that are listed now')
    command.option(...JSON_OPTION)
  },
  async run({ config, world, args, options }) {
    if ((options.all === true) === args.length > 0) {
      const found = args.length > 0 ? 'both' : 'neither'
      throw new ProblemError({ code: 'invalid', message: `Cannot submit: pages or --all are needed, found ${found}` })
    }
    const { feedback } = remoteNode(config, world)
    const texts = options.all === true ? (await feedback.list('pending', 0)).texts : args
    const accepted = texts.length === 0 ? 0 : await feedback.agree(texts)
    if (options.json === true) printJson(world.output, { accepted })
    else printLine(world.output, `${accepted} of ${texts.length} waited for it, and are sent`)
    return EXIT.allowed
  },
}

function listing(
  name: 'show' | 'pending',
  which: 'sent' | 'pending',
  summary: string,
): CommandSpec<JsonOption & { readonly limit: number }> {
  return {
    name: `feedback ${name}`,
    summary,
    settings: REACHING,
    examples: [`feedback ${name}`, `feedback ${name} --limit 1 --json`],
    declare(command) {
      command.option('--limit <NUMBER>', 'batches that are shown, at most 1000', limitOf, 20)
      command.option(...JSON_OPTION)
    },
    async run({ config, world, options }) {
      const found = await remoteNode(config, world).feedback.list(which, options.limit)
      if (options.json === true) printJson(world.output, found)
      else printBatches(world.output, found)
      return EXIT.allowed
    },
  }
}

function switching(mode: FeedbackMode, summary: string): CommandSpec<JsonOption> {
  return {
    name: `feedback ${mode}`,
    summary,
    settings: REACHING,
    notes: 'It outlives a start. The setting feedback.mode says how much may be switched on at all.',
    examples: [`feedback ${mode}`],
    declare(command) {
      command.option(...JSON_OPTION)
    },
    async run({ config, world, options }) {
      show(world.output, await remoteNode(config, world).feedback.choose(mode), options)
      return EXIT.allowed
    },
  }
}

const COLOURS: Readonly<Record<string, NonNullable<Cell['colour']>>> = {
  on: 'green',
  hold: 'yellow',
  off: 'dim',
  waiting: 'yellow',
  sent: 'green',
  refused: 'red',
}

function coloured(text: string): Cell {
  const colour = COLOURS[text]
  return colour === undefined ? { text } : { text, colour }
}

function show(output: Output, state: WireFeedback, { json }: JsonOption): void {
  if (json === true) {
    printJson(output, state)
    return
  }
  const { mode, waiting, sent, dropped, refused, stayed, encounters, blocks, texts, submit, trouble } = state
  const oldest = waiting.oldestAt === undefined ? '' : `, the oldest since ${waiting.oldestAt}`
  const last = sent.lastAt === undefined ? '' : `, the last at ${sent.lastAt}`
  const rows: (readonly [string, Cell | string])[] = [
    ['mode', coloured(mode)],
    [
      'waiting',
      `${counted(waiting.items, 'item')} in ${counted(waiting.batches, 'batch', 'es')}, ${counted(waiting.bytes, 'byte')}${oldest}`,
    ],
    ['sent', `${counted(sent.items, 'item')} in ${counted(sent.batches, 'batch', 'es')}${last}`],
    ['refused', counted(refused, 'item')],
    ['dropped', counted(dropped, 'item')],
    ['stayed', `${counted(stayed, 'report')} that may not leave`],
    [
      'being counted',
      `${counted(encounters.waiting, 'subject')} (${counted(encounters.dropped, 'question')} had no room)`,
    ],
    ['blocked here', `${counted(blocks, 'subject')}, for 24 hours each`],
    ['texts', `${texts} waiting for a word (policy: ${submit})`],
    ...(trouble === undefined ? [] : [['trouble', { text: trouble, colour: 'yellow' }] as const]),
  ]
  printTable(
    output,
    [],
    rows.map(([name, value]) => [{ text: name, colour: 'dim' }, value]),
  )
}

function counted(count: number, what: string, plural = 's'): string {
  return `${count} ${what}${count === 1 ? '' : plural}`
}

function printBatches(output: Output, { batches, texts }: WireFeedbackBatches): void {
  for (const { id, path, items, madeAt, state, doneAt, reason, body } of batches) {
    const done = doneAt === undefined ? '' : `, ${state} ${doneAt}`
    printLine(output, `#${id}  POST ${path}, ${counted(items, 'item')}, made ${madeAt}${done}`)
    if (reason !== undefined) printLine(output, `  reason: ${reason}`)
    printLine(output, `  ${body}`)
  }
  if (batches.length + texts.length === 0) printLine(output, 'Nothing is there.')
  for (const text of texts) printLine(output, `text wanted: ${text}`)
}
