/** What the figures were measured on, and with what. */
import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'
import { findProgram } from './programs.ts'

/** What each figure depends on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly node: string
  /** Debian package → version, or "missing". */
  readonly packages: Readonly<Record<string, string>>
  readonly revision: string
}

/** Reads this machine. */
export function thisMachine(): Machine {
  const packages = ['rbldnsd', 'dnsperf', 'wrk', 'crowdsec', 'gcc'] as const
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    packages: Object.fromEntries(packages.map(name => [name, versionOf(name)])),
    revision: revision(),
  }
}

function versionOf(name: 'rbldnsd' | 'dnsperf' | 'wrk' | 'crowdsec' | 'gcc'): string {
  if (findProgram(name) === undefined) return 'missing'
  return said('dpkg-query', ['-W', '-f', '${Version}', name]) ?? 'installed, not by dpkg'
}

function revision(): string {
  const commit = said('git', ['rev-parse', '--short=12', 'HEAD'])
  if (commit === undefined) return 'unknown (not a git checkout)'
  return said('git', ['status', '--porcelain', '--', 'packages']) === '' ? commit : `${commit} with changes`
}

function said(program: string, args: readonly string[]): string | undefined {
  try {
    const options = { encoding: 'utf8', cwd: import.meta.dirname, stdio: 'pipe' } as const
    return execFileSync(program, args, options).trim()
  } catch {
    return undefined
  }
}
