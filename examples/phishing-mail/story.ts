/** The story: one phishing mail, seen at one site. Addresses and names are those set aside for documentation. */
import { type Asked, addReporter, answersFor, ask, explain, report, retract, settled } from './node.ts'

/** The one thing of the mail that the site is sure of. */
export const ATTACHMENT = 'file:6a3c2f0f4a0a5c8f0e2d1b7c9d8e7f60516273849506a7b8c9daebfc0d1e2f30'
export const SENDER = 'ip:192.0.2.44'
export const LINK = 'url:parcel-desk.example/track?id=7'
export const HOST = 'domain:parcel-desk.example'
/** The mail came through a provider that thousands use, and the link is served from a content network. */
export const PROVIDER = 'ip:198.51.100.25'
export const CDN = 'ip:203.0.113.80'
const SHARED = ['198.51.100.25', '203.0.113.0/24']

const MEMBERS = [SENDER, LINK, HOST, PROVIDER, CDN]
const REPORTER = 'phishing-example'

/** Plays it against a node, with an admin key, and prints what the node says of each subject in the course of it. */
export async function tell(node: Asked, print: (line: string) => void): Promise<void> {
  await ask(node, 'PUT', `/v1/sources/${REPORTER}-shared/list?kind=popular`, `${SHARED.join('\n')}\n`)
  const { token } = await addReporter(node, REPORTER, 0.8)
  const site = { ...node, key: token! }
  try {
    await show(node, 'Before: nobody has said anything.', print)

    const detected = { subject: ATTACHMENT, kind: 'malware-detected', confidence: 1 }
    await report(site, [{ ...detected, group: 'one-mail', related: MEMBERS }])
    await show(node, 'After one report, by one trusted site, about the attachment alone:', print)

    await retract(site, [{ subject: ATTACHMENT, kind: 'malware-detected' }])
    await show(node, 'The site takes its report back:', print)
  } finally {
    await ask(node, 'DELETE', `/v1/keys/${REPORTER}`)
  }
}

async function show(node: Asked, title: string, print: (line: string) => void): Promise<void> {
  await settled(node)
  print('')
  print(title)
  for (const answer of await answersFor(node, [ATTACHMENT, ...MEMBERS])) {
    print(`  ${answer.subject}: ${answer.verdict}, score ${answer.score}, ${answer.action}: ${answer.reason}`)
    const { contributions, changes } = await explain(node, answer.subject)
    for (const { term, value, kind, via } of contributions) {
      if (term === 'evidence') print(`      ${nats(value)} ${kind}`)
      if (via === undefined) continue
      print(`      ${nats(value)} met with ${via.subject}, ${via.reason} (organisations: ${via.organisations})`)
    }
    for (const sentence of changes) print(`      ${sentence}`)
  }
}

function nats(thousandths: number): string {
  return `${thousandths < 0 ? '' : '+'}${(thousandths / 1000).toFixed(3)}`
}
