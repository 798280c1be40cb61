import { resolve } from 'node:path'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import type { WireNewFeed } from '@tocsin/core/wire'
import { InvalidArgumentError, Option } from 'commander'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { confidenceOf, trustOf } from './option-values.ts'
import { printJson, printLine } from './print.ts'
import { remoteNode } from './reach.ts'

interface AddOptions {
  readonly format?: string
  readonly kind?: string
  readonly confidence?: number
  readonly mode?: 'standing' | 'window'
  readonly expireAfterHours?: number
  readonly trust?: number
  readonly organisation?: string
  readonly licence?: string
  readonly every?: number
  readonly column?: string
  readonly header?: readonly string[]
  readonly allowHost?: readonly string[]
  readonly include?: string
  readonly exclude?: string
  readonly hosts: boolean
  readonly disabled?: true
  readonly acceptTerms?: true
  readonly json?: true
}

/** `tocsin feeds add`. */
export const addFeed: CommandSpec<AddOptions> = {
  name: 'feeds add',
  summary: 'Add a feed: by its address, or by its name in the catalogue.',
  settings: REACHING,
  notes: [
    'The address is https: or http:, the path of a file or a folder on the machine of the node, or packaged:NAME.',
    'Secrets stand as "${TOCSIN_FEED_…}", a variable of the environment of the node. More settings: docs/feeds.md.',
  ].join('\n'),
  examples: [
    'feeds add my-list ./my-list.txt --kind listed-attack',
    'feeds add partner https://feeds.example.org/bad.csv --format csv --column 1 --organisation example.org',
    'feeds add openphish --accept-terms',
  ],
  declare(command) {
    command.argument('<name>', 'a-z, 0-9, ".", "_" and "-"; its source in explanations')
    command.argument('[address]', 'where it is; without it, the catalogue says')
    command.option('--format <FORMAT>', 'how it is written (default: found by itself)')
    command.option('--kind <KIND>', 'what an entry means (default: what the format says, else listed)')
    command.option('--confidence <0-1>', 'how sure it is (default: 1)', confidenceOf)
    command.addOption(new Option('--mode <MODE>', 'whether what it drops is gone').choices(['standing', 'window']))
    command.option('--expire-after-hours <HOURS>', 'for a window: when what it shows no more is taken back', wholeOf)
    command.option('--trust <0-1>', 'how far it counts (default: 0.8)', trustOf)
    command.option('--organisation <NAME>', 'who is behind it: feeds of one count as one')
    command.option('--licence <TEXT>', 'on which terms it may be used')
    command.option('--every <SECONDS>', 'how often it is fetched (default: 3600)', wholeOf)
    command.option('--column <NAME|NUMBER>', 'for format csv: the column with the subject')
    command.option('--header <NAME: VALUE>', 'sent with each request; several are allowed', gathered)
    command.option('--allow-host <HOST>', 'a host off the public internet that it may be fetched from', gathered)
    command.option('--include <TYPES>', 'take only these types of subjects, between commas')
    command.option('--exclude <TYPES>', 'leave out these types of subjects, between commas')
    command.option('--no-hosts', 'take its pages and files alone, no name or address')
    command.option('--disabled', 'do not fetch it yet')
    command.option('--accept-terms', 'that you have read its terms, where the catalogue asks for it')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const status = await remoteNode(config, world).feeds.add(feedOf(args, options))
    if (options.json === true) printJson(world.output, status)
    else if (options.disabled === true) printLine(world.output, `${status.name}: added, disabled`)
    else printLine(world.output, `${status.name}: added; npx tocsin feeds run ${status.name} waits for its first turn`)
    return EXIT.allowed
  },
}

function feedOf([name, address]: readonly string[], options: AddOptions): WireNewFeed {
  const { every, column, header, allowHost, include, exclude, hosts, disabled, acceptTerms, json: _, ...rest } = options
  const said = {
    ...rest,
    address: address === undefined ? undefined : placeOf(address),
    everySeconds: every,
    columns: column === undefined ? undefined : { subject: /^\d+$/.test(column) ? Number(column) : column },
    headers: header === undefined ? undefined : Object.fromEntries(header.map(headerOf)),
    allowedHosts: allowHost,
    include: include?.split(',').map(typeOf),
    exclude: exclude?.split(',').map(typeOf),
    hosts: hosts ? undefined : false,
    enabled: disabled === true ? false : undefined,
    acceptTerms,
  }
  const present = Object.entries(said).filter(([, value]) => value !== undefined)
  // Its shape is checked by the node, which answers in words.
  return { name, ...Object.fromEntries(present) } as unknown as WireNewFeed
}

/** A path is the caller's: the node stands in another folder. */
function placeOf(address: string): string {
  return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(address) ? address : resolve(address)
}

function headerOf(text: string): [string, string] {
  const at = text.indexOf(':')
  if (at <= 0) throw new InvalidArgumentError('A header must be as in "Auth-Key: ${TOCSIN_FEED_ABUSE_CH}".')
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

function typeOf(text: string): string {
  if ((SUBJECT_TYPES as readonly string[]).includes(text.trim())) return text.trim()
  throw new InvalidArgumentError(`A type must be one of ${SUBJECT_TYPES.join(', ')}.`)
}

function wholeOf(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidArgumentError('It must be a whole number above 0.')
}

function gathered(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text]
}
