/** The command line: words to a command, its outcome to an exit code. */
import { ProblemError } from '@tocsin/core/base'
import { Command, CommanderError, Option } from 'commander'
import { flagName, loadConfig, SETTINGS, type Setting, type SettingPath } from '../config/index.ts'
import { type CommandSpec, EXIT, type ExitCode } from './command.ts'
import { commandsFor } from './commands.ts'
import { paint } from './print.ts'
import { isUnavailable } from './reach.ts'
import type { Surroundings } from './surroundings.ts'

const GROUPS: Readonly<Record<string, string>> = {
  keys: 'Make, list and revoke the keys of readers, sensors and people; enrol edges.',
  feeds: 'The lists that the node fetches: add, look at, switch and remove them.',
  appeals: 'Appeals against listings: list, look at and answer them.',
  enrich: 'Data about networks, countries, ranges and popular names, which explanations show.',
}

/** Runs one command line (without the program's name) and gives the exit code. Never rejects. */
export async function run(words: readonly string[], world: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.allowed
  const program = root(world)
  for (const spec of await commandsFor(words)) {
    attach(program, spec, world, async command => {
      code = await perform(spec, command, world)
    })
  }
  try {
    await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed what is wrong, and exits with 1 for it, which would mean "blocked".
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.allowed : EXIT.error
    return complain(error, world, EXIT.error)
  }
}

function root(world: Surroundings): Command {
  const program = new Command('tocsin')
    .description('An open, self-hosted reputation network: what is known of addresses, domains, pages and files.')
    .version(world.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print what a command does, its options and examples')
    .helpCommand(false)
    .configureOutput({
      writeOut: text => world.output.write(text),
      writeErr: text => world.errors.write(text),
      getOutHasColors: () => world.output.colours,
      getErrHasColors: () => world.errors.colours,
    })
    .exitOverride()
    // A command with others below it, as `trust`, must not take their options for its own.
    .enablePositionalOptions()
  for (const [name, summary] of Object.entries(GROUPS))
    program.addCommand(inherit(new Command(name), program).description(summary))
  return program
}

/** A command that prints and fails as its parent does. */
function inherit(command: Command, parent: Command): Command {
  return command.copyInheritedSettings(parent)
}

function attach(
  program: Command,
  spec: CommandSpec<never>,
  world: Surroundings,
  act: (command: Command) => Promise<void>,
): void {
  const names = spec.name.split(' ')
  const parent = names.length === 1 ? program : program.commands.find(group => group.name() === names[0])!
  const command = inherit(new Command(names.at(-1)), parent).description(spec.summary)
  spec.declare(command)
  command.option(
    '--config <FILE>',
    `the configuration (default: ${world.env['TOCSIN_CONFIG'] ?? 'tocsin.yaml, if it is there'})`,
  )
  for (const path of spec.settings) command.addOption(settingOption(path))
  const notes = spec.notes === undefined ? '' : `\n${spec.notes}\n`
  const examples = spec.examples.map(line => `  ${/^\w+ .*\| /.test(line) ? line : `npx tocsin ${line}`}`)
  command.addHelpText('after', `${notes}\nExamples:\n${examples.join('\n')}`)
  command.action(async () => await act(command))
  parent.addCommand(command)
}

function settingOption(path: SettingPath): Option {
  const setting: Setting = SETTINGS[path]
  const initial =
    setting.default === undefined || String(setting.default) === '' ? '' : ` (default: ${String(setting.default)})`
  return new Option(`${flagName(path)} <${setting.reader.placeholder}>`, `${setting.sentence}${initial}`)
}

async function perform(spec: CommandSpec<never>, command: Command, world: Surroundings): Promise<ExitCode> {
  const given: Readonly<Record<string, unknown>> = command.opts()
  const config = loadConfig({
    file: given['config'] as string | undefined,
    env: world.env,
    flags: Object.fromEntries(
      spec.settings.map(path => [flagName(path), given[settingOption(path).attributeName()] as string | undefined]),
    ),
  })
  if (!config.ok) return complain(new ProblemError(config.problem), world, EXIT.error)
  try {
    // A command reads its own options by the names that it declared, which `declare` and its type keep together.
    return await spec.run({ config: config.value, world, args: command.args, options: given as never })
  } catch (error) {
    return complain(error, world, spec.unsure === true && isUnavailable(error) ? EXIT.unsure : EXIT.error)
  }
}

/** Says what went wrong, for people; a mistake of our own with its stack. */
function complain(error: unknown, { errors }: Surroundings, code: ExitCode): ExitCode {
  const expected = error instanceof ProblemError && error.problem.code !== 'internal'
  const text = error instanceof Error ? ((expected ? undefined : error.stack) ?? error.message) : String(error)
  for (const line of text.split('\n')) errors.write(`${paint(errors, { text: line, colour: 'red' })}\n`)
  return code
}
