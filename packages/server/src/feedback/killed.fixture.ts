/** A process that reports, says so once that is acknowledged, and waits to be killed. Its argument is a folder. */
import { ProblemError } from '@tocsin/core/base'
import { startWorld } from './world.fixture.ts'

const world = startWorld({ folder: process.argv[2]! })
world.upstream.answer = () => Promise.reject(new ProblemError({ code: 'unavailable', message: 'nobody' }))
const reports = Array.from({ length: 50 }, (_, at) => ({ subject: `ip:192.0.2.${at}`, kind: 'spam-sent' }))
const { accepted } = await world.feedback.intakeOf('sensor').put(reports)
process.stdout.write(`acknowledged ${accepted}\n`)
setInterval(() => undefined, 60_000)
