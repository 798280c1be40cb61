import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** The lines of a compressed text, without blank ones and comments. */
export function lines(folder: string, file: string): string[] {
  const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8')
  return text.split(/\r?\n/).filter(line => line !== '' && !/^[#!]/.test(line))
}

/** The entries of one MISP warning list inside an archive. */
export function member(folder: string, archive: string, path: string): string[] {
  const json = execFileSync('tar', ['-xzOf', join(folder, archive), path], { encoding: 'utf8', maxBuffer: 2 ** 28 })
  return (JSON.parse(json) as { list: string[] }).list
}
