/** `node check.ts URL…` (or `deno run`, or `bun`): one line of JSON for each URL; exits 1 if one is listed, 4 if unsure. */
import process from 'node:process'
import { lookUp } from './ask.ts'

const { TOCSIN_SERVER = 'http://127.0.0.1:7080', TOCSIN_KEY = '' } = process.env
// Several servers stand behind each other with commas; a key goes to the first alone.
const servers = TOCSIN_SERVER.split(',').map((url, at) => ({
  url,
  ...(at === 0 && TOCSIN_KEY !== '' ? { key: TOCSIN_KEY } : {}),
}))

const asked = await lookUp(servers, process.argv.slice(2))
for (const each of asked) console.log(JSON.stringify(each))
const outcomes = asked.map(({ answer }) => answer.outcome)
process.exitCode = outcomes.includes('listed') ? 1 : outcomes.includes('unsure') ? 4 : 0
