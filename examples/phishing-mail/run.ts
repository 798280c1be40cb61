/** `node examples/phishing-mail/run.ts`: see the README beside it. */
import { tell } from './story.ts'

const server = process.env['TOCSIN_SERVER'] ?? 'http://127.0.0.1:7080'
const key = process.env['TOCSIN_KEY']
if (key === undefined || key === '') {
  process.stderr.write('Cannot begin: TOCSIN_KEY must be a key of role admin; a first start leaves one in admin.key\n')
  process.exitCode = 2
} else {
  await tell({ server, key }, line => process.stdout.write(`${line}\n`))
}
