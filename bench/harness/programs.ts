/** Programs of others. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const PACKAGES = {
  cc: 'gcc libc6-dev',
  crowdsec: 'crowdsec',
  cscli: 'crowdsec',
  dnsperf: 'dnsperf',
  gcc: 'gcc libc6-dev',
  rbldnsd: 'rbldnsd',
  taskset: 'util-linux',
  wrk: 'wrk',
} as const

/** A program that the bench may need. */
export type Program = keyof typeof PACKAGES

/** Its path, or `undefined` where it is not installed. Debian puts daemons beside the PATH of an ordinary user. */
export function findProgram(name: Program): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.map(folder => join(folder, name)).find(isExecutable)
}

/** Its path; throws with how to get it. */
export function needProgram(name: Program): string {
  const path = findProgram(name)
  if (path === undefined) throw new Error(missing(name))
  return path
}

/** Why a rival is not there, and how to get it. */
export function missing(name: Program): string {
  return `"${name}" is not installed: apt-get install ${PACKAGES[name]}`
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
