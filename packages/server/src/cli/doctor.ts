import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { EXAMINATIONS } from './examinations.ts'
import { printJson, printTable } from './print.ts'

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

/** `tocsin doctor`. */
export const doctor: CommandSpec<{ readonly json?: true }> = {
  name: 'doctor',
  summary: 'Examine this machine and its node; say what is wrong and what to do.',
  settings: [...REACHING, 'http.listen', 'dns.listen', 'dns.base'],
  notes: 'Exits with 0, or 2 if something fails. Warnings do not count.',
  examples: ['doctor', 'doctor --data /var/lib/tocsin --json'],
  declare(command) {
    command.option('--json', 'print JSON')
  },
  async run({ config, world, options }) {
    const findings = await Promise.all(
      EXAMINATIONS.map(async examination => ({
        name: examination.name,
        ...(await examination.examine({ config, world })),
      })),
    )
    if (options.json === true) printJson(world.output, { findings })
    else {
      const rows = findings.map(({ name, state, found, instead }) => {
        return [{ text: state, colour: COLOURS[state] }, name, instead === undefined ? found : `${found}: ${instead}`]
      })
      printTable(world.output, [], rows)
    }
    return findings.some(({ state }) => state === 'fail') ? EXIT.error : EXIT.allowed
  },
}
