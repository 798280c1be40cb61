import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMANDS, commandsFor } from './commands.ts'
import { run } from './run.ts'
import { fakeWorld } from './world.fixture.ts'

async function told(line: string): Promise<string> {
  const world = fakeWorld()
  await run(line.split(' '), world)
  return world.told.output + world.told.errors
}

test('every command is found by the name that it has, and only those are loaded that may be meant', async () => {
  for (const [name, load] of Object.entries(COMMANDS)) assert.equal((await load()).name, name)
  const named = async (line: string) => (await commandsFor(line.split(' '))).map(({ name }) => name)
  const cases = {
    'scan x': ['scan'],
    'keys add x --role reader': ['keys add'],
    'feedback pending': ['feedback', 'feedback pending'],
    appeal: ['appeal'],
    '--version': [],
  }
  for (const [line, expected] of Object.entries(cases)) assert.deepEqual(await named(line), expected, line)
  for (const line of ['keys', 'keys --help', 'keys --json add', 'keys ad'])
    assert.deepEqual(
      await named(line),
      Object.keys(COMMANDS).filter(name => name.startsWith('keys ')),
      line,
    )
  for (const line of ['', '--help', 'key add', 'toString', '-x scan'])
    assert.equal((await named(line)).length, Object.keys(COMMANDS).length, line)
})

test('a command below another is found behind options, and one that is not there is told with what was meant', async () => {
  assert.match(await told('feeds lits'), /Did you mean list\?/)
  assert.match(await told('trust --json pin'), /missing required argument 'source'/)
  assert.match(await told('keys --help'), /^ {2}add [^]*^ {2}enrolments /m)
})

test('the help of the program lists every command', async () => {
  const help = await told('--help')
  for (const name of Object.keys(COMMANDS)) assert.match(help, new RegExp(`^  ${name.split(' ')[0]}\\b`, 'm'), name)
})
